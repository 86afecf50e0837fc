"""`make sbom` and `make audit`: what Daybook is made of, and what is known to be wrong with it, from the lock files.

`sbom` writes `build/sbom.cdx.json` (CycloneDX 1.6) and needs no network. `audit` asks the databases of vulnerabilities
that pip and npm ask, so it needs one; it ends with 1 if something is known, and with 3 if nobody could be asked. With
`--where-reached` it only says so then, aloud, for runs that a network that is away must not stop.
"""

import sys

import click

from tests.supply.audit import ACCEPTED, Audit, Unreached, audited
from tests.supply.locks import ROOT, locks
from tests.supply.sbom import document, written

SBOM = ROOT / "build/sbom.cdx.json"
_FOUND, _USAGE, _NOT_ASKED = 1, 2, 3


def main(arguments: list[str]) -> int:
    """Do what is asked, and answer the exit code."""
    match arguments:
        case ["sbom"]:
            return _sbom()
        case ["audit"]:
            return _audit()
        case ["audit", "--where-reached"]:
            return 0 if (code := _audit()) == _NOT_ASKED else code
    click.echo(__doc__, err=True)
    return _USAGE


def _sbom() -> int:
    found = document(locks())
    written(found, SBOM)
    named = SBOM.relative_to(ROOT)
    click.echo(f"{named}: {len(found['components']):,} packages of {len(locks())} lock files.")
    return 0


def _audit() -> int:
    done, unreached = Audit(), dict[bool, Unreached]()
    for lock in locks():
        if lock.is_npm in unreached:
            continue
        try:
            found = audited(lock)
        except Unreached as error:
            unreached[lock.is_npm] = error
            continue
        done = done + found
        click.echo(
            f"{lock.name}: {found.asked:,} packages, {len(found.known)} known vulnerabilities."
        )
    for one in done.known:
        accepted = f" (accepted: {ACCEPTED[one.id]})" if one.id in ACCEPTED else ""
        click.echo(f"  {one.told}{accepted}")
    for package in done.skipped:
        click.echo(f"  {package} is not known there, and was not audited.")
    for is_npm, error in unreached.items():
        click.echo(
            f"NOT AUDITED: the locks of {'npm' if is_npm else 'pip'}: {error}. What is known to be wrong with them is "
            "not known here; run `make audit` where the databases can be reached.",
            err=True,
        )
    if any(one.id not in ACCEPTED for one in done.known):
        return _FOUND
    return _NOT_ASKED if unreached else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
