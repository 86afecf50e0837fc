"""Options that several commands have."""

import click

OUTPUT = click.option(
    "-o",
    "--output",
    type=click.File("wb"),
    default="-",
    help="File to write; standard output if none.",
)
