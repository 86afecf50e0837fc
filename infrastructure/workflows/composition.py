"""Workflows as these settings want them."""

from pathlib import Path

import application.workflows
from application.imports.use_cases import Imports
from application.shared.commands import Commands
from application.shared.recordables import recordables
from application.workflows.files import StepFiles
from application.workflows.linting import Linter
from application.workflows.notices import Notices
from application.workflows.offers import Offer
from application.workflows.ports import Post
from application.workflows.rules import TypeRules
from application.workflows.step_types import step_types, surroundings
from application.workflows.submitting import Submissions
from application.workflows.use_cases import Workflows
from domain.workflows.definitions import Workflow
from infrastructure.shared.settings import Settings
from infrastructure.workflows.documents import documents
from infrastructure.workflows.schemas import JsonSchemas
from infrastructure.workflows.settings import WorkflowSettings

SHIPPED = Path(str(application.workflows.__file__)).parent
"""Where the documents lie that come with Daybook."""


def build_linter() -> Linter:
    """What holds documents against the published form."""
    return Linter(step_types(), surroundings(), JsonSchemas())


def folders(settings: Settings) -> list[Path]:
    """Where documents lie."""
    own = settings.of(WorkflowSettings).folder
    return [SHIPPED, *([own] if own else [])]


def offered(settings: Settings) -> list[Workflow]:
    """The workflows that the documents say.

    Raises:
        Malformed: something is wrong with one (`bad_workflow`); the detail names file, line and pointer.
    """
    linter = build_linter()
    return linter.workflows(documents(*folders(settings)))


def build_workflows(
    settings: Settings, commands: Commands, imports: Imports, post: Post
) -> tuple[Workflows, Notices]:
    """The use cases of workflows; raises as `offered`."""
    schemas, offer = JsonSchemas(), Offer(offered(settings))
    rules = TypeRules(step_types(), schemas)
    submissions = Submissions(rules, schemas, recordables(), offer.newest)
    return (
        Workflows(commands, offer, rules, submissions, StepFiles(imports)),
        Notices(commands, rules, submissions, commands.log, post),
    )
