"""The command line: `daybook --help`.

Whatever is heavy is imported inside the command that needs it, so that help answers at once.
"""

import click

from interfaces.cli import archives as _archives  # noqa: F401 - of `log`
from interfaces.cli.backups import backup, log, restore
from interfaces.cli.etl import etl
from interfaces.cli.identity import secrets, token, users
from interfaces.cli.identity.service_accounts import service_accounts
from interfaces.cli.imports import import_
from interfaces.cli.moving import export, import_log
from interfaces.cli.proposals import proposals
from interfaces.cli.reimbursements import audit, policies
from interfaces.cli.samples import samples
from interfaces.cli.shared.errors import EXIT_CODES, DaybookGroup
from interfaces.cli.shared.events import events
from interfaces.cli.shared.openapi import openapi
from interfaces.cli.shared.processes import (
    api,
    bounces,
    health,
    mailbox,
    migrate,
    projector,
    version,
    worker,
)
from interfaces.cli.shared.projections import projections
from interfaces.cli.shared.reactions import reactions
from interfaces.cli.shared.status import status
from interfaces.cli.up import up
from interfaces.cli.workflows import workflows


class _Main(DaybookGroup):
    """The whole command line: its help ends with every setting there is."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What can be set, and the exit codes."""
        from infrastructure.shared.settings import setting_groups

        declared = [one for group in setting_groups() for one in group.declared().values()]
        with formatter.section("Settings, from the environment"):
            formatter.write_dl([(one.name, one.meaning.replace("`", "")) for one in declared])
        super().format_epilog(ctx, formatter)


@click.group(
    cls=_Main,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXIT_CODES,
)
def main() -> None:
    """Daybook keeps every fact of a firm's spending in one log and answers from pages posted from it.

    \b
    Examples:
      daybook up                               everything on this machine, with sample data
      daybook import expenses march.csv        the rows of a file, through the log
      daybook etl run --date 2026-11-20 --source days/   the transactions of a day
      daybook status                           whether all is well
      daybook token --as operator              an access token for a curl line
      daybook COMMAND --help                   more on one command
    """


import_.add_command(import_log)
for command in (
    up,
    api,
    projector,
    worker,
    bounces,
    mailbox,
    migrate,
    backup,
    restore,
    log,
    export,
    import_,
    etl,
    projections,
    reactions,
    events,
    samples,
    openapi,
    token,
    users,
    policies,
    audit,
    proposals,
    service_accounts,
    workflows,
    secrets,
    status,
    health,
    version,
):
    main.add_command(command)
