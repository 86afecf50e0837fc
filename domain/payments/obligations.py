"""Obligations: what is owed for an approved claim, from the approval until it is paid or given up.

Rules upheld here:
- a claim has one obligation, whose id is derived from the claim's; it is incurred once;
- it is paid in numbered attempts, each a payment to one payee version of one account of the member; the next begins
  only when the one before is over and its money is not there: it failed, came back or was cancelled;
- before an attempt is handed to a rail that takes orders one by one, that is noted here (`committed`): from then on
  nobody but the rail ends it, and until then it can be cancelled for another;
- what is held, blocked or cancelled is paid by another attempt only; what is written off is owed no more, unless it is
  found paid after all;
- a hold for a payee that was changed lasts until its time, whoever asks.

```
nothing ──incurred──► paying ──held, blocked, cancelled──► held, blocked, cancelled
                       │  ▲ └─attempted, committed─┐ ▲          │          │
                       │  └───────────────────────┴──┴─attempted┘          │
                       └──written off──► written off ◄──written off────────┘
```

A decision rests on what became of the payment of the last attempt, which has a stream of its own: commands bring its
status (`domain.payments.payments`; "none" where there is no attempt).
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from msgspec.structs import asdict, replace

from domain.payments.obligation_facts import (
    AskedWithReason,
    AttemptPayment,
    BlockObligation,
    CancelAttempt,
    Command,
    CommitAttempt,
    HoldObligation,
    Incur,
    InTurn,
    ObligationAttempted,
    ObligationBlocked,
    ObligationCancelled,
    ObligationCommitted,
    ObligationHeld,
    ObligationIncurred,
    ObligationOwedAgain,
    ObligationRevalued,
    ObligationWrittenOff,
    Occasion,
    OnObligation,
    OweAgain,
    WriteOff,
)
from domain.payments.payment_facts import AboutMoney, payment_uid
from domain.payments.payments import clean_reason
from domain.shared.deciders import Decider
from domain.shared.errors import Refused
from domain.shared.events import Event
from domain.shared.rules import fields_in

# States; `status` is the phase in one word


class NoObligation(msgspec.Struct, frozen=True):
    """Nothing is owed on this stream."""

    status: ClassVar[str] = "none"
    attempts: ClassVar[int] = 0


class _Owed(msgspec.Struct, frozen=True, kw_only=True):
    """`attempts` is how many there were; the last one pays, or paid, to this account and payee version."""

    incurred: ObligationIncurred
    attempts: int
    bank_account_uid: UUID


class PayingObligation(_Owed, frozen=True, kw_only=True):
    """The payment of the last attempt says how far it is; `rail` may have it, None as long as none can."""

    status: ClassVar[str] = "paying"
    rail: str | None = None


class WaitingObligation(_Owed, frozen=True, kw_only=True):
    """Owed, with nothing on its way yet: somebody is to say what follows."""

    status: ClassVar[str] = "waiting"


class HeldObligation(_Owed, frozen=True, kw_only=True):
    """Waits to be released, or for its time."""

    status: ClassVar[str] = "held"
    held: ObligationHeld


class BlockedObligation(_Owed, frozen=True, kw_only=True):
    """Cannot be paid as things were."""

    status: ClassVar[str] = "blocked"
    blocked: ObligationBlocked


class CancelledObligation(_Owed, frozen=True, kw_only=True):
    """Waits for people to ask for another attempt."""

    status: ClassVar[str] = "cancelled"


class WrittenOffObligation(_Owed, frozen=True, kw_only=True):
    """Over without payment."""

    status: ClassVar[str] = "written_off"


Owed = (
    PayingObligation
    | WaitingObligation
    | HeldObligation
    | BlockedObligation
    | CancelledObligation
    | WrittenOffObligation
)
State = NoObligation | Owed
INITIAL = NoObligation()


# Refusals


class NothingOwed(Refused, code="nothing_owed"):
    """The claim was not approved, or what was owed is written off."""


class AlreadyPaid(Refused, code="already_paid"):
    """The money arrived, and has not come back."""


class PaymentUnderWay(Refused, code="payment_under_way"):
    """A payment is scheduled, or a rail has it or may have it."""


class OnHold(Refused, code="on_hold"):
    """It is held: it takes a release, or the end of its time."""


class NotOnHold(Refused, code="not_on_hold"):
    """It is not held, so that there is nothing to release."""


class NothingToCancel(Refused, code="nothing_to_cancel"):
    """Neither is a payment scheduled, nor is anything held."""


# Rules


def last_payment(state: State, reimbursement_uid: UUID) -> UUID:
    """The payment of the last attempt, or of the first to come."""
    return payment_uid(reimbursement_uid, max(1, state.attempts))


def all_payments(state: State, reimbursement_uid: UUID) -> list[UUID]:
    """The payments of all attempts, in order; where none is noted, the first one, which may be older than that."""
    return [payment_uid(reimbursement_uid, number + 1) for number in range(max(1, state.attempts))]


def may_be_at_rail(state: State) -> str | None:
    """The rail that may have the payment of the last attempt; None if none can, as far as is noted here."""
    return state.rail if isinstance(state, PayingObligation) else None


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where it is already so.

    Raises:
        NothingOwed, AlreadyPaid, PaymentUnderWay, OnHold, NotOnHold, NothingToCancel: as they say.
        Invalid: a reason is blank or too long.
    """
    if isinstance(command, InTurn):
        return _in_turn(state, command.commands, now)
    if isinstance(command, Incur):
        return _incur(command) if isinstance(state, NoObligation) else []
    if isinstance(state, NoObligation):
        raise NothingOwed("nothing is owed for this claim: it was not approved")
    if isinstance(command, CommitAttempt):
        return _committed(state, command)
    if isinstance(command, OweAgain):
        return _owed_again(state, command)
    if _is_so(state, command):
        return []
    _check_open(state, command)
    if isinstance(command, AttemptPayment):
        return [_attempted(state, command, now)]
    if isinstance(command, CancelAttempt):
        _check_cancellable(state, command)
    return [_said(state, command)]


def _in_turn(state: State, commands: Sequence[Command], now: dt.datetime) -> list[Event]:
    facts: list[Event] = []
    for command in commands:
        facts += decide(reduce(evolve, facts, state), command, now)
    # What is owed is noted with what becomes of it.
    is_alone = all(isinstance(fact, ObligationIncurred | ObligationRevalued) for fact in facts)
    return [] if is_alone and isinstance(state, NoObligation) else facts


def _incur(command: Incur) -> list[Event]:
    incurred = ObligationIncurred(**fields_in(command, ObligationIncurred))
    difference = command.amount - command.cost if command.cost is not None else Decimal(0)
    if not difference:
        return [incurred]
    about = fields_in(command, AboutMoney) | {"amount": abs(difference)}
    return [incurred, ObligationRevalued(**about, is_loss=difference > 0)]


def _is_so(state: Owed, command: OnObligation) -> bool:
    match state, command:
        case WrittenOffObligation(), WriteOff():
            return True
        case CancelledObligation(), CancelAttempt():
            return True
        case BlockedObligation(blocked=it), BlockObligation():
            return (it.code, it.reason) == (command.code, command.reason)
        case HeldObligation(held=it), HoldObligation():
            # What somebody holds is held whatever becomes of its payee.
            return it.until is None or it.until == command.until
        case _:
            return False


def _check_open(state: Owed, command: OnObligation) -> None:
    """Go on only if it is owed, and no rail has a payment of it or may have one."""
    status = command.payment_status
    if isinstance(state, WrittenOffObligation):
        raise NothingOwed("what was owed for this claim is written off")
    if status == "settled":
        raise AlreadyPaid("this claim is paid: the money arrived and has not come back")
    if status == "submitted" or (status == "scheduled" and may_be_at_rail(state)):
        raise PaymentUnderWay(
            "a rail has the payment of this claim, or may have it: what becomes of it is not known yet",
            payment_status=status,
        )


def _attempted(state: Owed, command: AttemptPayment, now: dt.datetime) -> Event:
    occasion, held = command.occasion, getattr(state, "held", None)
    if occasion is Occasion.RELEASE or (held and occasion is Occasion.PAYEE_CHANGED):
        _check_released(occasion, held, now)
    elif held and occasion is Occasion.RETRY:
        raise OnHold("this is held: it is released, or paid to another account", until=held.until)
    elif command.payment_status == "scheduled" and occasion is Occasion.RETRY:
        raise PaymentUnderWay("a payment of this claim is scheduled", payment_status="scheduled")
    number = state.attempts + 1
    return ObligationAttempted(
        **_about(state),
        asked_by=command.asked_by,
        confirmed_by=command.confirmed_by,
        number=number,
        payment_uid=payment_uid(state.incurred.reimbursement_uid, number),
        occasion=occasion,
        bank_account_uid=command.bank_account_uid,
        payee_version=command.payee_version,
    )


def _check_released(occasion: Occasion, held: ObligationHeld | None, now: dt.datetime) -> None:
    if held is None or (held.until is None and occasion is Occasion.PAYEE_CHANGED):
        raise NotOnHold("nothing of this claim is held, or not until a time")
    if held.until and now < held.until:
        raise OnHold(
            f"this is held until {held.until:%Y-%m-%d %H:%M} UTC, since its payee was changed; "
            "it can be paid to another account before",
            until=held.until,
        )


def _check_cancellable(state: Owed, command: CancelAttempt) -> None:
    if command.payment_status != "scheduled" and not isinstance(state, HeldObligation):
        raise NothingToCancel(
            "no payment of this claim is scheduled", payment_status=command.payment_status
        )


def _committed(state: Owed, command: CommitAttempt) -> list[Event]:
    is_next = (
        isinstance(state, PayingObligation)
        and command.payment_status == "scheduled"
        and command.payment_uid == last_payment(state, state.incurred.reimbursement_uid)
    )
    if not is_next or may_be_at_rail(state):
        return []
    return [
        ObligationCommitted(**_about(state), payment_uid=command.payment_uid, rail=command.rail)
    ]


def _owed_again(state: Owed, command: OweAgain) -> list[Event]:
    if not isinstance(state, WrittenOffObligation):
        return []
    by, second = command.asked_by, command.confirmed_by
    return [ObligationOwedAgain(**_about(state), asked_by=by, confirmed_by=second)]


_EVENTS: dict[type[OnObligation], type[Event]] = {
    HoldObligation: ObligationHeld,
    BlockObligation: ObligationBlocked,
    CancelAttempt: ObligationCancelled,
    WriteOff: ObligationWrittenOff,
}


def _said(state: Owed, command: AskedWithReason | BlockObligation) -> Event:
    """The event that says of this obligation what the command does."""
    said = asdict(command) | {"reason": clean_reason(command.reason)}
    del said["payment_status"]
    return _EVENTS[type(command)](**_about(state), **said)


def _about(state: Owed) -> dict[str, Any]:
    return fields_in(state.incurred, AboutMoney)


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    if isinstance(state, NoObligation):
        return _incurred(fact) if isinstance(fact, ObligationIncurred) else state
    owed = fields_in(state, _Owed)
    match fact:
        case ObligationAttempted():
            into = fact.bank_account_uid
            return PayingObligation(
                incurred=state.incurred, attempts=fact.number, bank_account_uid=into
            )
        case ObligationCommitted() if isinstance(state, PayingObligation):
            return replace(state, rail=fact.rail)
        case ObligationHeld():
            return HeldObligation(**owed, held=fact)
        case ObligationBlocked():
            return BlockedObligation(**owed, blocked=fact)
        case ObligationCancelled() | ObligationOwedAgain():
            return CancelledObligation(**owed)
        case ObligationWrittenOff():
            return WrittenOffObligation(**owed)
        case _:
            return state


def _incurred(fact: ObligationIncurred) -> State:
    into = fact.bank_account_uid
    if fact.payment_uid is None:
        return WaitingObligation(incurred=fact, attempts=0, bank_account_uid=into)
    return PayingObligation(incurred=fact, attempts=1, bank_account_uid=into)


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
