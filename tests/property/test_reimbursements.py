"""Whatever members and administrators try, in whatever order, a claim keeps its rules."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from application.shared.ports import RecordedEvent
from domain.reimbursements import keys
from domain.reimbursements.claims import (
    INITIAL,
    AmendClaim,
    ApproveClaim,
    ApprovedClaim,
    Approver,
    Command,
    DeniedClaim,
    DenyClaim,
    NoClaim,
    PendingClaim,
    ReimbursementAmended,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
    ReimbursementSubmitted,
    ReimbursementWithdrawn,
    State,
    SubmitClaim,
    WithdrawClaim,
    WithdrawnClaim,
    decide,
    evolve,
)
from domain.reimbursements.details import Details
from domain.reimbursements.keys import ClaimKey
from domain.shared.errors import DaybookError
from domain.shared.events import Event, encode, name_of
from domain.shared.ids import derived
from projections.reimbursements import replayed
from projections.shared.projection import Row

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PEOPLE = [derived("user", str(number)) for number in range(4)]
MEMBER_USER = PEOPLE[0]
CLAIM = derived("claim", "one")
LIMITS = [None, Decimal(50), Decimal(5000)]

details = st.builds(
    Details,
    amount=st.sampled_from([Decimal(x) for x in ("-1", "0", "10", "49.99", "50", "50.01", "900")]),
    currency=st.sampled_from(["EUR", "USD", "JPY"]),
    description=st.sampled_from(["Train", "Taxi", " "]),
    incurred_on=st.just(date(2026, 11, 2)),
)
flags = st.sampled_from([None, derived("claim", "another")])
approvers = st.builds(
    lambda user, limit, currency: Approver(
        administrator_uid=derived("administrator", user),
        user_uid=user,
        name="Ruth",
        limit=limit,
        limit_currency=currency,
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(LIMITS),
    st.sampled_from(["EUR", "USD"]),
)
members = st.sampled_from([MEMBER_USER, MEMBER_USER, PEOPLE[1]])
submissions = st.builds(
    SubmitClaim,
    bank_uid=st.just(derived("bank")),
    bank_id=st.just(1),
    bank_account_uid=st.just(derived("account")),
    bank_account_id=st.just(3),
    member_uid=st.just(derived("member", MEMBER_USER)),
    bank_member_id=st.just(2),
    member_name=st.just("Mira"),
    user_uid=st.just(MEMBER_USER),
    details=details,
    duplicate_of=flags,
)
commands: st.SearchStrategy[Command] = st.one_of(
    submissions,
    st.builds(AmendClaim, user_uid=members, details=details, duplicate_of=flags),
    st.builds(WithdrawClaim, user_uid=members),
    st.builds(ApproveClaim, by=approvers, acknowledge_duplicates=st.booleans()),
    st.builds(DenyClaim, by=approvers, reason=st.sampled_from(["No ticket", ""])),
)


class Life(msgspec.Struct):
    """What became of a claim: the facts, each with the command that led to it and the state that it met."""

    state: State
    facts: list[Event]
    steps: list[tuple[State, Command, Event]]


def lived(attempts: Sequence[Command]) -> Life:
    """The claim after these attempts; what is refused leaves no trace."""
    life = Life(INITIAL, [], [])
    for place, command in enumerate(attempts):
        try:
            facts = decide(life.state, command, START + timedelta(minutes=place))
        except DaybookError:
            continue
        for fact in facts:
            life.steps.append((life.state, command, fact))
            life.facts.append(fact)
            life.state = evolve(life.state, fact)
    return life


@given(st.lists(commands, max_size=15))
def test_replaying_the_facts_gives_the_state(attempts: list[Command]) -> None:
    life = lived(attempts)
    assert reduce(evolve, life.facts, INITIAL) == life.state


@given(st.lists(commands, max_size=15))
def test_a_claim_ends_at_most_once_and_nothing_follows_its_end(attempts: list[Command]) -> None:
    facts = lived(attempts).facts
    ends = [place for place, fact in enumerate(facts) if isinstance(fact, ENDS)]
    assert ends in ([], [len(facts) - 1])
    assert [type(fact) for fact in facts].count(ReimbursementSubmitted) == min(1, len(facts))


ENDS = (ReimbursementApproved, ReimbursementDenied, ReimbursementWithdrawn)


@given(st.lists(commands, max_size=15))
def test_money_goes_out_only_by_the_rules(attempts: list[Command]) -> None:
    """Never by the member's own word; beyond a limit by two, both of whom saw what is paid and what it duplicates."""
    for state, command, fact in lived(attempts).steps:
        if isinstance(fact, ReimbursementDenied | ReimbursementEndorsed):
            assert fact.user_uid != MEMBER_USER
        if not isinstance(fact, ReimbursementApproved):
            continue
        assert isinstance(command, ApproveClaim)
        assert isinstance(state, PendingClaim)
        assert fact.user_uid != MEMBER_USER
        assert command.acknowledge_duplicates or state.duplicate_of is None
        assert state.details.amount > 0
        alone = command.by.limit is None or (
            command.by.limit >= state.details.amount
            and command.by.limit_currency == state.details.currency
        )
        assert alone or state.endorsed is not None
        if state.endorsed is not None and not alone:
            assert state.endorsed.user_uid not in (MEMBER_USER, fact.user_uid)


@given(st.lists(commands, max_size=15))
def test_an_endorsement_is_of_what_is_claimed_now(attempts: list[Command]) -> None:
    life = lived(attempts)
    kinds = [type(fact) for fact in life.facts]
    if isinstance(life.state, PendingClaim) and life.state.endorsed is not None:
        last = len(kinds) - 1 - kinds[::-1].index(ReimbursementEndorsed)
        assert ReimbursementAmended not in kinds[last:]


@given(st.lists(commands, max_size=15))
def test_a_repeated_command_is_quiet_or_refused(attempts: list[Command]) -> None:
    """Whatever was done, doing the very same once more never writes a second fact of its kind."""
    life = lived(attempts)
    for _, command, fact in life.steps[-1:]:
        try:
            again = decide(life.state, command, START + timedelta(days=1))
        except DaybookError:
            continue
        assert type(fact) not in {type(one) for one in again}


@given(st.lists(commands, max_size=15), st.randoms(use_true_random=False))
def test_facts_in_any_order_never_raise(attempts: list[Command], dice: Any) -> None:
    facts = lived(attempts).facts
    dice.shuffle(facts)
    states: list[State] = [INITIAL]
    for fact in facts:
        states.append(evolve(states[-1], fact))
    assert isinstance(
        states[-1], NoClaim | PendingClaim | ApprovedClaim | DeniedClaim | WithdrawnClaim
    )


@given(st.lists(commands, max_size=15))
def test_the_row_says_what_the_state_says(attempts: list[Command]) -> None:
    life = lived(attempts)
    row = replayed(recorded(life.facts))
    if row is None:
        assert life.state == INITIAL
        return
    assert row["version"] == len(life.facts)
    match life.state:
        case PendingClaim(details=told, duplicate_of=flag, endorsed=endorsed):
            assert row["status"] == "pending"
            assert row["withdrawn_at"] is None
        case ApprovedClaim(claim=claim, approved=end):
            told, flag, endorsed = claim.details, claim.duplicate_of, claim.endorsed
            assert (row["status"], row["decided_at"]) == ("approved", end.approved_at)
            assert row["decided_by"] == end.administrator_uid
        case DeniedClaim(claim=claim, denied=end):
            told, flag, endorsed = claim.details, claim.duplicate_of, claim.endorsed
            assert (row["status"], row["reason"]) == ("denied", end.reason)
        case WithdrawnClaim(claim=claim, withdrawn=end):
            told, flag, endorsed = claim.details, claim.duplicate_of, claim.endorsed
            assert (row["status"], row["listing"]) == ("pending", "withdrawn")
            assert row["withdrawn_at"] == end.withdrawn_at
        case state:
            raise AssertionError(f"{state} has no row")
    assert_told(row, told, flag)
    assert row["endorsed_by"] == (endorsed and endorsed.administrator_uid)


def assert_told(row: Row, told: Details, flag: UUID | None) -> None:
    """The row has the details of the claim as it is now."""
    assert row["duplicate_of"] == flag
    for name in told.__struct_fields__:
        assert row[name] == getattr(told, name)


def recorded(facts: Sequence[Event]) -> list[RecordedEvent]:
    """These facts as the log would give them back, on one stream."""
    return [
        RecordedEvent(
            position=place,
            stream_id=CLAIM,
            version=place,
            name=name_of(type(fact)),
            payload=encode(fact),
            actor="test",
            correlation_id=CLAIM,
            causation_id=CLAIM,
            idempotency_key=None,
            recorded_at=START,
        )
        for place, fact in enumerate(facts, start=1)
    ]


uses = st.lists(st.tuples(st.booleans(), st.sampled_from(PEOPLE)), max_size=20)


@given(uses)
def test_a_key_is_held_by_those_who_use_it_in_the_order_they_came(
    steps: list[tuple[bool, UUID]],
) -> None:
    key, holders = ClaimKey(), list[UUID]()
    for is_use, claim in steps:
        command = keys.UseKey if is_use else keys.ReleaseKey
        for fact in keys.decide(key, command(reimbursement_uid=claim), START):
            key = keys.evolve(key, fact)
        if is_use and claim not in holders:
            holders.append(claim)
        elif not is_use and claim in holders:
            holders.remove(claim)
    assert list(key.holders) == holders
