"""`daybook up`: servers, schema, sample data, api and projector, on one machine with one command."""

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  daybook up
  DAYBOOK_PORT=9000 DAYBOOK_HOME=~/book daybook up --no-sample
  DATABASE_URL=postgresql://... REDIS_URL=redis://... daybook up"""
)
@click.option(
    "--sample/--no-sample",
    default=True,
    show_default=True,
    help="Import sample expenses, unless the book has expenses already.",
)
@click.option(
    "--airflow",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Run Airflow as well, from its virtual environment in FOLDER.",
)
def up(sample: bool, airflow: Path | None) -> None:
    """Run all of Daybook on this machine until Ctrl-C.

    Without DATABASE_URL and REDIS_URL it starts a PostgreSQL and a Valkey of its own, with their data in DAYBOOK_HOME
    (default .daybook), and without DAYBOOK_SMTP_URL a mail server that keeps all mail and delivers none. A process that
    dies is started again after a pause; one that keeps dying ends everything.
    """
    from interfaces.cli.up.running import run

    run(sample=sample, airflow=airflow)
