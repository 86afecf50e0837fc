"""Expenses: what was spent, when, by whom, and for which department and project.

Rules upheld here:
- a text is 1 to 200 characters after trimming; inner runs of white space count as one space; no control characters;
- an amount is exact and carries the decimals of its currency (`1200` EUR is recorded as `1200.00`);
- a date lies in the years 1900 to 2199;
- an expense is identified by its source, its content and how many equal ones came before it in the same file, so that
  the same file read again names the same expenses, and two genuinely equal rows are two expenses.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

import msgspec

from domain.errors import Fault, Invalid
from domain.events import Event, event
from domain.money import AMOUNT_LIMIT, CURRENCIES, check_amount, decimals_of

MANUAL_SOURCE = "manual"
"""The source of expenses recorded by hand, one by one; no import may claim it."""

TEXT_LENGTH_MAX = 200
_RAW_LENGTH_MAX = 1_000
YEAR_MIN, YEAR_MAX = 1900, 2199

T = TypeVar("T")

# Commands


class RecordExpense(msgspec.Struct, frozen=True, kw_only=True):
    """Write one expense into the book."""

    source: str = MANUAL_SOURCE
    departments: str
    project_name: str
    amount: Decimal
    currency: str
    date: dt.date
    member_name: str


Command = RecordExpense


# Events


@event("expense.recorded.v1")
class ExpenseRecorded(Event, frozen=True):
    """An expense was written into the book; negative amounts are money that came back."""

    source: str
    departments: str
    project_name: str
    amount: Decimal
    currency: str
    date: dt.date
    member_name: str


# States


class NoExpense(msgspec.Struct, frozen=True):
    """Nothing is recorded on this stream."""


class RecordedExpense(msgspec.Struct, frozen=True):
    """The expense is in the book, where it stays as it is."""

    fact: ExpenseRecorded


State = NoExpense | RecordedExpense
INITIAL = NoExpense()


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What recording this expense leads to: nothing if it is recorded already.

    Raises:
        Invalid: a value breaks a rule; one fault per value, with its JSON pointer.
    """
    return [] if isinstance(state, RecordedExpense) else [recorded(command)]


def recorded(command: RecordExpense) -> ExpenseRecorded:
    """The fact of an expense in its normal form, as `decide` raises."""
    try:
        return ExpenseRecorded(
            source=clean_text(command.source),
            departments=clean_text(command.departments),
            project_name=clean_text(command.project_name),
            amount=exact_amount(command.amount, command.currency),
            currency=command.currency,
            date=sane_date(command.date),
            member_name=clean_text(command.member_name),
        )
    except Invalid:
        raise _explained(faults_of(command)) from None


def faults_of(command: RecordExpense) -> list[Fault]:
    """Every rule the command breaks, value by value; empty for an expense that can be recorded."""
    found = [
        fault_of(field, clean_text, getattr(command, field))
        for field in ("source", "departments", "project_name", "member_name")
    ]
    found.append(fault_of("date", sane_date, command.date))
    if unknown := fault_of("currency", decimals_of, command.currency):
        found.append(unknown)
    else:
        found.append(
            fault_of("amount", lambda it: exact_amount(it, command.currency), command.amount)
        )
    return [fault for fault in found if fault]


def fault_of(field: str, rule: Callable[[T], object], value: T) -> Fault | None:
    """What one rule has against the value of one field, or None."""
    try:
        rule(value)
    except Invalid as error:
        return Fault(
            detail=error.detail, code=error.code, pointer=f"/{field}", got=str(value)[:200]
        )
    return None


def _explained(faults: Sequence[Fault]) -> Invalid:
    fields = ", ".join(str(fault.pointer).removeprefix("/") for fault in faults)
    return Invalid(f"the expense cannot be recorded: see {fields}", faults=faults)


@lru_cache(maxsize=1 << 14)  # names repeat endlessly within one import
def clean_text(text: str) -> str:
    """The text in its normal form: trimmed, white space runs as one space, Unicode NFC.

    Raises:
        Invalid: nothing is left (`blank`), it is longer than 200 characters (`too_long`), or it holds a control
            character (`control_character`).
    """
    if len(text) > _RAW_LENGTH_MAX:  # before it costs time, or a place in the cache
        raise Invalid(
            f"a text of 1 to 200 characters was expected, got {len(text)}", code="too_long"
        )
    clean = " ".join(unicodedata.normalize("NFC", text).split())
    if not clean:
        raise Invalid("a text of 1 to 200 characters was expected, got a blank", code="blank")
    if len(clean) > TEXT_LENGTH_MAX:
        raise Invalid(
            f"a text of 1 to 200 characters was expected, got {len(clean)}", code="too_long"
        )
    if not clean.isprintable():
        _refuse_control_characters(clean)
    return clean


def _refuse_control_characters(text: str) -> None:
    """Joiners and other format characters are part of names in many scripts; control characters are not."""
    for place, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise Invalid(
                f"character {place} is the control character U+{ord(character):04X}",
                code="control_character",
            )


def exact_amount(amount: Decimal, currency: str) -> Decimal:
    """The amount with exactly the decimals of its currency; nothing is rounded.

    Raises:
        Invalid: as `domain.money.check_amount` says.
    """
    unit = _UNIT_OF.get(currency)
    # Already exact, as nearly every amount of an import is: said in a tenth of the time.
    if unit is not None and amount and amount.same_quantum(unit) and abs(amount) < AMOUNT_LIMIT:
        return amount
    check_amount(amount, currency)
    exact = amount.quantize(_UNIT_OF[currency])
    return exact or abs(exact)  # there is no negative zero in a book


_UNIT_OF = {currency: Decimal(1).scaleb(-decimals) for currency, decimals in CURRENCIES.items()}


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
    digest = sha256(content.encode()).hexdigest()
    return f"{digest[:12]}8{digest[13:16]}{_VARIANT[digest[16]]}{digest[17:32]}"


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact."""
    return RecordedExpense(fact) if isinstance(fact, ExpenseRecorded) else state
