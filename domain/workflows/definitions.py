"""Definitions of workflows: the document as it was said, which steps it has, and where they lead.

Rules upheld here:
- a name and a version have one document for ever: what differs needs a higher version;
- a step leads on to later steps or to the end, so every instance comes to an end;
- every step can be reached, and steps of one page stand together, since they are submitted together.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Refused, nearest
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.kits import Nothing, Recorded

END = "end"
"""Where a step leads after which nothing comes."""

COMPLETED = "completed"
"""The outcome of an instance whose last step names none."""

Schema = Mapping[str, Any]
"""A JSON Schema (draft 2020-12)."""

_COMMON = ("name", "type", "title", "help", "page", "inputs", "when", "next", "outcome")


class WorkflowStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what every type of step has, and beside it the `settings` of its own.

    Steps of one `page` are shown and submitted together. `inputs` is the schema of what is asked for; a step is skipped
    where the data do not fit `when`. `next` is where it leads; None is the step after it. `outcome` is that of an
    instance which ends with it.
    """

    name: str
    type: str
    title: str
    help: str = ""
    page: str = ""
    inputs: Schema = {}
    when: Schema | None = None
    next: str | None = None
    outcome: str = COMPLETED
    settings: Mapping[str, Any] = {}


class Workflow(msgspec.Struct, frozen=True, kw_only=True):
    """A definition; `document` is its text, by which versions are told apart."""

    name: str
    version: int
    title: str
    help: str = ""
    steps: tuple[WorkflowStep, ...]
    document: str

    def step(self, name: str) -> WorkflowStep:
        """The step of this name; raises `KeyError`."""
        return self.steps[self.place(name)]

    def place(self, name: str) -> int:
        """Where the step of this name stands; raises `KeyError`."""
        for place, step in enumerate(self.steps):
            if step.name == name:
                return place
        raise KeyError(name)

    def page_from(self, place: int) -> Sequence[WorkflowStep]:
        """The steps that are submitted together with the one at this place, from it on."""
        first = self.steps[place]
        together = [first]
        for step in self.steps[place + 1 :]:
            if not first.page or step.page != first.page:
                break
            together.append(step)
        return together

    def after(self, name: str, goes: str | None) -> int | None:
        """The place that a step leads to, if it `goes` there; the one after it for None. None is the end."""
        if goes == END:
            return None
        place = self.place(name) + 1 if goes is None else self.place(goes)
        return place if place < len(self.steps) else None


def workflow_of(document: str) -> Workflow:
    """The workflow that a document says; it is taken to have the form that is published."""
    said = json.loads(document, parse_float=Decimal)
    steps = tuple(map(_step, said["steps"]))
    told = {name: said[name] for name in ("name", "version", "title")}
    return Workflow(**told, help=said.get("help", ""), steps=steps, document=document)


def written(document: Mapping[str, Any]) -> str:
    """A document as the log keeps it: JSON, its members in their order, since a form shows its fields in it."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    return encoder.encode(document).decode()


def _step(said: Mapping[str, Any]) -> WorkflowStep:
    common = {name: said[name] for name in _COMMON if name in said}
    own = {name: value for name, value in said.items() if name not in _COMMON}
    return WorkflowStep(**common, settings=own)


def workflow_uid(name: str, version: int) -> UUID:
    """The stream of a version of a workflow."""
    return derived("workflow", name, str(version))


# What is wrong with the graph


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with a document, and where: a JSON pointer."""

    pointer: str
    detail: str


def flaws(steps: Sequence[WorkflowStep], ways: Sequence[Sequence["Way"]]) -> Iterator[Flaw]:
    """What is wrong with steps that lead these ways, in the order of the steps."""
    names = [step.name for step in steps]
    reached = {0}
    for place, (step, leads) in enumerate(zip(steps, ways, strict=True)):
        if step.name in names[:place]:
            yield Flaw(f"/steps/{place}/name", f"there is a step {step.name!r} before it")
        yield from _misplaced(steps, place)
        for way in leads:
            flaw = _misled(names, place, way)
            if flaw:
                yield flaw
            elif way.goes != END:
                reached.add(names.index(way.goes) if way.goes else place + 1)
        if place not in reached:
            yield Flaw(f"/steps/{place}", f"nothing leads to the step {step.name!r}")
        if step.when is not None:
            # Who skips it goes on as if it were not there.
            reached.add(place + 1)


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A way that a step may lead: `goes` as `WorkflowStep.next`, under which `label`, said where in the step."""

    goes: str | None = None
    label: str = ""
    pointer: str = "/next"


def _misplaced(steps: Sequence[WorkflowStep], place: int) -> Iterator[Flaw]:
    page, before = steps[place].page, [step.page for step in steps[:place]]
    if page and page in before and before[-1] != page:
        yield Flaw(f"/steps/{place}/page", f"the steps of the page {page!r} do not stand together")
    if page and place + 1 < len(steps) and steps[place + 1].page == page and steps[place].next:
        yield Flaw(f"/steps/{place}/next", f"only the last step of the page {page!r} leads on")


def _misled(names: Sequence[str], place: int, way: Way) -> Flaw | None:
    pointer = f"/steps/{place}{way.pointer}"
    if way.goes is None or way.goes == END:
        return None
    if way.goes not in names:
        near = nearest(way.goes, [*names, END])
        meant = f"; did you mean {near!r}?" if near else ""
        return Flaw(pointer, f"there is no step {way.goes!r}{meant}")
    if names.index(way.goes) <= place:
        return Flaw(pointer, f"{way.goes!r} does not come after it: a step leads on to later ones")
    return None


# The fact


class DefineWorkflow(msgspec.Struct, frozen=True, kw_only=True):
    """Take a version of a workflow into use."""

    workflow: Workflow


@event("workflow.defined.v1", by=DefineWorkflow)
class WorkflowDefined(Event, frozen=True):
    """A version of a workflow came into use; `document` is JSON."""

    name: str
    version: int
    title: str
    document: str


class WorkflowDiffers(Refused, code="workflow_differs"):
    """The log has another document under this name and version."""


def _decide(
    state: Nothing | Recorded[WorkflowDefined],
    command: DefineWorkflow,
    now: datetime,  # noqa: ARG001
) -> list[Event]:
    one = command.workflow
    if isinstance(state, Nothing):
        told = {name: getattr(one, name) for name in ("name", "version", "title", "document")}
        return [WorkflowDefined(**told)]
    if state.fact.document == one.document:
        return []
    raise WorkflowDiffers(
        f"the document of {one.name} is not the one that its version {one.version} was used with: raise its version",
        workflow=one.name,
        version=one.version,
    )


def _evolve(
    state: Nothing | Recorded[WorkflowDefined], fact: Event
) -> Nothing | Recorded[WorkflowDefined]:
    return Recorded(fact) if isinstance(fact, WorkflowDefined) else state


DECIDER: Decider[Nothing | Recorded[WorkflowDefined], DefineWorkflow] = Decider(
    Nothing(), _decide, _evolve
)
