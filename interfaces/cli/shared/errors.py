"""How commands end: one line for people on stderr, and an exit code for scripts."""

import sys
from collections.abc import Mapping
from shlex import quote
from typing import Any

import click

from domain.shared.errors import DaybookError, Fault, Unavailable

FAILED = 1
USAGE = 2
UNAVAILABLE = 3
INTERRUPTED = 130
EXIT_CODES = (
    "\b\nExit codes:\n"
    "  0    done\n"
    "  1    refused, or the data are wrong\n"
    "  2    wrong usage or a wrong setting\n"
    "  3    something needed is not available now: a server, the port, the home\n"
    "  130  interrupted"
)
FAULTS_SHOWN = 20
_UNAVAILABLE_CODES = ("home_in_use",)
_USAGE_CODES = ("bad_settings",)


class DaybookGroup(click.Group):
    """A group whose commands end with the exit codes above, and never with a traceback for an expected error."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command and turn what it raised into a message and an exit code."""
        try:
            return super().invoke(context)
        except DaybookError as error:
            show(error)
            sys.exit(exit_code(error))
        except OSError as error:
            click.echo(f"Error: {error.filename or 'a file'}: {error.strerror or error}", err=True)
            sys.exit(FAILED)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            sys.exit(INTERRUPTED)


def exit_code(error: DaybookError) -> int:
    """The exit code that says what a caller can do about this error."""
    if error.code in _USAGE_CODES:
        return USAGE
    if isinstance(error, Unavailable) or error.code in _UNAVAILABLE_CODES:
        return UNAVAILABLE
    return FAILED


def show(error: DaybookError) -> None:
    """Write an error and the first of its faults to stderr."""
    click.echo(f"Error: {error.detail}", err=True)
    if error.code in _USAGE_CODES:  # its one line names every fault
        return
    for fault in error.faults[:FAULTS_SHOWN]:
        click.echo(f"  {describe(fault)}", err=True)
    if len(error.faults) > FAULTS_SHOWN:
        click.echo(f"  ... and {len(error.faults) - FAULTS_SHOWN} more", err=True)
    if proposal := error.facts.get("proposal"):
        click.echo(f"What seems to fit: {flags(proposal)}", err=True)


def flags(options: Mapping[str, str]) -> str:
    """Options as they are written at the command line."""
    return " ".join(f"--{name.replace('_', '-')} {quote(it)}" for name, it in options.items())


def describe(fault: Fault) -> str:
    """One line on one fault: where it is, then what is wrong, and with which value."""
    row = f"row {fault.row}" if fault.row is not None else ""
    places = (row, fault.column, fault.pointer, fault.parameter)
    where = ", ".join(place for place in places if place)
    said = f"{fault.detail}{shown_value(fault.got, fault.detail)}"
    return f"{where}: {said}" if where else said


def shown_value(got: Any, detail: str) -> str:
    """What was got, to stand behind a sentence that does not say it; on one line, whatever is in it."""
    return "" if got is None or str(got) in detail else f", got {str(got)!r}"
