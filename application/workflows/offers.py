"""Which workflows can be begun: those whose documents were read, as long as the log does not contradict them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import reduce

from application.shared.ports import EventLog
from domain.shared.errors import NotFound
from domain.workflows.definitions import (
    DECIDER,
    DefineWorkflow,
    Workflow,
    WorkflowDiffers,
    workflow_uid,
)

_ANY_TIME = datetime.min.replace(tzinfo=UTC)
"""No decision about a definition depends on when it is made."""


class Offer:
    """The workflows of the documents; of each name the newest version is begun."""

    def __init__(self, workflows: Iterable[Workflow]) -> None:
        self._workflows = sorted(workflows, key=lambda one: one.version)

    def all(self) -> Sequence[Workflow]:
        """Every version of each."""
        return tuple(self._workflows)

    def withdraw(self, workflow: Workflow) -> None:
        """Offer this version no longer."""
        self._workflows.remove(workflow)

    def current(self) -> Sequence[Workflow]:
        """The newest version of each, by their titles."""
        found = {one.name: one for one in self._workflows}
        return sorted(found.values(), key=lambda one: (one.title, one.name))

    def newest(self, name: str) -> Workflow:
        """The newest version of one.

        Raises:
            NotFound: there is none of this name.
        """
        for one in reversed(self._workflows):
            if one.name == name:
                return one
        raise NotFound(f"There is no workflow {name[:100]!r}.")


def contradicted(log: EventLog, workflow: Workflow) -> WorkflowDiffers | None:
    """What the log says against a document (blocking): it has another one under this name and version."""
    recorded = log.stream_blocking(workflow_uid(workflow.name, workflow.version))
    known = reduce(DECIDER.evolve, [one.event() for one in recorded], DECIDER.initial)
    try:
        DECIDER.decide(known, DefineWorkflow(workflow=workflow), _ANY_TIME)
    except WorkflowDiffers as differs:
        return differs
    return None
