"""The lock files, and the packages that they name: each by version and hashes, and no other can be installed."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

ROOT = Path(__file__).parents[2]

Scope = Literal["required", "optional", "excluded"]

# What Daybook runs with; all else builds, tests or checks it.
DELIVERED: dict[str, Scope] = {
    "requirements.txt": "required",
    "interfaces/web/package-lock.json": "required",
    "interfaces/airflow/requirements.txt": "optional",
}
_FOLDERS = ("", "*/*/")
_REQUIREMENT = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;]+)(?: *; *(?P<marker>.*))?$"
)


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A package as a lock file names it; `hashes` are pairs of an algorithm's name and hexadecimal digits.

    `marker` says where it is installed, if not everywhere.
    """

    ecosystem: Literal["pypi", "npm"]
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    scope: Scope
    marker: str = ""


class Lock(msgspec.Struct, frozen=True):
    """A lock file; `name` is its path in the tree."""

    path: Path
    name: str

    @property
    def is_npm(self) -> bool:
        """Whether it is npm's, and not pip's."""
        return self.path.suffix == ".json"

    def packages(self) -> list[Locked]:
        """What it names."""
        scope = DELIVERED.get(self.name, "excluded")
        text = self.path.read_text(encoding="utf-8")
        return [*(_of_npm(text, scope) if self.is_npm else _of_pip(text, scope))]


def locks(root: Path = ROOT) -> list[Lock]:
    """Every lock file of the tree, the smallest first: who cannot be asked is found out by the fewest questions."""
    paths = [
        path
        for folder in _FOLDERS
        for name in ("requirements*.txt", "package-lock.json")
        for path in root.glob(f"{folder}{name}")
        if "node_modules" not in path.parts
    ]
    found = [Lock(path, path.relative_to(root).as_posix()) for path in paths]
    return sorted(found, key=lambda lock: (lock.path.stat().st_size, lock.name))


def _of_pip(text: str, scope: Scope) -> Iterator[Locked]:
    for line in text.replace("\\\n", " ").splitlines():
        told, *hashes = line.split("--hash=")
        if not told.strip():
            continue
        found = _REQUIREMENT.match(told.strip())
        if found is None or not hashes:
            raise ValueError(f"{line!r} is no package with a version and a hash")
        pairs = sorted(tuple(each.strip().split(":", 1)) for each in hashes)
        yield Locked(
            ecosystem="pypi",
            name=found["name"],
            version=found["version"],
            hashes=tuple((algorithm, digits) for algorithm, digits in pairs),
            scope=scope,
            marker=(found["marker"] or "").strip(),
        )


def _of_npm(text: str, scope: Scope) -> Iterator[Locked]:
    for path, package in json.loads(text)["packages"].items():
        if not path:  # the project itself
            continue
        is_tool = package.get("dev") or package.get("devOptional")
        pairs = [each.split("-", 1) for each in package["integrity"].split()]
        yield Locked(
            ecosystem="npm",
            name=package.get("name") or path.rpartition("node_modules/")[2],
            version=package["version"],
            hashes=tuple((name, base64.b64decode(told).hex()) for name, told in sorted(pairs)),
            scope="excluded" if is_tool else scope,
        )
