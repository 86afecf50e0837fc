"""`daybook workflows`: the documents of workflows, looked at where they are written."""

from pathlib import Path

import click

from application.workflows.diagrams import diagram
from application.workflows.ports import WorkflowDocument
from domain.shared.errors import Malformed
from domain.workflows.definitions import Flaw, Workflow
from interfaces.cli.shared.errors import DaybookGroup

_PATHS = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))


@click.group(
    cls=DaybookGroup,
    epilog="""\b
Examples:
  daybook workflows lint my-workflows/         what is wrong with documents, by file and line
  daybook workflows graph loan-pre-check       a Mermaid diagram of one
  daybook workflows schema > workflow.json     the form of documents, for editors""",
)
def workflows() -> None:
    """Look at the documents of workflows."""


@workflows.command(epilog="\b\nExample:\n  daybook workflows lint my-workflows/ loan.yaml")
@_PATHS
def lint(paths: tuple[Path, ...]) -> None:
    """Say what is wrong with documents: of these files and folders, or of all that are served.

    What they say under a name and version that the log has is held against the log, if DATABASE_URL is set.
    """
    found, told = _read(paths)
    told += _contradicted(found)
    for line in told:
        click.echo(line, err=True)
    if told:
        raise SystemExit(1)
    click.echo(f"{len(found)} in order.")


@workflows.command(name="list", epilog="\b\nExample:\n  daybook workflows list")
def list_() -> None:
    """List the workflows of the documents that are served."""
    for one in _served():
        click.echo(f"{one.name:<24} {one.version:>3}  {one.title} ({len(one.steps)} steps)")


@workflows.command(epilog="\b\nExample:\n  daybook workflows graph loan-pre-check")
@click.argument("name")
def graph(name: str) -> None:
    """Print a Mermaid diagram of the workflow NAME."""
    from application.workflows.offers import Offer
    from application.workflows.step_types import step_types

    click.echo(diagram(Offer(_served()).newest(name), step_types()))


@workflows.command(epilog="\b\nExample:\n  daybook workflows schema > workflow.json")
def schema() -> None:
    """Print the JSON Schema of documents."""
    click.echo(form_text(), nl=False)


def form_text() -> str:
    """The published form, as it stands in the documents."""
    import msgspec

    from infrastructure.workflows.composition import build_linter

    return msgspec.json.format(msgspec.json.encode(build_linter().form), indent=2).decode() + "\n"


def _contradicted(found: list[tuple[WorkflowDocument, Workflow]]) -> list[str]:
    """What the log has otherwise, if it can be reached."""
    from application.workflows.offers import contradicted
    from infrastructure.shared.event_log.recorders import open_log
    from infrastructure.shared.roles import DatabaseRole, address_of
    from infrastructure.shared.settings import read_settings

    settings = read_settings()
    if settings.database_url is None:
        return []
    log = open_log(address_of(settings, DatabaseRole.APPLICATION))
    try:
        return [
            document.told(Flaw("/version", differs.detail))
            for document, one in found
            if (differs := contradicted(log, one))
        ]
    finally:
        log.close()


def _served() -> list[Workflow]:
    from infrastructure.shared.settings import read_settings
    from infrastructure.workflows.composition import offered

    return offered(read_settings())


def _read(paths: tuple[Path, ...]) -> tuple[list[tuple[WorkflowDocument, Workflow]], list[str]]:
    """What these documents say, and what is wrong with the others."""
    from infrastructure.shared.settings import read_settings
    from infrastructure.workflows.composition import build_linter, folders
    from infrastructure.workflows.documents import paths_of, read_document

    linter, found, told = build_linter(), [], []
    for path in paths_of(*(paths or folders(read_settings()))):
        try:
            document = read_document(path)
            found.append((document, linter.workflow(document)))
        except Malformed as wrong:
            told.append(wrong.detail)
    return found, told
