"""`daybook export log` and `daybook import log`: a log from one server to another."""

from pathlib import Path

import click

from interfaces.cli.backups import tell_of_archives
from interfaces.cli.shared.composition import checked, say
from interfaces.cli.shared.progress import replaying

_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def export() -> None:
    """Write out what another server is to go on with."""


@export.command(name="log", epilog="\b\nExample:\n  daybook export log /secure/daybook.export")
@_FILE
def export_log(file: Path) -> None:
    """Write the log, and what belongs to it, into the new FILE, as they are at one moment.

    `daybook import log` makes them anew on a server of any version. The file has hashes of passwords and whole account
    numbers: keep it as you keep the database.
    """
    from infrastructure.moving.exporting import export_log as write
    from infrastructure.shared.roles import DatabaseRole, address_of

    with (
        checked("export log", as_owner=True) as settings,
        replaying(f"Exporting {file.name}") as report,
    ):
        made = write(address_of(settings, DatabaseRole.OWNER), file, report)
    click.echo(
        f"{file} has the log up to position {made.head.position:,}, of epoch {made.head.epoch}. What is recorded after "
        "that is not in it."
    )
    click.echo(f"sha256 {made.sha256}")
    if made.at_work:
        say(
            f"Processes are at work ({', '.join(made.at_work)}). To move, stop them and export again: what they record "
            "now stays here, and what they pay and send now is paid and sent again there."
        )


@click.command(
    name="log",
    epilog="""\b
Examples:
  daybook import log /secure/daybook.export
  daybook import log /secure/daybook.export --sha256 "$(cat digest-by-another-way)\"""",
)
@_FILE
@click.option(
    "--sha256",
    metavar="DIGEST",
    help="Take no other file than that for which `daybook export log` printed this.",
)
def import_log(file: Path, sha256: str | None) -> None:
    """Make the log that `daybook export log` wrote into FILE, in a database that is migrated and otherwise new.

    All of it or nothing, before any process is started. An epoch of the log begins, everybody signs in again, and a
    projector builds the read models.
    """
    from infrastructure.archives.ranges import archived
    from infrastructure.moving.importing import import_log as read
    from infrastructure.shared.roles import DatabaseRole, address_of

    with (
        checked("import log", as_owner=True) as settings,
        replaying(f"Importing {file.name}") as report,
    ):
        url = address_of(settings, DatabaseRole.OWNER)
        made = read(url, file, sha256, report)
        files = [one.file for one in archived(url)]
    click.echo(
        f"The log is here up to position {made.head.position:,}; its epoch is {made.epoch.name}."
    )
    click.echo(f"sha256 {made.sha256}")
    click.echo(
        f"Everybody has to sign in again; a projector builds the read models, and workers see to "
        f"{made.open_reactions:,} reactions that are open."
    )
    tell_of_archives(files)
