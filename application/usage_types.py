"""Defining, renaming and retiring usage types, and saying what a unit of them emits."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import everything
from application.shared.services import Services
from application.shared.streams import Entity, Reference
from application.shared.units import Units
from application.shared.values import Amount, moment_of
from application.shared.views import View
from domain import usage_types
from domain.shared.kits import Nothing
from domain.usage_types import (
    FIRST_FREE_NUMBER,
    AppendFactor,
    DefineUsageType,
    Factor,
    RenameUsageType,
    RetireUsageType,
    UsageTypeDefined,
    UsageTypeExists,
    usage_type_uid,
)

USAGE_TYPE = Entity(
    "usage type", usage_types.DECIDER, UsageTypeDefined, everything, uid_of=usage_type_uid
)
_NUMBERS_AT_ONCE = 32


class NewFactor(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a factor: kg CO2e per unit of the type, from a time with its offset, or a day (in UTC), on.

    `scope` is 1, 2 or 3 of the GHG Protocol; `region` and `year` are those that the source speaks of.
    """

    factor: Amount
    valid_from: str
    source: str
    scope: int | None = None
    region: str | None = None
    year: int | None = None


class NewUsageType(msgspec.Struct, frozen=True, kw_only=True):
    """A type to define, perhaps with its first factor. Texts have 1 to 200 characters."""

    name: str
    unit: str
    factor: NewFactor | None = None


class UsageTypes:
    """The use cases of usage types; they raise as `Commands` and `domain.usage_types` say."""

    def __init__(self, commands: Commands, units: Units) -> None:
        self._commands = commands
        self._units = units

    async def define(self, new: NewUsageType, call: Call) -> Carried:
        """Begin a type under the next free number: whoever takes it first has it, and others take the one after."""
        unit = self._units.check(new.unit)
        first = None if new.factor is None else Factor(**_said(new.factor, "/factor"))

        async def prepare(view: View) -> Sequence[Write]:
            number = await _free_number(view)
            command = DefineUsageType(id=number, name=new.name, unit=unit, first=first)
            return [Write(USAGE_TYPE.decider, usage_type_uid(number), command)]

        return await self._commands.carry_out(call, prepare)

    async def rename(self, reference: Reference, change: RenameUsageType, call: Call) -> Carried:
        """Call a type something else; what was recorded keeps the name of then."""
        return await self._commands.change(USAGE_TYPE, reference, change, call)

    async def retire(self, reference: Reference, call: Call) -> Carried:
        """Take a type out of use; nothing happens if it is already."""
        return await self._commands.change(USAGE_TYPE, reference, RetireUsageType(), call)

    async def append_factor(self, reference: Reference, new: NewFactor, call: Call) -> Carried:
        """Say what a unit emits from a moment on; raises `DateCovered` if a version covers that already."""
        command = AppendFactor(**_said(new))
        return await self._commands.change(USAGE_TYPE, reference, command, call)

    async def begin(self, call: Call) -> None:
        """Define the types that are there from the beginning, those that are not yet."""
        view = self._commands.view(call.principal)
        await view.load(*(usage_type_uid(each.id) for each in FIRST_TYPES))
        for each in FIRST_TYPES:
            uid = usage_type_uid(each.id)
            if isinstance((await view.stream(USAGE_TYPE.decider, uid)).state.life, Nothing):
                with suppress(UsageTypeExists):  # another process begins as well
                    await self._commands.tell(USAGE_TYPE.decider, uid, each, call)


async def _free_number(view: View) -> int:
    number = FIRST_FREE_NUMBER
    while True:
        numbers = range(number, number + _NUMBERS_AT_ONCE)
        await view.load(*map(usage_type_uid, numbers))
        for number in numbers:
            if not (await view.stream(USAGE_TYPE.decider, usage_type_uid(number))).facts:
                return number
        number += 1


def _said(new: NewFactor, under: str = "") -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(new),
        "valid_from": moment_of(new.valid_from, f"{under}/valid_from"),
    }


def _first(number: int, name: str, unit: str, factor: str) -> DefineUsageType:
    given = Factor(
        factor=Decimal(factor),
        valid_from=datetime(1980, 1, 1, tzinfo=UTC),
        source="Daybook's starting table",
    )
    return DefineUsageType(id=number, name=name, unit=unit, first=given)


FIRST_TYPES = (
    _first(100, "electricity", "kwh", "1.5"),
    _first(101, "water", "kg", "26.93"),
    _first(102, "heating", "kwh", "3.892"),
    _first(103, "heating", "l", "8.57"),
    _first(104, "heating", "m3", "19.456"),
)
"""The types that are there from the first start, with the factor of each."""


async def _begin(services: Services, call: Call) -> None:
    await services.of(UsageTypes).begin(call)


BEGINS = _begin
