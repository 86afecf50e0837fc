"""One attempt at a reaction, and what becomes of it; which event leads to which reaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID

import pytest

from application.policies import POLICIES, Policy, names_watched, planned
from application.shared.ports import Record
from application.shared.reactions.attempts import (
    FAILURES_MAX,
    Done,
    Failed,
    Outcome,
    Parked,
    Postponed,
    attempt,
    pause_s,
)
from application.shared.reactions.handling import Handler, handlers
from application.shared.reactions.ports import (
    NotYet,
    Permanent,
    PlannedReaction,
    Reaction,
    Retryable,
    followed,
)
from application.shared.services import Services
from domain.expenses import ExpenseRecorded
from domain.shared.errors import Conflict, Invalid, Refused, Unavailable
from tests.facts import an_expense

REACTION = Reaction(
    id=UUID(int=1),
    policy="test",
    kind="do",
    subject=UUID(int=2),
    position=3,
    correlation_id=UUID(int=4),
)
NOTHING: Services = Services(**dict.fromkeys((field.name for field in fields(Services)), None))  # type: ignore[arg-type]


def after(error: Exception | None, failures: int = 0) -> Outcome:
    """What becomes of a reaction whose handler raises this."""

    async def handler(_: Reaction, __: Services) -> None:
        if error is not None:
            raise error

    reaction = Reaction(
        **{name: getattr(REACTION, name) for name in REACTION.__struct_fields__}
        | {"failures": failures}
    )
    return asyncio.run(attempt(reaction, {"do": handler}, NOTHING))


def test_what_succeeds_is_done() -> None:
    assert after(None) == Done()


def test_what_fails_in_passing_is_tried_again_after_a_pause_that_doubles() -> None:
    for error in (Retryable("r"), Unavailable("u"), Conflict("c"), OSError("o"), ValueError("v")):
        outcome = after(error, failures=3)
        assert isinstance(outcome, Failed)
        assert outcome.after_s == 8.0


def test_an_error_nobody_foresaw_is_handed_on_for_the_log() -> None:
    error = KeyError("name")
    outcome = after(error)
    assert isinstance(outcome, Failed)
    assert outcome.unexpected is error
    assert outcome.reason == "KeyError: 'name'"


@pytest.mark.parametrize("error", [Permanent("no"), Refused("no"), Invalid("no")])
def test_what_waiting_does_not_change_is_parked_at_once(error: Exception) -> None:
    outcome = after(error)
    assert isinstance(outcome, Parked)
    assert outcome.reason.endswith("no")


def test_the_twelfth_failure_parks() -> None:
    assert isinstance(after(Retryable("r"), FAILURES_MAX - 2), Failed)
    assert after(Retryable("r"), FAILURES_MAX - 1) == Parked("r (after 12 attempts)")


def test_a_reaction_that_kills_its_workers_is_parked_without_another_attempt() -> None:
    assert isinstance(after(None, FAILURES_MAX), Parked)


def test_nothing_to_report_yet_is_no_failure() -> None:
    assert after(NotYet(2.5), FAILURES_MAX - 1) == Postponed(2.5)


def test_a_kind_without_a_handler_is_parked() -> None:
    outcome = asyncio.run(attempt(REACTION, {}, NOTHING))
    assert outcome == Parked("there is no handler for the kind do")


def test_pauses_double_up_to_five_minutes() -> None:
    assert [pause_s(failures) for failures in (1, 2, 3, 8, 9, 10, 40)] == [
        1, 2, 4, 128, 256, 300, 300,
    ]  # fmt: skip


def test_what_a_handler_asks_for_follows_with_an_id_of_its_own() -> None:
    more = [PlannedReaction("tell", UUID(int=number), {"n": number}) for number in (8, 9)]

    async def handler(_: Reaction, __: Services) -> Sequence[PlannedReaction]:
        return more

    table: dict[str, Handler] = {"do": handler}
    outcome = asyncio.run(attempt(REACTION, table, NOTHING))
    assert outcome == Done(tuple(more))
    first, second = (followed(REACTION, each) for each in more)
    assert first.id != second.id != REACTION.id
    assert (first.position, first.correlation_id) == (3, UUID(int=4))
    assert followed(REACTION, more[0]).id == first.id


def test_a_report_has_the_same_cause_at_every_attempt() -> None:
    assert REACTION.cause() == REACTION.cause()
    assert REACTION.cause("a").causation_id != REACTION.cause("b").causation_id
    assert REACTION.cause().actor == "reaction:test"
    assert REACTION.cause().correlation_id == REACTION.correlation_id


def recorded(position: int = 7) -> Record[ExpenseRecorded]:
    """An expense as it stands in the log."""
    return Record(
        position=position,
        stream_id=UUID(int=5),
        version=1,
        name="expense.recorded.v2",
        actor="test",
        correlation_id=UUID(int=6),
        causation_id=UUID(int=7),
        recorded_at=datetime(2026, 11, 20, tzinfo=UTC),
        event=an_expense(),
    )


TOLD = Policy("tell", (type(an_expense()),), "tell")


def test_a_policy_reacts_to_its_events_and_to_no_others() -> None:
    (reaction,) = planned([TOLD, Policy("not this", (), "never")], recorded())
    assert (reaction.kind, reaction.subject, reaction.position) == ("tell", UUID(int=5), 7)
    assert planned(POLICIES, recorded()) == []


def test_the_id_of_a_reaction_tells_by_policy_and_event() -> None:
    ids = {
        planned([policy], recorded(position))[0].id
        for policy in (TOLD, Policy("other", TOLD.on, "tell"))
        for position in (7, 8)
    }
    assert len(ids) == 4
    assert planned([TOLD], recorded())[0].id == planned([TOLD], recorded())[0].id


def test_the_id_of_a_reaction_never_changes() -> None:
    # Other ids would send every letter and order every payment again. Pinned.
    assert str(planned([TOLD], recorded())[0].id) == "0c47ed7c-f7f3-81ea-aa4d-7b1d94e53925"


def test_older_versions_of_an_event_are_watched_too() -> None:
    assert names_watched([TOLD]) == ["expense.recorded.v1", "expense.recorded.v2"]


def test_policies_have_names_of_their_own() -> None:
    names = [policy.name for policy in POLICIES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_kind_that_is_planned_has_a_handler(policy: Policy) -> None:
    assert policy.kind in handlers()
