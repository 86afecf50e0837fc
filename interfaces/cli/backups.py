"""`daybook backup`, `daybook restore`, and `daybook log`: copies of the book, and what a log was taken back to."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from domain.shared.errors import Malformed, Refused
from interfaces.cli.shared.composition import checked

_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))


@click.command(
    epilog="""\b
Examples:
  daybook backup /backups/2026-11-22
  DAYBOOK_ARCHIVE=/archive daybook backup --base /backups/base-2026-11-22"""
)
@_FOLDER
@click.option(
    "--base",
    is_flag=True,
    help="Copy the whole server, which with what it archives can be taken to any moment since.",
)
def backup(folder: Path, base: bool) -> None:
    """Copy the book into the new FOLDER, while everybody goes on.

    A dump has the log and what belongs to it, and no read models, which follow from it. It has hashes of passwords and
    whole account numbers: keep it as you keep the database.
    """
    from infrastructure.backups import bases, dumps
    from infrastructure.shared.roles import DatabaseRole, address_of

    with checked("backup", as_owner=True) as settings:
        made = (bases.back_up if base else dumps.dump)(
            address_of(settings, DatabaseRole.OWNER), folder
        )
    click.echo(f"{folder} has the log up to position {made.position:,}, of epoch {made.epoch}.")


@click.command(
    epilog="""\b
Examples:
  daybook restore /backups/2026-11-22
  DAYBOOK_ARCHIVE=/archive daybook restore /backups/base-2026-11-22 --to 2026-11-22T09:30:00+01:00"""
)
@_FOLDER
@click.option(
    "--to",
    metavar="MOMENT",
    help="Take a base backup to this moment, with its offset; to the end of the archive if none.",
)
def restore(folder: Path, to: str | None) -> None:
    """Make the book of the backup in FOLDER where there is none, and begin an epoch of the log.

    A dump goes into an empty database; a base backup becomes the data of the embedded server, out of what is archived
    in DAYBOOK_ARCHIVE. Afterwards everybody signs in again, and a projector builds the read models that are not there.
    """
    from infrastructure.archives.ranges import archived
    from infrastructure.backups import bases, dumps, manifests
    from infrastructure.embedded.home import hold, servers
    from infrastructure.embedded.settings import ArchiveSettings
    from infrastructure.shared.roles import DatabaseRole, address_of
    from infrastructure.shared.settings import read_settings

    manifest, settings, until = (
        manifests.read(folder),
        read_settings(),
        moment(to, "--to") if to else None,
    )
    if manifest.kind == "dump":
        if until is not None:
            raise Refused("a dump is of one moment; --to is for base backups", code="no_such_point")
        with servers(settings, "restore", queue=False) as found:
            begun = dumps.restore(found, folder, manifest)
            files = [one.file for one in archived(address_of(found, DatabaseRole.OWNER))]
    else:
        if settings.database_url is not None:
            raise Refused(
                "a base backup becomes the data of the embedded server, and DATABASE_URL names another; that one is "
                "restored where it is (docs/operations.md, Backup)",
                code="not_embedded",
            )
        archive = settings.of(ArchiveSettings).archive
        with hold(settings.home, "restore"):
            begun = bases.restore(settings.home, folder, manifest, archive, until)
            files = []  # it has its read models
    click.echo(
        f"The log was restored up to position {begun.position:,}; its epoch is {begun.name}."
    )
    click.echo("Everybody has to sign in again; a projector builds the read models.")
    tell_of_archives(files)


def tell_of_archives(files: Sequence[str]) -> None:
    """Name the files without which some read models cannot be built."""
    if files:
        click.echo("For that, `daybook log attach` these first, which were archived:")
        click.echo("".join(f"  {file}\n" for file in files), nl=False)


def moment(text: str, option: str) -> datetime:
    """The moment that an option names.

    Raises:
        Malformed: code `bad_moment`; it names none, or has no offset.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Malformed(
            f"{option} is {text!r}; a moment with its offset, such as 2026-11-22T09:30:00+01:00, was expected",
            code="bad_moment",
        )
    return found


@click.group()
def log() -> None:
    """See to the log as a whole."""


@log.command(epilog="\b\nExample:\n  daybook log epochs")
def epochs() -> None:
    """Print when the log began, and when it was taken back to what it had been."""
    from infrastructure.backups.epochs import epochs as those_of
    from infrastructure.shared.roles import DatabaseRole, address_of

    with checked("log epochs", as_owner=True) as settings:
        found = those_of(address_of(settings, DatabaseRole.OWNER))
    for one in found:
        name = f"  {one.name}, the epoch now" if one.name else ""
        click.echo(
            f"{one.began_at:%Y-%m-%d %H:%M:%SZ}  position {one.position:,}  {one.reason}{name}"
        )


@log.command(epilog="\b\nExample:\n  daybook log clock")
def clock() -> None:
    """Print when the clock of the database was found to have been ahead of itself."""
    from infrastructure.shared.event_log.clock import jumps

    with checked("log clock") as settings:
        found = jumps(settings.database_url or "")
    for one in found:
        click.echo(
            f"{one.seen_at:%Y-%m-%d %H:%M:%SZ}  up to position {one.position:,} it was {one.ahead} ahead"
        )
    if not found:
        click.echo("It was never seen to be.")


@log.command(epilog="\b\nExample:\n  daybook log renew 'restored by pg_restore from last night'")
@click.argument("reason")
def renew(reason: str) -> None:
    """Begin an epoch after the log was restored by other means than `daybook restore`, for this REASON.

    Followers outside hear of it, everybody has to sign in again, and links in letters are void.
    """
    from infrastructure.backups.epochs import renew as begin
    from infrastructure.shared.roles import DatabaseRole, address_of

    with checked("log renew", as_owner=True) as settings:
        begun = begin(address_of(settings, DatabaseRole.OWNER), reason)
    click.echo(f"The epoch of the log is {begun.name}, from position {begun.position:,} on.")
