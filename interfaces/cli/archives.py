"""`daybook log archive`, `archived` and `attach`: old ranges of the log in files."""

from datetime import datetime
from pathlib import Path

import click

from interfaces.cli.backups import log, moment
from interfaces.cli.shared.composition import checked, say


@log.command(
    epilog="""\b
Examples:
  daybook log archive /archives --before 2025-01-01T00:00:00+01:00
  daybook log archive /archives --before 1000001"""
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--before",
    metavar="POSITION|MOMENT",
    required=True,
    help="What is before this position of the log, or was recorded before this moment, with its offset.",
)
def archive(folder: Path, before: str) -> None:
    """Move what old rows of files and letters say into files in FOLDER.

    Their envelopes stay, each with the digest of what it said. The files are read back before anything leaves, and
    brought back by `daybook log attach`; keep them as you keep the database, and back them up.
    """
    from infrastructure.archives.ranges import archive as archive_before
    from infrastructure.shared.roles import DatabaseRole, address_of

    limit: int | datetime = int(before) if before.isdecimal() else moment(before, "--before")
    with checked("log archive", as_owner=True) as settings:
        for one in archive_before(address_of(settings, DatabaseRole.OWNER), folder, limit):
            say(f"{one.first:>12,} to {one.last:>12,}  {one.file}")


@log.command(epilog="\b\nExample:\n  daybook log archived")
def archived() -> None:
    """Print which ranges of the log are archived, and in which files."""
    from infrastructure.archives.ranges import archived as those_of
    from infrastructure.shared.roles import DatabaseRole, address_of

    with checked("log archived", as_owner=True) as settings:
        found = those_of(address_of(settings, DatabaseRole.OWNER))
    for one in found:
        when = (
            f"{one.began_at:%Y-%m-%d %H:%M:%SZ}" if one.ended_at else "not finished: archive again"
        )
        click.echo(f"{one.first:>12,} to {one.last:>12,}  {when}  sha256 {one.digest}  {one.file}")
    if not found:
        click.echo("Nothing is archived.")


@log.command(
    epilog="\b\nExample:\n  daybook log attach /archives/log-000000000001-000001000000.ndjson.gz"
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def attach(file: Path) -> None:
    """Bring back into the log what is in FILE, which stays where it is."""
    from infrastructure.archives.ranges import attach as bring_back
    from infrastructure.shared.roles import DatabaseRole, address_of

    with checked("log attach", as_owner=True) as settings:
        one = bring_back(address_of(settings, DatabaseRole.OWNER), file)
    click.echo(f"Positions {one.first:,} to {one.last:,} say again what they said.")
