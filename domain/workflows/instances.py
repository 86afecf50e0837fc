"""Instances: one time that somebody goes through a workflow.

```
nothing ──started──► awaits the steps of a page ──submitted──► awaits others ──► … ──ended──► over
                      │                       ▲
                      └──deadline passed──────┘
```

Rules upheld here:
- an instance stays with the version of the workflow that it began with;
- only what is awaited is submitted, by those of whom it is awaited, and all of a page at once;
- each step is submitted, performed or skipped at most once; to submit it again leads to nothing, but that staff who
  say something else than was said before are told so;
- what follows by itself (steps that nobody is asked for) is decided together with what it follows from;
- what is over stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.kits import Nothing
from domain.workflows.definitions import COMPLETED, Schema, Workflow, WorkflowStep

Data = Mapping[str, Mapping[str, Any]]
"""What is known in an instance: the values of every step by the step's name."""


class Audience(StrEnum):
    """Who is asked for a step: whoever has the link, or staff."""

    APPLICANT = "applicant"
    STAFF = "staff"


def instance_uid(token: str) -> UUID:
    """The stream of the instance whose link has this token. The token cannot be told from it."""
    return derived("workflow instance", sha256(token.encode()).hexdigest())


# How steps go


class StepRules(Protocol):
    """How the steps of each type go; pure functions of the step and of what is known."""

    def audience(self, step: WorkflowStep) -> Audience | None:
        """Who is asked for it; None for one that goes by itself."""

    def days(self, step: WorkflowStep) -> int | None:
        """After how many days a step that is awaited is late; None for never."""

    def performed(self, step: WorkflowStep, data: Data) -> Mapping[str, Any]:
        """What it comes to, of one that goes by itself."""

    def goes(self, step: WorkflowStep, data: Data) -> str | None:
        """Where it leads, as `WorkflowStep.next`."""

    def goes_when_late(self, step: WorkflowStep) -> str | None:
        """Where it leads when nobody did it in time; None to go on waiting."""

    def has_effect(self, step: WorkflowStep) -> bool:
        """Whether something is to be done in the world when it is performed."""

    def holds(self, schema: Schema, data: Data) -> bool:
        """Whether the data fit a schema."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """The workflow an instance goes through, how its steps go, and how values read that the log holds as text."""

    workflow: Workflow
    rules: StepRules
    data_of: Callable[[Mapping[str, Mapping[str, Any]]], Data]


# Commands


class StepValues(msgspec.Struct, frozen=True, kw_only=True):
    """What was submitted for a step: `recorded` are streams of others that hold the part of it that is theirs."""

    step: str
    values: Mapping[str, Any]
    recorded: Mapping[str, UUID] = {}


class SubmitSteps(msgspec.Struct, frozen=True, kw_only=True):
    """Submit the steps of a page; the first page begins the instance."""

    course: Course
    by: Audience
    steps: tuple[StepValues, ...]


class PassDeadline(msgspec.Struct, frozen=True, kw_only=True):
    """Note that nobody did what was awaited since the event of this version of the stream."""

    course: Course
    awaited_at: int


Command = SubmitSteps | PassDeadline


# Events


@event("workflow.started.v1", by=SubmitSteps)
class WorkflowStarted(Event, frozen=True):
    """Somebody began to go through a workflow."""

    workflow: str
    version: int


@event("workflow.steps_awaited.v1", by=(SubmitSteps, PassDeadline))
class StepsAwaited(Event, frozen=True):
    """It goes on when these steps are submitted; they are late after `due_at`."""

    steps: tuple[str, ...]
    of: Audience
    due_at: datetime | None = None


@event("workflow.step_submitted.v1", by=SubmitSteps)
class StepSubmitted(Event, frozen=True):
    """Somebody did a step. What was recorded elsewhere of what they said stands there, and not here again."""

    step: str
    values: dict[str, Any]
    recorded: dict[str, UUID] = msgspec.field(default_factory=dict)


@event("workflow.step_performed.v1", by=(SubmitSteps, PassDeadline))
class StepPerformed(Event, frozen=True):
    """A step went by itself, and came to this; `has_effect` says that something is to be done in the world."""

    step: str
    values: dict[str, Any]
    has_effect: bool = False


@event("workflow.step_skipped.v1", by=(SubmitSteps, PassDeadline))
class StepSkipped(Event, frozen=True):
    """The data did not fit the condition of a step."""

    step: str


@event("workflow.deadline_passed.v1", by=PassDeadline)
class DeadlinePassed(Event, frozen=True):
    """Nobody did these steps in time; `goes_on` says that it waits for them no longer."""

    steps: tuple[str, ...]
    goes_on: bool


@event("workflow.ended.v1", by=(SubmitSteps, PassDeadline))
class WorkflowEnded(Event, frozen=True):
    """It is over, with this outcome."""

    outcome: str


# State and refusals


class InstanceState(msgspec.Struct, frozen=True, kw_only=True):
    """How far an instance is: `values` of the steps that are done, what it waits for, and its outcome once it is over.

    Values are as the log holds them: numbers are text. `awaited_at` is the version of the event that said what is
    awaited, `version` that of the newest.
    """

    workflow: str
    workflow_version: int
    values: Mapping[str, Mapping[str, Any]] = {}
    recorded: Mapping[str, Mapping[str, UUID]] = {}
    skipped: tuple[str, ...] = ()
    awaited: StepsAwaited | None = None
    awaited_at: int = 0
    is_late: bool = False
    outcome: str | None = None
    version: int = 1


State = Nothing | InstanceState


class StepNotAwaited(Refused, code="step_not_awaited"):
    """The instance does not wait for this step, or not for it alone, or not of this caller; the facts say for which."""


class StepDone(Refused, code="step_done"):
    """Somebody else has submitted this step, and said something else."""


# Rules


def _decide(state: State, command: Command, now: datetime) -> Sequence[Event]:
    if isinstance(command, PassDeadline):
        return _passed(state, command, now)
    walk = _Walk(command.course, state, now)
    names = [each.step for each in command.steps]
    if isinstance(state, Nothing):
        walk.begin()
    elif names and all(name in state.values for name in names):
        return _again(state, command)
    awaited = walk.state.awaited
    if awaited is None or {*awaited.steps} != {*names} or awaited.of is not command.by:
        raise _not_awaited(names, awaited)
    for each in command.steps:
        walk.add(
            StepSubmitted(
                step=each.step, values={**each.values}, recorded=dict(each.recorded.items())
            )
        )
    walk.on_after(awaited.steps)
    return walk.events


def _again(state: InstanceState, command: SubmitSteps) -> Sequence[Event]:
    """Whoever has the link presses twice or comes back; of staff, another one may have decided otherwise."""
    for each in command.steps:
        if command.by is Audience.STAFF and state.values[each.step] != each.values:
            raise StepDone(f"{each.step} was submitted already, with other values")
    return []


def _not_awaited(names: Sequence[str], awaited: StepsAwaited | None) -> StepNotAwaited:
    steps = awaited.steps if awaited else ()
    waits = (
        f"it waits for {', '.join(steps)} of {awaited.of}" if awaited else "it waits for nothing"
    )
    told = ", ".join(names)[:200]
    return StepNotAwaited(f"{told or 'nothing'} cannot be submitted: {waits}", awaited=steps)


def _passed(state: State, command: PassDeadline, now: datetime) -> Sequence[Event]:
    if isinstance(state, Nothing):
        raise NotFound("there is no such instance of a workflow")
    awaited = state.awaited
    if awaited is None or state.awaited_at != command.awaited_at or state.is_late:
        return []
    if awaited.due_at is None or now < awaited.due_at:
        return []
    walk = _Walk(command.course, state, now)
    last = walk.last_of(awaited.steps)
    goes = command.course.rules.goes_when_late(last)
    walk.add(DeadlinePassed(steps=awaited.steps, goes_on=goes is not None))
    if goes is not None:
        walk.on_from(walk.course.workflow.after(last.name, goes), last)
    return walk.events


class _Walk:
    """One decision: the events so far, and the state that they leave."""

    def __init__(self, course: Course, state: State, now: datetime) -> None:
        self.course = course
        self.events = list[Event]()
        self._state, self._now = state, now

    @property
    def state(self) -> InstanceState:
        assert isinstance(self._state, InstanceState)  # noqa: S101 - its first event is that it was started
        return self._state

    def add(self, fact: Event) -> None:
        self.events.append(fact)
        self._state = _evolve(self._state, fact)

    def begin(self) -> None:
        """Take the first steps."""
        workflow = self.course.workflow
        self.add(WorkflowStarted(workflow=workflow.name, version=workflow.version))
        self.on_from(0)

    def last_of(self, awaited: Sequence[str]) -> WorkflowStep:
        """The last step of the page that these are on: that one leads on, also if it was skipped."""
        workflow = self.course.workflow
        return workflow.page_from(workflow.place(awaited[0]))[-1]

    def on_after(self, awaited: Sequence[str]) -> None:
        """Go on where the page leads that was just done."""
        last = self.last_of(awaited)
        goes = self.course.rules.goes(last, self._data())
        self.on_from(self.course.workflow.after(last.name, goes), last)

    def on_from(self, place: int | None, last: WorkflowStep | None = None) -> None:
        """Go on from this place to what somebody is asked for, or to the end; `last` is the step that was just done."""
        workflow, rules = self.course.workflow, self.course.rules
        while place is not None:
            page = workflow.page_from(place)
            asked = [step for step in page if self._is_wanted(step)]
            for step in page:
                if step not in asked:
                    self.add(StepSkipped(step=step.name))
            if asked and rules.audience(asked[0]) is not None:
                return self._await(asked)
            if asked:
                last = asked[0]
                place = self._performed(last)
            else:
                place = workflow.after(page[-1].name, None)
        self.add(WorkflowEnded(outcome=last.outcome if last else COMPLETED))
        return None

    def _performed(self, step: WorkflowStep) -> int | None:
        rules = self.course.rules
        values = {**rules.performed(step, self._data())}
        self.add(StepPerformed(step=step.name, values=values, has_effect=rules.has_effect(step)))
        return self.course.workflow.after(step.name, rules.goes(step, self._data()))

    def _await(self, steps: Sequence[WorkflowStep]) -> None:
        rules = self.course.rules
        audience, days = rules.audience(steps[-1]), rules.days(steps[-1])
        self.add(
            StepsAwaited(
                steps=tuple(step.name for step in steps),
                of=audience or Audience.APPLICANT,
                due_at=None if days is None else self._now + timedelta(days=days),
            )
        )

    def _is_wanted(self, step: WorkflowStep) -> bool:
        return step.when is None or self.course.rules.holds(step.when, self._data())

    def _data(self) -> Data:
        return self.course.data_of(self.state.values)


def _evolve(state: State, fact: Event) -> State:
    if isinstance(state, Nothing):
        if isinstance(fact, WorkflowStarted):
            return InstanceState(workflow=fact.workflow, workflow_version=fact.version)
        return state
    version = state.version + 1
    return msgspec.structs.replace(state, version=version, **_changed(state, fact, version))


def _changed(state: InstanceState, fact: Event, version: int) -> dict[str, Any]:
    match fact:
        case StepsAwaited():
            return {"awaited": fact, "awaited_at": version, "is_late": False}
        case StepSubmitted(step=step, values=values, recorded=recorded):
            return {
                "values": {**state.values, step: values},
                "recorded": {**state.recorded, step: recorded} if recorded else state.recorded,
            }
        case StepPerformed(step=step, values=values):
            return {"values": {**state.values, step: values}, "awaited": None}
        case StepSkipped(step=step):
            return {"skipped": (*state.skipped, step)}
        case DeadlinePassed(goes_on=goes_on):
            return {"is_late": True, **({"awaited": None} if goes_on else {})}
        case WorkflowEnded(outcome=outcome):
            return {"outcome": outcome, "awaited": None}
        case _:
            return {}


DECIDER: Decider[State, Command] = Decider(Nothing(), _decide, _evolve)


def folded(facts: Sequence[Event]) -> State:
    """The state that these facts leave."""
    return reduce(DECIDER.evolve, facts, DECIDER.initial)


def awaited_first(course: Course, now: datetime) -> StepsAwaited | None:
    """What is asked for to begin with; None if the workflow goes by itself."""
    walk = _Walk(course, Nothing(), now)
    walk.begin()
    return walk.state.awaited
