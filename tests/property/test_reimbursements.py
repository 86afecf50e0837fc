"""Whatever members and administrators try, in whatever order, a claim keeps its rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from application.shared.ports import RecordedEvent
from domain.reimbursements import claims, keys
from domain.reimbursements.details import Details
from domain.reimbursements.words import Controls
from domain.shared.errors import DaybookError
from domain.shared.events import Event, encode, name_of
from domain.shared.ids import derived
from projections.reimbursements import REIMBURSEMENTS
from projections.shared.projection import Row
from projections.shared.replayed import folded
from tests import kits
from tests.kits import Lived, given_of
from tests.strategies import CLAIMANT, PEOPLE, claim_commands

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CLAIM = derived("claim", "one")
attempted = st.lists(claim_commands, max_size=15)


def lived(attempts: Sequence[claims.Command]) -> Lived[claims.State, claims.Command]:
    """The claim after these attempts, one a minute."""
    return kits.lived(claims.DECIDER, attempts, lambda place: START + timedelta(minutes=place))


def led_somewhere(life: Lived[claims.State, claims.Command]) -> list[Any]:
    """The steps that were not quiet."""
    return [step for step in life.steps if step[2]]


@given(attempted)
def test_replaying_the_facts_gives_the_state(attempts: list[claims.Command]) -> None:
    life = lived(attempts)
    assert given_of(claims.DECIDER)(*life.facts).state == life.given.state


@given(attempted)
def test_a_claim_ends_at_most_once_and_nothing_follows_its_end(
    attempts: list[claims.Command],
) -> None:
    facts = lived(attempts).facts
    ends = [place for place, fact in enumerate(facts) if isinstance(fact, ENDS)]
    assert ends in ([], [len(facts) - 1])
    assert [type(fact) for fact in facts].count(claims.ReimbursementSubmitted) == min(1, len(facts))


ENDS = (claims.ReimbursementApproved, claims.ReimbursementDenied, claims.ReimbursementWithdrawn)


@given(attempted)
def test_money_goes_out_only_by_the_rules(attempts: list[claims.Command]) -> None:
    """Never by the word of the member or of who made the payee; by so many who saw what is paid, and to whom."""
    for before, command, (fact,) in led_somewhere(lived(attempts)):
        state = before.state
        if isinstance(fact, claims.ReimbursementDenied | claims.ReimbursementEndorsed):
            assert fact.user_uid != CLAIMANT
        if not isinstance(fact, claims.ReimbursementApproved):
            continue
        assert isinstance(command, claims.ApproveClaim)
        assert isinstance(state, claims.PendingClaim)
        assert fact.user_uid != CLAIMANT
        assert command.acknowledge_duplicates or state.duplicate_of is None
        assert state.details.amount > 0
        assert_enough(state, command, command.controls)


def assert_enough(
    claim: claims.PendingClaim, command: claims.ApproveClaim, controls: Controls
) -> None:
    """By people who may, as many as it takes, and not beyond what all they could use comes to."""
    barred = controls.payee_by if controls.four_eyes else frozenset()
    said = {word.user_uid for word in claim.words if word.payee_version == controls.payee_version}
    words = [
        command.by,
        *(it for it in command.beside if it.user_uid in said and it.user_uid not in barred),
    ]
    assert command.by.user_uid not in barred
    assert command.by.role in controls.roles
    people = {it.user_uid for it in words if it.role in controls.roles}
    assert len(people) >= controls.approvals
    assert not controls.four_eyes or people != {controls.admitted_by}
    usable = [*words, *(it.lender for it in words if it.lender)]
    by_user: dict[UUID, list[Decimal | None]] = {}
    for it in usable:
        if it.limit is None or it.limit_currency == claim.details.currency:
            by_user.setdefault(it.user_uid, []).append(it.limit)
    most = [None if None in limits else max(filter(None, limits)) for limits in by_user.values()]
    assert None in most or sum(filter(None, most)) >= claim.details.amount + controls.spent


@given(attempted)
def test_an_endorsement_is_of_what_is_claimed_now(attempts: list[claims.Command]) -> None:
    life = lived(attempts)
    kinds = [type(fact) for fact in life.facts]
    if isinstance(life.given.state, claims.PendingClaim) and life.given.state.words:
        last = len(kinds) - 1 - kinds[::-1].index(claims.ReimbursementEndorsed)
        assert claims.ReimbursementAmended not in kinds[last:]


@given(attempted)
def test_a_repeated_command_is_quiet_or_refused(attempts: list[claims.Command]) -> None:
    """Whatever was done, doing the very same once more never writes a second fact of its kind."""
    life = lived(attempts)
    for _, command, (fact,) in led_somewhere(life)[-1:]:
        try:
            again = life.given.when(command, START + timedelta(days=1)).facts()
        except DaybookError:
            continue
        assert type(fact) not in {type(one) for one in again}


@given(attempted, st.randoms(use_true_random=False))
def test_facts_in_any_order_never_raise(attempts: list[claims.Command], dice: Any) -> None:
    facts = lived(attempts).facts
    dice.shuffle(facts)
    assert isinstance(
        given_of(claims.DECIDER)(*facts).state,
        claims.NoClaim
        | claims.PendingClaim
        | claims.ApprovedClaim
        | claims.DeniedClaim
        | claims.WithdrawnClaim,
    )


@given(attempted)
def test_the_row_says_what_the_state_says(attempts: list[claims.Command]) -> None:
    life = lived(attempts)
    row = folded(REIMBURSEMENTS.tables[0], (each.decoded() for each in recorded(life.facts)))
    if row is None:
        assert life.given.state == claims.INITIAL
        return
    assert row["version"] == len(life.facts)
    match life.given.state:
        case claims.PendingClaim(details=told, duplicate_of=flag, words=words):
            assert row["status"] == "pending"
            assert row["withdrawn_at"] is None
        case claims.ApprovedClaim(claim=claim, approved=end):
            told, flag, words = claim.details, claim.duplicate_of, claim.words
            assert (row["status"], row["decided_at"]) == ("approved", end.approved_at)
            assert row["decided_by"] == end.administrator_uid
        case claims.DeniedClaim(claim=claim, denied=end):
            told, flag, words = claim.details, claim.duplicate_of, claim.words
            assert (row["status"], row["reason"]) == ("denied", end.reason)
        case claims.WithdrawnClaim(claim=claim, withdrawn=end):
            told, flag, words = claim.details, claim.duplicate_of, claim.words
            assert (row["status"], row["listing"]) == ("pending", "withdrawn")
            assert row["withdrawn_at"] == end.withdrawn_at
        case state:
            raise AssertionError(f"{state} has no row")
    assert_told(row, told, flag)
    assert row["endorsed_by"] == (words[-1].administrator_uid if words else None)


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
    key, holders = given_of(keys.DECIDER)(), list[UUID]()
    for is_use, claim in steps:
        command = keys.UseKey if is_use else keys.ReleaseKey
        key = key.done(command(reimbursement_uid=claim))
        if is_use and claim not in holders:
            holders.append(claim)
        elif not is_use and claim in holders:
            holders.remove(claim)
    assert list(key.state.holders) == holders
