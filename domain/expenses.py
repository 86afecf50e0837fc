"""Expenses: what was spent, when, by whom, and for which department and project.

Rules upheld here:
- a text is 1 to 200 characters after trimming; inner runs of white space count as one space; no control characters;
- an amount is exact and carries the decimals of its currency (`1200` EUR is recorded as `1200.00`);
- a date lies in the years 1900 to 2199;
- an expense may belong to a bank, whose people see it; one without a bank is seen by operators only;
- an expense is identified by its source, its bank if it has one, its content and how many equal ones came before it
  in the same file, so that the same file read again names the same expenses, and two genuinely equal rows are two;
- it is corrected and voided by linked entries (`domain.shared.entries`), and keeps its id, its source and its bank;
- one that follows from a claim is neither: its truth is the ledger.
"""

import datetime as dt
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.deciders import Decider
from domain.shared.entries import Entry, EntryKind, entered
from domain.shared.errors import Invalid, Refused
from domain.shared.events import Event, event, upcast
from domain.shared.ids import uuid8_hex
from domain.shared.kits import Nothing
from domain.shared.money import CURRENCIES, exact_amount, known_currency
from domain.shared.rules import checked, clean_text

MANUAL_SOURCE = "manual"
"""The source of expenses recorded by hand, one by one; no import may claim it."""

REIMBURSEMENT_SOURCE = "reimbursement"
"""The source of expenses that follow from payments of claims; neither a hand nor an import may claim it."""

RESERVED_SOURCES = frozenset({MANUAL_SOURCE, REIMBURSEMENT_SOURCE})

YEAR_MIN, YEAR_MAX = 1900, 2199

# Commands


class ExpenseOfNoBank(msgspec.Struct, frozen=True, kw_only=True):
    """What was known of an expense before there were banks."""

    source: str
    departments: str
    project_name: str
    amount: Decimal
    currency: str
    date: dt.date
    member_name: str


class Expense(ExpenseOfNoBank, frozen=True, kw_only=True):
    """What is known of an expense."""

    bank_uid: UUID | None = None


class RecordExpense(Expense, frozen=True, kw_only=True):
    """Write one expense into the book."""

    source: str = MANUAL_SOURCE


class CorrectExpense(msgspec.Struct, frozen=True, kw_only=True):
    """Say anew what is given of an expense; the rest stays."""

    departments: str | UnsetType = UNSET
    project_name: str | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    date: dt.date | UnsetType = UNSET
    member_name: str | UnsetType = UNSET
    reason: str


class VoidExpense(msgspec.Struct, frozen=True, kw_only=True):
    """Let an expense stand no longer."""

    reason: str


Command = RecordExpense | CorrectExpense | VoidExpense


# Events


@event("expense.recorded.v2", by=RecordExpense)
class ExpenseRecorded(Expense, Event, frozen=True):
    """An expense was written into the book; negative amounts are money that came back."""


def _of_no_bank(payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "bank_uid": None}


upcast("expense.recorded.v1", "expense.recorded.v2", _of_no_bank, was=ExpenseOfNoBank)


@event("expense.corrected.v1", by=CorrectExpense)
class ExpenseCorrected(Event, frozen=True):
    """An expense says this from now on, all of it; `reason` says why it was corrected."""

    departments: str
    project_name: str
    amount: Decimal
    currency: str
    date: dt.date
    member_name: str
    reason: str


@event("expense.voided.v1", by=VoidExpense)
class ExpenseVoided(Event, frozen=True):
    """An expense stands no longer."""

    reason: str


State = Nothing | Entry[ExpenseRecorded]


# Refusals


class FollowsFromClaim(Refused, code="follows_from_claim"):
    """The expense follows from the payment of a claim, and is what the ledger says."""


# Rules


def recorded(command: Expense) -> ExpenseRecorded:
    """The fact of an expense in its normal form.

    Raises:
        Invalid: a value breaks a rule; one fault per value, with its JSON pointer.
    """
    try:
        return ExpenseRecorded(
            source=clean_text(command.source),
            departments=clean_text(command.departments),
            project_name=clean_text(command.project_name),
            amount=exact_amount(command.amount, command.currency),
            currency=command.currency,
            date=sane_date(command.date),
            member_name=clean_text(command.member_name),
            bank_uid=command.bank_uid,
        )
    except Invalid:
        # Rules are tried one by one only here: imports record a million expenses that break none.
        _tell_all_faults(command)
        raise


def _tell_all_faults(it: Expense) -> None:
    # An unknown currency is a fault of its own, and says nothing about the amount.
    amount = exact_amount if it.currency in CURRENCIES else lambda amount, _: amount
    checked(
        "the expense",
        source=(clean_text, it.source),
        departments=(clean_text, it.departments),
        project_name=(clean_text, it.project_name),
        member_name=(clean_text, it.member_name),
        date=(sane_date, it.date),
        currency=(known_currency, it.currency),
        amount=(lambda value: amount(value, it.currency), it.amount),
    )


def sane_date(date: dt.date) -> dt.date:
    """The date itself, if its year can be that of an expense.

    Raises:
        Invalid: the year is not within 1900 to 2199 (`date_out_of_range`).
    """
    if not YEAR_MIN <= date.year <= YEAR_MAX:
        raise Invalid(
            f"a date from {YEAR_MIN} to {YEAR_MAX} was expected, got the year {date.year}",
            code="date_out_of_range",
        )
    return date


# Identity


def expense_uid(fact: ExpenseRecorded, occurrence: int = 1) -> UUID:
    """The id of the `occurrence`-th equal expense of one file of one source (UUID version 8, RFC 9562)."""
    return UUID(hex=uid_hex(fact, occurrence))


def uid_hex(fact: ExpenseRecorded, occurrence: int = 1) -> str:
    """`expense_uid` as 32 hexadecimal digits, for the hot path of imports."""
    # White space runs are single spaces in clean texts, and U+001F is white space: it can only separate here.
    content = (
        f"{fact.source}\x1f{fact.departments}\x1f{fact.project_name}\x1f{fact.amount}\x1f{fact.currency}"
        f"\x1f{fact.date}\x1f{fact.member_name}\x1f{occurrence}"
    )
    if fact.bank_uid is not None:  # those without keep the ids they had before there were banks
        content = f"{content}\x1f{fact.bank_uid}"
    return uuid8_hex(sha256(content.encode()).hexdigest())


def _fixed(fact: ExpenseRecorded) -> Refused | None:
    if fact.source != REIMBURSEMENT_SOURCE:
        return None
    return FollowsFromClaim(
        "this expense follows from the payment of a claim, so it is what the ledger says; "
        "money that comes back is an expense of its own",
        source=fact.source,
    )


DECIDER: Decider[State, Command] = entered(
    EntryKind(
        noun="expense",
        commands=(RecordExpense, CorrectExpense, VoidExpense),
        events=(ExpenseRecorded, ExpenseCorrected, ExpenseVoided),
        normal=lambda it, _now: recorded(it),
        fixed=_fixed,
    )
)
