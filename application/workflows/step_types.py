"""What a type of step is. Each is one class in a module of its own in `application/workflows/steps/`, which exports an
instance of it as `STEP_TYPE`: the published form of documents, what `daybook workflows lint` finds, the diagram, what
a page asks for and how an instance goes on follow from it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from application.shared.import_kinds import ImportKind, import_kinds
from application.shared.recordables import Recordable, recordables
from domain.shared.exports import exported
from domain.workflows.definitions import Flaw, Schema, Way, WorkflowStep
from domain.workflows.instances import Audience, Data

NAME: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
"""Names of steps, fields and whatever else a document names."""

TITLE: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
HELP: Schema = {"type": "string", "minLength": 1, "maxLength": 2000}
POINTER: Schema = {
    "type": "string",
    "pattern": "^/[a-z][a-z0-9_]{0,39}/[a-z][a-z0-9_]{0,39}$",
    "description": "A JSON Pointer into the data: `/step/field`.",
}
CONDITION: Schema = {"$ref": "#/$defs/condition"}
NOTHING: Schema = {"type": "object", "properties": {}}


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What other contexts offer to steps: what forms may record, and what files may hold."""

    recordables: Mapping[str, Recordable]
    kinds: Mapping[str, ImportKind[Any]]


def surroundings() -> Surroundings:
    """What there is."""
    return Surroundings(
        recordables=recordables(), kinds={kind.name: kind for kind in import_kinds()}
    )


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A mail: to an address, or to every operator where there is none."""

    to: str | None
    subject: str
    text: str


class StepType:
    """How steps of a type are said, shown and gone through: pure functions of the step and of the data.

    Attributes:
        name: what documents call it.
        meaning: what it does, in a sentence for the published form.
        audience: who is asked for such a step; None if it goes by itself.
        asks: whether a document may say `inputs` for it.
        takes_file: whether a file is handed in for it, of the kind that `import` says.
        needs: which of its `members` have to be there.
        leads_on: whether a document may say `next` for it.
        node: how Mermaid draws it: what stands before and after its text.
        has_effect: whether mails are to be sent when it is performed.
    """

    name: ClassVar[str]
    meaning: ClassVar[str]
    audience: ClassVar[Audience | None] = None
    asks: ClassVar[bool] = False
    takes_file: ClassVar[bool] = False
    needs: ClassVar[tuple[str, ...]] = ()
    leads_on: ClassVar[bool] = True
    node: ClassVar[tuple[str, str]] = ("[", "]")
    has_effect: ClassVar[bool] = False

    def members(self, known: Surroundings) -> Mapping[str, Schema]:  # noqa: ARG002
        """The members of its own that a step of this type has in a document, with their schemas."""
        return {}

    def inputs(self, step: WorkflowStep) -> Schema:
        """The schema of what is submitted for it."""
        return step.inputs or NOTHING

    def leaves(self, step: WorkflowStep) -> Schema:
        """The schema of what it adds to the data."""
        return self.inputs(step)

    def reads(self, step: WorkflowStep) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        """Which data it rests on: where in the step it says so, and the pointer into the data."""
        return ()

    def told_away(self, step: WorkflowStep) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        """As `reads`, what it tells to an address that the data hold: no words of whoever may have given that."""
        return ()

    def conditions(self, step: WorkflowStep) -> Sequence[tuple[str, Schema]]:
        """The conditions it says, and where in the step."""
        return () if step.when is None else [("/when", step.when)]

    def flaws(
        self,
        step: WorkflowStep,  # noqa: ARG002
        before: Sequence[WorkflowStep],  # noqa: ARG002
        known: Surroundings,  # noqa: ARG002
    ) -> Iterator[Flaw]:
        """What is wrong with it that the form cannot say; pointers are into the step."""
        yield from ()

    def ways(self, step: WorkflowStep) -> Sequence[Way]:
        """Where it may lead."""
        return [Way(goes=step.next)]

    def performed(self, step: WorkflowStep, data: Data) -> Mapping[str, Any]:  # noqa: ARG002
        """What it comes to, of a type that goes by itself."""
        return {}

    def goes(
        self,
        step: WorkflowStep,
        data: Data,  # noqa: ARG002
        holds: Callable[[Schema, Data], bool],  # noqa: ARG002
    ) -> str | None:
        """Where it leads with these data."""
        return step.next

    def days(self, step: WorkflowStep) -> int | None:  # noqa: ARG002
        """After how many days it is late; None for never."""
        return None

    def goes_when_late(self, step: WorkflowStep) -> str | None:  # noqa: ARG002
        """Where it leads when it is late; None to go on waiting."""
        return None

    def notices(self, step: WorkflowStep, data: Data) -> Sequence[Notice]:  # noqa: ARG002
        """The mails to send because it was performed, of a type that `has_effect`."""
        return ()


def step_types() -> Mapping[str, StepType]:
    """Every type of step, by name."""
    return {one.name: one for one in exported("application", "STEP_TYPE")}
