"""Transactions: what a user of another system was charged or paid, under the number that system gave it.

Rules upheld here:
- a transaction is known by its `transaction_id`, a text of 1 to 50 characters: one stream each, so that the log itself
  refuses a second one;
- `user_id` is the number of a user of that system, 1 to 2^31 - 1, and of nobody who signs in here;
- an amount is exact, of any sign, with the decimals of its currency; zero is one;
- a transaction lies on a day that has begun somewhere on Earth, and not before 1900;
- nothing is overwritten: it is corrected and voided by linked entries (`domain.shared.entries`), by a person or by a
  file, and keeps its number;
- of days whose files tell of one transaction differently the earliest is right, in whatever order they are loaded; a
  file of the same day that comes again corrects the one before; what a person has decided no file changes;
- a row that was put aside and is loaded later changes nothing that was told since;
- a correction by a person leaves `source`, `day` and `extra` as they are, whatever its event says of them.
"""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from hashlib import sha256
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.deciders import Decider
from domain.shared.entries import Entry, EntryKind, EntryVoid, entered
from domain.shared.errors import Fault, Invalid, Refused
from domain.shared.events import Event, event
from domain.shared.ids import uuid8_hex
from domain.shared.kits import Nothing
from domain.shared.money import CURRENCIES, exact_amount, known_currency
from domain.shared.rules import checked, clean_text

MANUAL_SOURCE = "manual"
"""The source of what came from no file; no import may claim it."""

ID_LENGTH_MAX = 50
USER_ID_MAX = 2**31 - 1
FIRST_DAY = dt.date(1900, 1, 1)

_AHEAD = dt.timedelta(hours=14)
"""How far the first place on Earth to see a day is ahead of UTC."""

# Commands


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a transaction.

    `day` is the one whose file told of it, null if no file of a day did; `extra` holds what a file said beside, by the
    names of its columns.
    """

    transaction_id: str
    user_id: int
    amount: Decimal
    currency: str
    transaction_date: dt.date
    source: str = MANUAL_SOURCE
    day: dt.date | None = None
    extra: dict[str, str] = {}


class IngestTransaction(Transaction, frozen=True, kw_only=True):
    """Write one transaction into the book."""


class CorrectTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """Say anew what is given of a transaction; the rest stays."""

    user_id: int | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    transaction_date: dt.date | UnsetType = UNSET
    reason: str


class VoidTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """Let a transaction stand no longer."""

    reason: str


Command = IngestTransaction | CorrectTransaction | VoidTransaction

# Events


@event("transaction.ingested.v1", by=IngestTransaction)
class TransactionIngested(Transaction, Event, frozen=True):
    """A transaction was written into the book; negative amounts are money that went back."""


@event("transaction.corrected.v1", by=CorrectTransaction)
class TransactionCorrected(Event, frozen=True):
    """A transaction says this from now on, all of it; by whom follows from `source`, as for `Transaction`."""

    user_id: int
    amount: Decimal
    currency: str
    transaction_date: dt.date
    reason: str
    source: str = MANUAL_SOURCE
    day: dt.date | None = None
    extra: dict[str, str] = msgspec.field(default_factory=dict)


@event("transaction.voided.v1", by=VoidTransaction)
class TransactionVoided(Event, frozen=True):
    """A transaction stands no longer."""

    reason: str


State = Nothing | Entry[TransactionIngested]

# Refusals


class ConflictingTransaction(Refused, code="conflicting_transaction_id"):
    """There is another transaction of this number."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> Sequence[Event]:
    """What the command leads to; nothing where the book says the same already.

    Raises:
        Invalid: a value breaks a rule; one fault per value, with its JSON pointer.
        ConflictingTransaction: the book has the number with other values.
        EntryVoid: the transaction was voided.
        NotFound: there is nothing to correct or void.
    """
    if isinstance(command, IngestTransaction) and isinstance(state, Entry):
        new = ingested(command, now)
        if state.is_void:
            raise EntryVoid(f"the transaction {new.transaction_id} was voided")
        if told := differing(state.fact, new):
            raise ConflictingTransaction(
                f"the book has the transaction {new.transaction_id} with another {', '.join(told)}",
                transaction_id=new.transaction_id,
            )
    return _ENTRIES.decide(state, command, now)


def ingested(command: Transaction, now: dt.datetime) -> TransactionIngested:
    """The fact of a transaction in its normal form.

    Raises:
        Invalid: a value breaks a rule; one fault per value, with its JSON pointer.
    """
    known = command.currency in CURRENCIES  # else the amount has no fault of its own
    values = checked(
        "the transaction",
        transaction_id=(clean_id, command.transaction_id),
        user_id=(known_user, command.user_id),
        amount=(
            lambda it: exact_amount(it, command.currency) if known else it,
            command.amount,
        ),
        currency=(known_currency, command.currency),
        transaction_date=(lambda it: begun(sane_day(it), now), command.transaction_date),
    )
    return TransactionIngested(**{**msgspec.structs.asdict(command), **values})


def clean_id(text: str) -> str:
    """The number of a transaction in its normal form; raises as `clean_text`."""
    return clean_text(text, ID_LENGTH_MAX)


_WHOLE = re.compile(r"[0-9]{1,10}")


def user_id_of(text: str) -> int:
    """The number of a user as a file writes it: ASCII digits, nothing else.

    Raises:
        Invalid: it is no such number (`not_a_user_id`).
    """
    if not _WHOLE.fullmatch(text):
        raise _no_user(text)
    return known_user(int(text))


def known_user(number: int) -> int:
    """The number itself, if it can be that of a user.

    Raises:
        Invalid: it is not within 1 to 2^31 - 1 (`not_a_user_id`).
    """
    if not 0 < number <= USER_ID_MAX:
        raise _no_user(str(number))
    return number


def _no_user(got: str) -> Invalid:
    expected = f"a whole number from 1 to {USER_ID_MAX} was expected"
    return Invalid(f"{expected}, got {got[:50]!r}", code="not_a_user_id")


def sane_day(day: dt.date) -> dt.date:
    """The day itself, if it can be that of a transaction at all.

    Raises:
        Invalid: it lies before 1900 (`date_out_of_range`).
    """
    if day < FIRST_DAY:
        raise Invalid(f"a day from 1900 on was expected, got {day}", code="date_out_of_range")
    return day


def begun(day: dt.date, now: dt.datetime) -> dt.date:
    """The day itself, if it has begun somewhere on Earth.

    Raises:
        Invalid: it has not (`date_in_future`).
    """
    latest = latest_day(now)
    if day > latest:
        raise Invalid(f"a day up to {latest} was expected, got {day}", code="date_in_future")
    return day


def latest_day(now: dt.datetime) -> dt.date:
    """The latest day that has begun anywhere on Earth."""
    return (now.astimezone(dt.UTC) + _AHEAD).date()


Told = TransactionIngested | TransactionCorrected

_VALUES = ("user_id", "amount", "currency", "transaction_date")


def differing(one: Told, other: Told) -> list[str]:
    """What two tell differently of a transaction; whence they have it, and what a file said beside, is none of it."""
    return [name for name in _VALUES if getattr(one, name) != getattr(other, name)]


# What files tell of a transaction that the book has


def amended(
    facts: Sequence[Event], new: TransactionIngested, since: Sequence[Event] | None = None
) -> Event | Fault | None:
    """What becomes of a row whose transaction these facts tell of: a correction of it, nothing new, or a conflict.

    Whatever the order in which days are loaded, what the earliest of them said last is what the book says in the end.
    `since` is given where a row that was put aside is replayed: those of the facts that came after it.
    """
    told, is_decided = _told(facts)
    book = said(facts)
    if since and (otherwise := differing(book, new)):
        return _conflict(new, f"{_teller(since)} says {_values_of(book, otherwise)}")
    differ = differing(told, new)
    bearer = (
        "the file" if since is None else "a row that was put aside and is replayed, of the file"
    )
    if not differ:
        # Which day it was told by decides what later files may say, so an earlier one is recorded.
        if is_decided or not _precedes(new, told):
            return None
        return _corrected(new, f"{bearer} of the earlier day {new.day} has it, too")
    if is_decided:
        is_known = not differing(book, new)
        return None if is_known else _conflict(new, "a person has decided on it since")
    if _precedes(new, told):
        return _corrected(new, f"{bearer} of the earlier day {new.day} tells it so")
    if _is_redelivered(new, told):
        return _corrected(new, _REDELIVERED if since is None else _REPLAYED)
    whose = f"the file of {told.day}" if told.day else f"the source {told.source}"
    return _conflict(new, f"{whose} has another {', '.join(differ)}")


_REDELIVERED = "the file was delivered again and tells it so"
_REPLAYED = "a row that was put aside was replayed and tells it so"


def said(facts: Sequence[Event]) -> TransactionIngested:
    """What the book says of the transaction that these facts tell of, or said before it was voided."""
    state: State = reduce(DECIDER.evolve, facts, DECIDER.initial)
    if isinstance(state, Nothing):
        raise TypeError(_NO_BEGINNING)
    return state.fact


_NO_BEGINNING = "a transaction begins with its ingestion"


def _teller(since: Sequence[Event]) -> str:
    return "a person's later decision" if any(map(_is_by_hand, since)) else "a later delivery"


def _values_of(fact: Told, names: Sequence[str]) -> str:
    return ", ".join(f"{getattr(fact, name)} ({name})" for name in names)


def _is_by_hand(fact: Event) -> bool:
    """Whether a person decided so, of a transaction that the book had."""
    if isinstance(fact, TransactionCorrected):
        return fact.source == MANUAL_SOURCE
    return isinstance(fact, TransactionVoided)


def _told(facts: Sequence[Event]) -> tuple[Told, bool]:
    """What was told last by others than a person who corrected it, and whether a person has decided since."""
    told: Told | None = None
    is_decided = False
    for fact in facts:
        if _is_by_hand(fact):
            is_decided = True
        elif isinstance(fact, Told):
            told = fact
    if told is None:
        raise TypeError(_NO_BEGINNING)
    return told, is_decided


def _precedes(new: Told, told: Told) -> bool:
    """Whether its day comes before; what is of no day comes after all days."""
    return new.day is not None and (told.day is None or new.day < told.day)


def _is_redelivered(new: Told, told: Told) -> bool:
    return new.day == told.day and (new.day is not None or new.source == told.source)


def _corrected(new: TransactionIngested, reason: str) -> TransactionCorrected:
    values = msgspec.structs.asdict(new)
    del values["transaction_id"]
    return TransactionCorrected(**values, reason=reason)


def _conflict(new: TransactionIngested, why: str) -> Fault:
    return Fault(
        detail=f"the book has {new.transaction_id} otherwise: {why}",
        code="conflicting_transaction_id",
        column="transaction_id",
        got=new.transaction_id,
    )


# Identity


def transaction_uid(transaction_id: str) -> UUID:
    """The stream of the transaction of this number (UUID version 8, RFC 9562)."""
    return UUID(hex=uid_hex(transaction_id))


def uid_hex(transaction_id: str) -> str:
    """`transaction_uid` as 32 hexadecimal digits, for the hot path of imports."""
    return uuid8_hex(sha256(transaction_id.encode()).hexdigest())


_ENTRIES: Decider[State, Command] = entered(
    EntryKind(
        noun="transaction",
        commands=(IngestTransaction, CorrectTransaction, VoidTransaction),
        events=(TransactionIngested, TransactionCorrected, TransactionVoided),
        normal=ingested,
    )
)


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    if isinstance(state, Entry) and isinstance(fact, TransactionCorrected) and _is_by_hand(fact):
        kept = {name: getattr(state.fact, name) for name in ("source", "day", "extra")}
        fact = msgspec.structs.replace(fact, **kept)
    return _ENTRIES.evolve(state, fact)


DECIDER: Decider[State, Command] = Decider(_ENTRIES.initial, decide, evolve)
