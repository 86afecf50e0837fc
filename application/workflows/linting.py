"""What is wrong with a document: its form, its graph, and what its steps say of each other."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from application.workflows.formats import published
from application.workflows.ports import Schemas, WorkflowDocument
from application.workflows.step_types import NOTHING, StepType, Surroundings
from domain.shared.errors import Malformed, nearest
from domain.workflows.definitions import (
    END,
    Flaw,
    Schema,
    Workflow,
    WorkflowStep,
    flaws,
    workflow_of,
    written,
)
from domain.workflows.instances import Audience

_MORE = 20
"""How many flaws of a document are told at once."""


class Linter:
    """Holds documents against the published form and against the rules of the types of steps."""

    def __init__(
        self, types: Mapping[str, StepType], known: Surroundings, schemas: Schemas
    ) -> None:
        self._types, self._known, self._schemas = types, known, schemas
        self.form = published(types, known)

    def workflow(self, document: WorkflowDocument) -> Workflow:
        """The workflow that a document says.

        Raises:
            Malformed: something is wrong with it (`bad_workflow`); the detail names file, line and pointer of each.
        """
        found = list(self.flaws(document.values))
        if found:
            lines = [document.told(flaw) for flaw in found[:_MORE]]
            raise Malformed("\n".join(lines), code="bad_workflow")
        return workflow_of(written(document.values))

    def workflows(self, documents: Sequence[WorkflowDocument]) -> list[Workflow]:
        """The workflows that these say; raises as `workflow`, also where two say the same name and version."""
        found = dict[tuple[str, int], Workflow]()
        for document in documents:
            one = self.workflow(document)
            if (one.name, one.version) in found:
                detail = f"another document says version {one.version} of {one.name!r}"
                raise Malformed(document.told(Flaw("/version", detail)), code="bad_workflow")
            found[one.name, one.version] = one
        return [*found.values()]

    def flaws(self, values: Mapping[str, Any]) -> Iterator[Flaw]:
        """What is wrong; the graph is looked at once the form is right."""
        wrong = self._schemas.faults(self.form, values)
        if wrong:
            yield from (Flaw(str(fault.pointer), _said(fault)) for fault in wrong)
            return
        steps = workflow_of(written(values)).steps
        yield from flaws(steps, [self._types[step.type].ways(step) for step in steps])
        for place, step in enumerate(steps):
            for flaw in self._of_step(step, steps[:place]):
                yield Flaw(f"/steps/{place}{flaw.pointer}", flaw.detail)

    def _of_step(self, step: WorkflowStep, before: Sequence[WorkflowStep]) -> Iterator[Flaw]:
        kind = self._types[step.type]
        if step.name == END:
            yield Flaw("/name", f"{END!r} is where steps lead after which nothing comes")
        for required in step.inputs.get("required", ()):
            if required not in step.inputs["properties"]:
                yield Flaw("/inputs/required", f"there is no field {required!r}")
        for name, field in step.inputs.get("properties", {}).items():
            yield from _mistyped(f"/inputs/properties/{name}", field)
        yield from kind.flaws(step, before, self._known)
        # Steps of its own page are asked together with it: nothing is known of them yet.
        known = [each for each in before if not step.page or each.page != step.page]
        there = {each.name: self._types[each.type].leaves(each) for each in known}
        for pointer, reads in kind.reads(step):
            _, name, field = reads.split("/")
            yield from _unread(pointer, name, field, there)
        strangers = [
            each for each in known if self._types[each.type].audience == Audience.APPLICANT
        ]
        for pointer, tells in kind.told_away(step):
            yield from _worded(pointer, tells, {each.name: there[each.name] for each in strangers})
        for pointer, condition in kind.conditions(step):
            yield from _unfit(pointer, condition, there)


def _mistyped(pointer: str, field: Schema) -> Iterator[Flaw]:
    """YAML takes a plain yes, no, on or off for a truth, and 10 for a number: as words they have quotes."""
    wanted = {"string": str, "boolean": bool}.get(field["type"], int | Decimal)
    choices = [*field.get("enum", ()), *([field["const"]] if "const" in field else ())]
    for choice in choices:
        is_truth = isinstance(choice, bool)
        if not isinstance(choice, wanted) or (is_truth and field["type"] != "boolean"):
            told = "true or false" if is_truth else str(choice)
            yield Flaw(pointer, f"{told} is no {field['type']}; as a text it needs quotes")


def _said(fault: Any) -> str:
    return f"{fault.detail}, got {fault.got!r}" if fault.got is not None else str(fault.detail)


def _worded(pointer: str, tells: str, asked: Mapping[str, Schema]) -> Iterator[Flaw]:
    """Whoever fills in a form could send anybody what they please, if their words went to an address they give."""
    _, name, field = tells.split("/")
    said = asked.get(name, NOTHING)["properties"].get(field, {})
    is_free = said.get("type") == "string" and said.get("format") != "date" and "enum" not in said
    if is_free:
        detail = f"the words of {tells} would go to an address that is given with them"
        yield Flaw(pointer, f"{detail}: only numbers, days and choices may")


def _unread(pointer: str, name: str, field: str, there: Mapping[str, Schema]) -> Iterator[Flaw]:
    if name not in there:
        near = nearest(name, [*there])
        meant = f"; did you mean {near!r}?" if near else ""
        yield Flaw(pointer, f"nothing is known of a step {name!r} before this one{meant}")
    elif field not in there[name]["properties"]:
        near = nearest(field, [*there[name]["properties"]])
        meant = f"; did you mean {near!r}?" if near else ""
        yield Flaw(pointer, f"{name!r} has no field {field!r}{meant}")


def _unfit(pointer: str, condition: Schema, there: Mapping[str, Schema]) -> Iterator[Flaw]:
    """What a condition says of data that there are not."""
    for word in ("allOf", "anyOf", "oneOf"):
        for place, part in enumerate(condition.get(word, ())):
            yield from _unfit(f"{pointer}/{word}/{place}", part, there)
    if "not" in condition:
        yield from _unfit(f"{pointer}/not", condition["not"], there)
    for step, part in condition.get("properties", {}).items():
        under = f"{pointer}/properties/{step}"
        if step not in there:
            yield from _unread(under, step, "", there)
            continue
        for field in (*part.get("properties", ()), *part.get("required", ())):
            yield from _unread(under, step, field, there)
    for step in condition.get("required", ()):
        if step not in there:
            yield from _unread(f"{pointer}/required", step, "", there)
