"""The bill of materials: a CycloneDX document of every package that a lock file names, the same for the same locks."""

import json
import tomllib
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from tests.supply.locks import ROOT, Lock, Locked, Scope

_STRONGEST: Sequence[Scope] = ("required", "optional", "excluded")
_ALGORITHMS = {"sha256": "SHA-256", "sha512": "SHA-512", "sha1": "SHA-1", "sha384": "SHA-384"}


def document(locks: Iterable[Lock]) -> dict[str, Any]:
    """The document of these lock files."""
    found: dict[str, list[tuple[str, Locked]]] = {}
    for lock in locks:
        for package in lock.packages():
            found.setdefault(purl(package), []).append((lock.name, package))
    components = [_component(reference, found[reference]) for reference in sorted(found)]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    root = {
        "type": "application",
        "bom-ref": "daybook",
        "name": project["name"],
        "version": project["version"],
    }
    needed = [each["bom-ref"] for each in components if each["scope"] == "required"]
    digest = sha256(json.dumps([root, components]).encode()).digest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": UUID(bytes=digest[:16], version=4).urn,
        "version": 1,
        "metadata": {"component": root, "lifecycles": [{"phase": "pre-build"}]},
        "components": components,
        "dependencies": [{"ref": "daybook", "dependsOn": needed}],
    }


def written(found: dict[str, Any], path: Path) -> None:
    """Write a document."""
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def purl(package: Locked) -> str:
    """The package as the world names it (package-url)."""
    name = package.name
    if package.ecosystem == "pypi":
        name = name.lower().replace("_", "-")
    return f"pkg:{package.ecosystem}/{quote(name, safe='/')}@{quote(package.version, safe='')}"


def _component(reference: str, found: Sequence[tuple[str, Locked]]) -> dict[str, Any]:
    """A package with all that is said of it.

    One version has a file for each kind of machine, and so as many hashes: they are of what is distributed.
    """
    package = found[0][1]
    hashes = sorted({pair for _, one in found for pair in one.hashes})
    told = {("daybook:lock", name) for name, _ in found}
    told |= {("daybook:marker", one.marker) for _, one in found if one.marker}
    return {
        "type": "library",
        "bom-ref": reference,
        "name": package.name,
        "version": package.version,
        "scope": min((one.scope for _, one in found), key=_STRONGEST.index),
        "purl": reference,
        "externalReferences": [
            {
                "type": "distribution",
                "url": reference,
                "hashes": [
                    {"alg": _ALGORITHMS[name], "content": digits} for name, digits in hashes
                ],
            }
        ],
        "properties": [{"name": name, "value": value} for name, value in sorted(told)],
    }
