"""Columns, each declared once: its name, what it means, an example, how it is stored and what can be asked of it.

Modules of contexts import this one as `col`: `col.text("purpose", "What it was for.", "Stamps", groupable=True)`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from domain.shared.account_numbers import masked
from projections.shared.query.fields import Field, FieldType

_STORED_AS: Mapping[FieldType, sa.types.TypeEngine[Any]] = {
    FieldType.TEXT: sa.Text(collation="C"),
    FieldType.INTEGER: sa.BigInteger(),
    FieldType.DECIMAL: sa.Numeric(20, 4),
    FieldType.DATE: sa.Date(),
    FieldType.TIMESTAMP: sa.DateTime(timezone=True),
    FieldType.UUID: sa.Uuid(),
    FieldType.BOOLEAN: sa.Boolean(),
    FieldType.JSON: JSONB(),
}


@dataclass(frozen=True)
class Of:
    """Where a row has a value from: an attribute of the record by its dotted path, and what is made of it."""

    path: str
    made: Callable[[Any], Any] | None = None


EXACT = sa.Numeric()
"""Decimals of any length, kept as they are: what `stored_as` says of numbers that are no money."""

POSITION, STREAM, VERSION = Of("position"), Of("stream_id"), Of("version")
RECORDED_AT, ACTOR = Of("recorded_at"), Of("actor")


@dataclass(frozen=True)
class Column(Field):
    """A column of a table and the field it is asked for by.

    `indexed` makes an index `(column, id)`, for lists of many rows that are filtered or sorted by it; a `unique` one is
    indexed by itself. An `internal` one is nobody's to ask for. A new row holds `initially` (a value, or where it is
    from) instead of the event's field of the same name; `stored` makes what is stored of that field's value.
    `stored_as` is its SQL type if that is not the usual one of the field's type.
    """

    indexed: bool = False
    unique: bool = False
    internal: bool = False
    initially: Any = field(default=None, compare=False)  # may be a list
    stored: Callable[[Any], Any] | None = None
    stored_as: sa.types.TypeEngine[Any] | None = None

    def of_table(self, **options: Any) -> "sa.Column[Any]":
        """The column of the table."""
        kind = self.stored_as or _STORED_AS[self.type]
        return sa.Column(self.source, kind, nullable=self.nullable, **options)


# Each takes a name, what it means and an example; a label is text to group by, a quantity is summed, money as well is
# shown with the decimals of its currency.
text = partial(Column, type=FieldType.TEXT)
label = partial(Column, type=FieldType.TEXT, groupable=True)
integer = partial(Column, type=FieldType.INTEGER)
quantity = partial(Column, type=FieldType.INTEGER, measurable=True)
decimal = partial(Column, type=FieldType.DECIMAL)
money = partial(Column, type=FieldType.DECIMAL, money=True)
date = partial(Column, type=FieldType.DATE)
uuid = partial(Column, type=FieldType.UUID)
boolean = partial(Column, type=FieldType.BOOLEAN)


def timestamp(
    name: str, meaning: str = "", example: str | None = "2026-11-20T21:30:00Z", **options: Any
) -> Column:
    """A moment, in UTC."""
    return Column(name, meaning, example, FieldType.TIMESTAMP, **options)


def choice(name: str, meaning: str, example: str, choices: Iterable[str], **options: Any) -> Column:
    """One of a few words, by which rows are grouped; a member of an enumeration is stored as its text."""
    words = tuple(map(str, choices))
    return label(name, meaning, str(example), choices=words, stored=str, **options)


def json(name: str, meaning: str, example: Any, **options: Any) -> Column:
    """What JSON says; it can be shown, and neither sought nor sorted by."""
    return Column(
        name,
        meaning,
        example,
        FieldType.JSON,
        filterable=False,
        sortable=False,
        stored=msgspec.to_builtins,
        **options,
    )


def account_number(name: str, meaning: str, example: str | None = None, **options: Any) -> Column:
    """The number of an account, stored by its end only; it can be shown, and neither sought nor sorted by."""
    return text(name, meaning, example, filterable=False, sortable=False, stored=masked, **options)


def amount(
    example: str, meaning: str = "The exact amount, in `currency`.", **options: Any
) -> Column:
    """The amount that a row is about."""
    return money("amount", meaning, example, measurable=True, **options)


def currency(meaning: str = "ISO 4217 code of the currency of the amount.") -> Column:
    """The currency of a row's amounts."""
    return label("currency", meaning, "EUR")


def bank_uid(
    meaning: str, example: str = "b1d2c3e4-5f60-4718-8293-a4b5c6d7e8f9", **options: Any
) -> Column:
    """The bank that a row belongs to."""
    return uuid("bank_uid", meaning, example, groupable=True, **options)


def recorded_at(
    meaning: str, example: str = "2026-11-20T21:30:00Z", name: str = "recorded_at", **options: Any
) -> Column:
    """When the event that made the row was recorded."""
    return timestamp(name, meaning, example, initially=RECORDED_AT, **options)


def lifetime(in_use: str, ended: str) -> list[Column]:
    """The state of what is in use until it ends for good, and since when; `folds.ended` ends it."""
    return [
        choice(
            "status",
            f"`{in_use}`, or `{ended}` for good.",
            in_use,
            (in_use, ended),
            initially=in_use,
        ),
        recorded_at("When it came into use.", name="created_at"),
        timestamp(
            "ended_at", "When it went out of use; null as long as it has not.", None, nullable=True
        ),
    ]


def ids(
    number: int,
    example: str,
    of: str = "",
    *,
    uid: str = "",
    version: str = "Version of its stream, as in the ETag.",
    version_example: int = 1,
) -> tuple[Column, Column, Column]:
    """What every read model begins with: `id`, `uid` and `version`, with an example of each.

    `of` says what a row is; `uid` what more there is to say of its stable id, `version` what else counts as one.
    """
    what = f" of {of}" if of else ""
    stable = f"Stable id; {uid}." if uid else f"Stable id{what}."
    return (
        integer("id", f"Stable number{what}.", number, initially=POSITION),
        Column("uid", stable, example, FieldType.UUID, initially=STREAM),
        integer(
            "version",
            version,
            version_example,
            shown=False,
            initially=VERSION,
            stored_as=sa.Integer(),
        ),
    )
