"""What can be asked of a read model: its fields, their types, and the operators each type has.

Parsing, SQL, documentation and error messages all follow from one declaration (`columns`, `model`). One that cannot
work raises when it is made, so that no request ever meets it.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from projections.shared.rollups import DeclarationError, Rollup


class FieldType(StrEnum):
    """How the values of a field are written, compared and ordered."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIMESTAMP = "timestamp"
    UUID = "uuid"
    BOOLEAN = "boolean"
    JSON = "json"


class Operator(StrEnum):
    """How a field is compared with what was asked for: `field[operator]=value`, `eq` if none is written."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NIN = "nin"
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IS_NULL = "is_null"


LIST_OPERATORS = frozenset({Operator.IN, Operator.NIN, Operator.BETWEEN})
"""The operators whose value is a list, separated by commas."""

_SAME = (Operator.EQ, Operator.NE, Operator.IN, Operator.NIN, Operator.IS_NULL)
_ORDERED = (
    Operator.EQ,
    Operator.NE,
    Operator.GT,
    Operator.GTE,
    Operator.LT,
    Operator.LTE,
    Operator.IN,
    Operator.NIN,
    Operator.BETWEEN,
    Operator.IS_NULL,
)
OPERATORS: Mapping[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: (*_ORDERED, Operator.CONTAINS, Operator.STARTS_WITH),
    FieldType.INTEGER: _ORDERED,
    FieldType.DECIMAL: _ORDERED,
    FieldType.DATE: _ORDERED,
    FieldType.TIMESTAMP: _ORDERED,
    FieldType.UUID: _SAME,
    FieldType.BOOLEAN: (Operator.EQ, Operator.NE, Operator.IS_NULL),
    FieldType.JSON: (Operator.IS_NULL,),
}
"""Which operators each type of field has."""

RESERVED = frozenset(
    {"fields", "sort", "order", "limit", "cursor", "count"}
    | {"by", "measures", "having", "totals", "fill", "tz"}
)
"""The parameters of the grammar itself: no field may bear one of these names."""

NUMBERS = frozenset({FieldType.INTEGER, FieldType.DECIMAL})
TEMPORAL = frozenset({FieldType.DATE, FieldType.TIMESTAMP})

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Field:
    """One named value of every row of a collection.

    `description` and `example` feed the documentation. `column` is the table's column if it bears another name.
    `choices` closes the set of values (text only). `groupable` fields can follow `by=` and make facets; `measurable`
    ones can be summed and averaged. `money` marks an amount in the row's currency: it is shown with that currency's
    decimals. Fields with `shown=False` appear only where `fields=` names them. `show` makes what rows show of a value
    that is not null, instead of what its type says.
    """

    name: str
    description: str = ""
    example: Any = dataclasses.field(default=None, compare=False)  # may be a dict or a list
    type: FieldType = FieldType.TEXT
    column: str | None = None
    nullable: bool = False
    choices: tuple[str, ...] = ()
    groupable: bool = False
    measurable: bool = False
    filterable: bool = True
    sortable: bool = True
    money: bool = False
    shown: bool = True
    show: Callable[[Any], Any] | None = dataclasses.field(default=None, compare=False)

    @property
    def source(self) -> str:
        """The name of its column."""
        return self.column or self.name

    @property
    def operators(self) -> tuple[Operator, ...]:
        """The operators a filter on this field may use; none if it cannot be filtered."""
        if not self.filterable:
            return ()
        if self.choices:
            return _SAME
        return OPERATORS[self.type]

    @property
    def ordered(self) -> bool:
        """Whether rows can be sorted by it; JSON has no order."""
        return self.sortable and self.type is not FieldType.JSON

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in RESERVED:
            raise DeclarationError(f"{self.name!r} cannot be the name of a field")
        if self.measurable and self.type not in NUMBERS:
            raise DeclarationError(f"{self.name} is {self.type}: only numbers are measurable")
        if self.money and self.type is not FieldType.DECIMAL:
            raise DeclarationError(f"{self.name} is {self.type}: only decimals are money")
        if self.choices and self.type is not FieldType.TEXT:
            raise DeclarationError(f"{self.name} is {self.type}: only text has choices")
        if self.type is FieldType.JSON and self.groupable:
            raise DeclarationError(f"{self.name} is JSON: it cannot be grouped")


@dataclass(frozen=True)
class Collection:
    """A table as a caller sees it; `model.collection` makes both of one declaration.

    `key` names the field that is unique and never null: it breaks every tie and is always shown. `uid` names the UUID
    by which a row can be found as well. `projection` is the one whose checkpoint tells how fresh the rows are, and
    `version` that of its tables. With
    `currency`, that field is part of every group, so that amounts of different currencies are never added.
    `default_sort` is written as in a query; the key alone if it is not given. Aggregates that one of `rollups` can
    answer are read from it.
    `basis` tells apart the collections that tell other numbers of the same rows.

    Raises:
        DeclarationError: two fields share a name; the key, the uid or the currency will not do.
    """

    name: str
    table: sa.Table
    fields: tuple[Field, ...]
    projection: str | None = None
    version: int = 0
    currency: str | None = None
    default_sort: str = ""
    rollups: tuple[Rollup, ...] = ()
    key: str = "id"
    uid: str | None = "uid"
    description: str = ""
    basis: str = ""

    def __post_init__(self) -> None:
        if len(self.by_name) != len(self.fields):
            raise DeclarationError(f"{self.name} has two fields of one name")
        for name in filter(None, (self.key, self.currency, self.uid)):
            if name not in self.by_name:
                raise DeclarationError(f"{self.name} has no field {name}")
        if self.by_name[self.key].nullable or not self.by_name[self.key].ordered:
            raise DeclarationError(
                f"the key {self.key} of {self.name} must be NOT NULL and sortable"
            )
        if self.uid is not None and self.by_name[self.uid].type is not FieldType.UUID:
            raise DeclarationError(f"the uid {self.uid} of {self.name} must be a UUID")
        for name in filter(None, self.default_sort.split(",")):
            if name.removeprefix("-") not in self.by_name:
                raise DeclarationError(f"{self.name} cannot be sorted by {name}")

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    @property
    def key_field(self) -> Field:
        """The unique field that breaks ties."""
        return self.by_name[self.key]

    @property
    def currency_field(self) -> Field | None:
        """The field that holds the currency of the row's amounts, if it has amounts."""
        return self.by_name[self.currency] if self.currency else None
