"""Whatever is ordered and reported in whatever order, a payment ends at most once and its facts replay to its state."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import reduce
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.payments.payments import (
    INITIAL,
    Command,
    NoteFailure,
    NoteReturn,
    NoteSettlement,
    NoteSubmission,
    SchedulePayment,
    State,
    decide,
    evolve,
    status_of,
)
from domain.shared.errors import Refused
from domain.shared.events import Event, decode, encode, name_of

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
COMMANDS: list[Command] = [
    SchedulePayment(
        reimbursement_uid=UUID(int=1),
        bank_uid=UUID(int=2),
        bank_account_uid=UUID(int=3),
        member_uid=UUID(int=4),
        amount=Decimal("184.60"),
        currency="EUR",
        creditor_name="Mira Solberg",
        iban=None,
        routing_number="021000021",
        account_number="4242",
        reference="0" * 32,
    ),
    NoteSubmission(rail="simulated", rail_reference="SIM-1"),
    NoteSettlement(settled_on=date(2026, 11, 20)),
    NoteFailure(reason="account closed"),
    NoteReturn(reason="unknown beneficiary"),
]
FOLLOWS = {
    "none": {"scheduled"},
    "scheduled": {"submitted", "failed"},
    "submitted": {"settled", "failed"},
    "settled": {"returned"},
    "failed": set[str](),
    "returned": set[str](),
}
sequences = st.lists(st.sampled_from(COMMANDS), max_size=20)


def carried_out(commands: list[Command]) -> tuple[State, list[Event]]:
    """The state and the facts that these commands leave, refused ones passed over."""
    state: State = INITIAL
    log: list[Event] = []
    for command in commands:
        try:
            facts = decide(state, command, NOW)
        except Refused:
            continue
        state, log = reduce(evolve, facts, state), log + facts
    return state, log


@given(sequences)
def test_facts_follow_the_drawn_transitions_and_come_once(commands: list[Command]) -> None:
    _, log = carried_out(commands)
    state: State = INITIAL
    for fact in log:
        before = status_of(state)
        state = evolve(state, fact)
        assert status_of(state) in FOLLOWS[before]
    assert all(number == 1 for number in Counter(type(fact) for fact in log).values())


@given(sequences)
def test_the_stored_facts_replay_to_the_state(commands: list[Command]) -> None:
    state, log = carried_out(commands)
    stored = [decode(name_of(type(fact)), encode(fact)) for fact in log]
    assert reduce(evolve, stored, INITIAL) == state


@given(sequences)
def test_what_is_repeated_comes_to_an_end(commands: list[Command]) -> None:
    # What was refused at first may follow later; but there are only so many phases.
    _, log = carried_out(commands * len(FOLLOWS))
    assert carried_out(commands * (len(FOLLOWS) + 1))[1] == log
