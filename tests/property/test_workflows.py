"""Whatever happens in an instance, in any order and however often: one effect per step, the same state again."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.workflows.rules import TypeRules
from application.workflows.step_types import step_types
from application.workflows.values import kept, read
from domain.shared.errors import NotFound, Refused
from domain.shared.events import Event, decode, encode, name_of
from domain.workflows.definitions import Workflow
from domain.workflows.instances import (
    DECIDER,
    Audience,
    Course,
    DeadlinePassed,
    InstanceState,
    PassDeadline,
    StepPerformed,
    StepsAwaited,
    StepSkipped,
    StepSubmitted,
    StepValues,
    SubmitSteps,
    WorkflowEnded,
    WorkflowStarted,
    awaited_first,
    folded,
)
from infrastructure.shared.settings import read_settings
from infrastructure.workflows.composition import offered
from infrastructure.workflows.schemas import JsonSchemas
from tests.kits import declared

RULES = TypeRules(step_types(), JsonSchemas())
OFFERED = {one.name: one for one in offered(read_settings({}))}
LOAN = OFFERED["loan-pre-check"]
BEGAN = datetime(2026, 11, 21, tzinfo=UTC)

amounts = st.integers(0, 2_000_000).map(lambda cents: f"{cents / 100:.2f}")
requests = st.fixed_dictionaries(
    {
        "amount": amounts,
        "months": st.integers(0, 130).map(str),
        "income": amounts,
        "expenses": amounts,
    }
)
steps = st.sampled_from([step.name for step in LOAN.steps] + ["nothing"])
commands = st.one_of(
    st.tuples(st.just("page"), requests),
    st.tuples(st.just("review"), st.sampled_from(["approve", "decline", "perhaps"])),
    st.tuples(st.just("late"), st.integers(0, 12)),
    st.tuples(st.sampled_from(["applicant", "staff"]), st.lists(steps, max_size=3)),
    st.tuples(st.just("wait"), st.integers(0, 10)),
)


def course() -> Course:
    return RULES.course(LOAN)


def values(step: str, given: dict[str, str]) -> StepValues:
    """The values of a step as they are recorded."""
    schema = RULES.of(LOAN.step(step)).inputs(LOAN.step(step))
    return StepValues(step=step, values=kept(read(schema, given, "")[0]))


def command_of(what: str, said: Any) -> SubmitSteps | PassDeadline:
    if what == "late":
        return PassDeadline(course=course(), awaited_at=said)
    if what == "page":
        contact = values("contact", {"name": "Zoë", "email": "zoe@example.org"})
        page = (contact, values("request", said))
        return SubmitSteps(course=course(), by=Audience.APPLICANT, steps=page)
    if what == "review":
        review = (values("decision", {"decision": said}),)
        return SubmitSteps(course=course(), by=Audience.STAFF, steps=review)
    named = tuple(StepValues(step=step, values={}) for step in said)
    return SubmitSteps(course=course(), by=Audience(what), steps=named)


@given(st.lists(commands, max_size=12))
def test_every_step_has_one_effect_at_most(said: Sequence[tuple[str, Any]]) -> None:
    facts, state, now = list[Event](), DECIDER.initial, BEGAN
    for what, rest in said:
        if what == "wait":
            now += timedelta(days=rest)
            continue
        command = command_of(what, rest)
        for is_again in (False, True):
            try:
                new = declared(command, DECIDER.decide(state, command, now))
            except (Refused, NotFound):
                assert not is_again, "what was accepted once is not refused when it comes again"
                break
            for fact in new:
                state = DECIDER.evolve(state, fact)
            facts += new
            assert not (is_again and new), "the same again leads to nothing"
    check(facts)


def check(facts: Sequence[Event]) -> None:
    """What holds of every instance, whatever was done to it."""
    done = Counter(
        fact.step for fact in facts if isinstance(fact, StepSubmitted | StepPerformed | StepSkipped)
    )
    assert [step for step, times in done.items() if times > 1] == []
    assert sum(isinstance(fact, WorkflowStarted) for fact in facts) <= 1
    if not facts:
        return
    assert isinstance(facts[0], WorkflowStarted)
    ends = [place for place, fact in enumerate(facts) if isinstance(fact, WorkflowEnded)]
    assert ends in ([], [len(facts) - 1])
    late = Counter(fact.steps for fact in facts if isinstance(fact, DeadlinePassed))
    assert all(times == 1 for times in late.values())
    submitted = {fact.step for fact in facts if isinstance(fact, StepSubmitted)}
    asked = {step for fact in facts if isinstance(fact, StepsAwaited) for step in fact.steps}
    assert submitted <= asked
    again = [decode(name_of(type(fact)), encode(fact)) for fact in facts]
    assert folded(again) == folded(facts)
    state = folded(facts)
    assert isinstance(state, InstanceState)
    assert (state.outcome is None) == (state.awaited is not None)
    assert state.version == len(facts)
    order = [LOAN.place(step) for step in done]
    assert order == sorted(order), "steps lead forward only"


@given(requests)
def test_a_replayed_instance_goes_on_as_the_first_one_would(request_: dict[str, str]) -> None:
    facts = list(DECIDER.decide(DECIDER.initial, command_of("page", request_), BEGAN))
    replayed = folded([decode(name_of(type(fact)), encode(fact)) for fact in facts])
    for state in (folded(facts), replayed):
        assert isinstance(state, InstanceState)
        if state.awaited:
            ends = DECIDER.decide(state, command_of("review", "approve"), BEGAN)
            assert isinstance(ends[-1], WorkflowEnded)
            assert ends[-1].outcome == "approved"


@pytest.mark.parametrize("workflow", OFFERED.values(), ids=lambda one: one.name)
def test_every_workflow_begins_by_asking_for_a_page(workflow: Workflow) -> None:
    awaited = awaited_first(RULES.course(workflow), BEGAN)
    assert awaited is not None
    assert awaited.of is Audience.APPLICANT
