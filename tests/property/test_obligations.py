"""Whatever people ask, workers do and a rail answers, in whatever order: a claim is never paid twice, and the ledger
says at each step where its money is.

The rail keeps books of its own. Workers are slow: between noting that they hand an order over, handing it over and
noting what the rail said, anything may happen, and other workers do the same.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.payments import obligations, payments
from domain.payments.obligation_facts import (
    AttemptPayment,
    BlockObligation,
    CancelAttempt,
    Command,
    CommitAttempt,
    HoldObligation,
    Incur,
    InTurn,
    Occasion,
    WriteOff,
    obligation_uid,
)
from domain.payments.payment_facts import (
    CancelPayment,
    NoteFailure,
    NoteReturn,
    NoteSettlement,
    NoteSubmission,
    SchedulePayment,
    payment_uid,
)
from domain.shared.errors import DaybookError
from domain.shared.events import Event, name_of
from projections.ledger.balances import balances_of, trial_of
from projections.ledger.journal import LEDGER
from projections.payments.obligations import OBLIGATIONS
from projections.reimbursements import REIMBURSEMENTS
from projections.shared.projection import Record, Row
from projections.shared.replayed import folded
from tests.kits import NOW, replayed

CLAIM, BANK, ACCOUNT, OTHER = (UUID(int=number) for number in range(1, 5))
AMOUNT = Decimal("184.60")
OWED = obligation_uid(CLAIM)
DEBT: dict[str, Any] = {
    "reimbursement_uid": CLAIM,
    "bank_uid": BANK,
    "member_uid": UUID(int=5),
    "amount": AMOUNT,
    "currency": "EUR",
}
ENDED = {"failed", "returned"}


class World:
    """The streams of one claim, the books of a rail, and the workers that have something in hand."""

    def __init__(self) -> None:
        self.log: list[Record[Any]] = []
        self.streams: dict[UUID, list[Event]] = {}
        self.rail: dict[UUID, str] = {}
        self.in_hand: list[UUID] = []
        self.now = NOW

    # The log: all of an append or nothing, decided on what is there

    def state(self, decider: Any, uid: UUID) -> Any:
        return reduce(decider.evolve, self.streams.get(uid, []), decider.initial)

    @property
    def owed(self) -> obligations.State:
        state: obligations.State = self.state(obligations.DECIDER, OWED)
        return state

    @property
    def last(self) -> UUID:
        return obligations.last_payment(self.owed, CLAIM)

    @property
    def status(self) -> str:
        status: str = self.state(payments.DECIDER, self.last).status
        return status

    def append(self, *writes: tuple[Any, UUID, Any]) -> bool:
        try:
            decided = [
                (uid, decider.decide(self.state(decider, uid), command, self.now))
                for decider, uid, command in writes
            ]
        except DaybookError:
            return False
        for uid, facts in decided:
            for fact in facts:
                self._record(uid, fact)
        return True

    def _record(self, uid: UUID, fact: Event) -> None:
        stream = self.streams.setdefault(uid, [])
        stream.append(fact)
        number, name = len(self.log) + 1, name_of(type(fact))
        record = Record(
            number, uid, len(stream), name, "t", UUID(int=9), UUID(int=9), self.now, fact
        )
        self.log.append(record)

    def says(self, *commands: Command) -> tuple[Any, UUID, Any]:
        return obligations.DECIDER, OWED, InTurn(commands)

    def order(self, attempt: int, into: UUID, *, was_owed: bool) -> tuple[Any, UUID, Any]:
        uid = payment_uid(CLAIM, attempt)
        command = SchedulePayment(
            **DEBT,
            bank_account_uid=into,
            creditor_name="Mira Solberg",
            iban="DE89370400440532013000",
            routing_number=None,
            account_number=None,
            reference=uid.hex,
            attempt=attempt,
            payee_version=1,
            was_owed=was_owed,
        )
        return payments.DECIDER, uid, command

    def cancelled(self) -> list[tuple[Any, UUID, Any]]:
        return (
            [(payments.DECIDER, self.last, CancelPayment(reason="so it is"))]
            if self.status == "scheduled"
            else []
        )

    # What may happen; as the use cases put it together

    def approve(self) -> None:
        incur = Incur(
            **DEBT,
            bank_account_uid=ACCOUNT,
            user_uid=UUID(int=6),
            payment_uid=payment_uid(CLAIM),
            payee_version=1,
        )
        if not self.streams:
            first = self.order(1, ACCOUNT, was_owed=False)
            self.append((obligations.DECIDER, OWED, incur), first)

    def approve_in_vain(self) -> None:
        incur = Incur(**DEBT, bank_account_uid=ACCOUNT, user_uid=UUID(int=6))
        block = BlockObligation(payment_status="none", code="account_closed", reason="closed")
        if not self.streams:
            self.append(self.says(incur, block))

    def pay_as_before(self) -> None:
        """What was scheduled before there were obligations."""
        if not self.streams:
            self.append(self.order(1, ACCOUNT, was_owed=False))

    def again(self, occasion: Occasion, into: UUID = ACCOUNT) -> None:
        attempt = AttemptPayment(
            payment_status=self.status,
            occasion=occasion,
            bank_account_uid=into,
            payee_version=1,
        )
        made = self.owed.attempts or int(self.status != "none")
        writes = [self.noted(attempt), self.order(made + 1, into, was_owed=True)]
        self.append(*writes, *self.cancelled())

    def noted(self, command: Command) -> tuple[Any, UUID, Any]:
        first = payment_uid(CLAIM) if self.streams else None
        incur = Incur(**DEBT, bank_account_uid=ACCOUNT, user_uid=UUID(int=6), payment_uid=first)
        return self.says(incur, command) if self.streams else self.says(command)

    def told(self, kind: Any, **said: Any) -> None:
        command = kind(payment_status=self.status, reason="so it is", **said)
        self.append(self.noted(command), *self.cancelled())

    def commit(self) -> None:
        uid = self.last
        command = CommitAttempt(payment_status=self.status, payment_uid=uid, rail="simulated")
        if self.append(self.noted(command)) and obligations.may_be_at_rail(self.owed):
            self.in_hand.append(uid)

    def hand_over(self) -> None:
        if self.in_hand:
            self.rail.setdefault(self.in_hand.pop(0), "submitted")

    def rail_does(self, was: str, becomes: str) -> None:
        for uid, state in self.rail.items():
            if state == was:
                self.rail[uid] = becomes

    def rail_refuses(self) -> None:
        """It never will take it, however often it is asked."""
        if self.in_hand and self.rail.setdefault(uid := self.in_hand.pop(0), "failed") == "failed":
            self.append((payments.DECIDER, uid, NoteFailure(reason="refused")))

    def hear(self) -> None:
        heard: dict[str, Any] = {
            "settled": NoteSettlement(settled_on=date(2026, 11, 20)),
            "failed": NoteFailure(reason="account closed"),
            "returned": NoteReturn(reason="unknown"),
        }
        for uid, state in self.rail.items():
            submission = NoteSubmission(rail="simulated", rail_reference="SIM-1")
            self.append((payments.DECIDER, uid, submission))
            if command := heard.get(state):
                self.append((payments.DECIDER, uid, command))


Step = Callable[[World], None]

BEGINNINGS: list[Step] = [World.approve, World.approve_in_vain, World.pay_as_before]
ASKED: list[Step] = [
    *(
        lambda it, occasion=occasion: it.again(occasion)  # type: ignore[misc]
        for occasion in Occasion
    ),
    lambda it: it.again(Occasion.REDIRECT, OTHER),
    lambda it: it.told(HoldObligation),
    lambda it: it.told(HoldObligation, until=it.now + timedelta(hours=1)),
    lambda it: it.told(BlockObligation, code="account_closed"),
    lambda it: it.told(CancelAttempt),
    lambda it: it.told(WriteOff),
    lambda it: setattr(it, "now", it.now + timedelta(hours=2)),
]
DONE: list[Step] = [World.commit, World.hand_over, World.hear]
AT_THE_RAIL: list[Step] = [
    World.rail_refuses,
    lambda it: it.rail_does("submitted", "settled"),
    lambda it: it.rail_does("submitted", "failed"),
    lambda it: it.rail_does("settled", "returned"),
]
# A life is mostly work that goes on, so that people ask at every stage of it.
_steps = st.one_of(
    st.sampled_from(DONE),
    st.sampled_from(DONE),
    st.sampled_from(ASKED),
    st.sampled_from(AT_THE_RAIL),
)
stories = st.builds(
    lambda begins, steps: [begins, *steps],
    st.sampled_from(BEGINNINGS),
    st.lists(_steps, min_size=25, max_size=60),
)


def lived(story: list[Step], check: Callable[[World], None]) -> World:
    world = World()
    for step in story:
        step(world)
        check(world)
    return world


def money_is_out_once(world: World) -> None:
    """Orders that the rail has and that have not failed or come back, and those about to be handed over."""
    out = {uid for uid, state in world.rail.items() if state not in ENDED}
    out |= {uid for uid in world.in_hand if world.rail.get(uid) not in ENDED}
    assert len(out) <= 1


def the_ledger_says_so(world: World) -> None:
    table = LEDGER.tables[0]
    rows = [folded(table, [record]) for record in world.log]
    balances = balances_of({**row, "sum:amount": row["amount"]} for row in rows if row)
    assert all(trial.difference == 0 for trial in trial_of(balances))
    found = {str(one.account): one.balance for one in balances if one.balance}
    where = {"submitted": "payments_in_transit", "settled": "cash_at_bank"}
    account = where.get(world.status, "reimbursements_payable")
    if isinstance(world.owed, obligations.WrittenOffObligation):
        account = "payables_written_off"
    assert found == ({"employee_expenses": AMOUNT, account: -AMOUNT} if world.log else {})


def what_is_shown(world: World) -> None:
    claim: Row = {"version": 1, "payment_status": "none"}
    records = [record for record in world.log if type(record.event) in CLAIMS.folds]
    for record in records:
        claim = CLAIMS.folds[type(record.event)](claim, record) or claim
    owed = world.owed
    waits = (obligations.HeldObligation, obligations.BlockedObligation)
    waits += (obligations.CancelledObligation, obligations.WrittenOffObligation)
    expected = owed.status if isinstance(owed, waits) else world.status
    assert claim["payment_status"] == expected
    row = folded(OBLIGATIONS.tables[0], world.log)
    assert (row is None) == isinstance(owed, obligations.NoObligation)
    if row and not world.log[0].name.startswith("payment."):
        assert row["status"] == ("waiting" if expected == "none" else expected)
        assert (row["attempts"], row["version"]) == (owed.attempts, len(world.log))


(CLAIMS,) = REIMBURSEMENTS.tables


@given(stories)
def test_a_claim_is_never_paid_twice(story: list[Step]) -> None:
    lived(story, money_is_out_once)


@given(stories)
def test_the_ledger_tells_the_truth_at_each_step(story: list[Step]) -> None:
    lived(story, the_ledger_says_so)


@given(stories)
def test_what_is_shown_is_what_is_so(story: list[Step]) -> None:
    lived(story, what_is_shown)


@given(stories)
def test_the_stored_facts_replay_to_the_states(story: list[Step]) -> None:
    world = lived(story, lambda _: None)
    for uid, facts in world.streams.items():
        decider: Any = obligations.DECIDER if uid == OWED else payments.DECIDER
        assert replayed(decider, facts) == world.state(decider, uid)
    orders = [it.event for it in world.log if it.name == "payment.scheduled.v1"]
    assert [it.attempt for it in orders] == [*range(1, len(orders) + 1)]
