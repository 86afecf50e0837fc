"""Keeping the exchange rates of a bank."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import msgspec

from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.permissions import bank_itself, of_bank
from application.shared.streams import Entity, Reference
from domain import rates
from domain.banks import banks
from domain.rates import ExchangeRateRecorded, RecordRate, rate_uid

EXCHANGE_RATE = Entity("exchange rate", rates.DECIDER, ExchangeRateRecorded, of_bank)
_BANK = Entity("bank", banks.DECIDER, banks.BankOpened, bank_itself)

Value = Annotated[
    Decimal,
    msgspec.Meta(
        description="An exact decimal of 12 decimals at most, as a string or a number.",
        extra_json_schema={"type": ["string", "number"], "format": "decimal"},
    ),
]


class NewRate(msgspec.Struct, frozen=True, kw_only=True):
    """One `base` is worth `value` of `quote`, says `source`; today (UTC) if no `day` is given."""

    base: str
    quote: str
    value: Value
    source: str
    day: dt.date | None = None


class ExchangeRates:
    """The use cases of exchange rates; they raise as `Commands` and `domain.rates` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def record(self, bank: Reference, new: NewRate, call: Call) -> Carried:
        """Keep a rate of a day in the place of what was kept of it; quiet if it is the same.

        Raises:
            BankInactive: the bank is out of use.
        """

        async def prepare(view: View) -> Sequence[Write]:
            at = await view.find(_BANK, bank)
            banks.open_bank(at.state)
            day = new.day or view.now.astimezone(dt.UTC).date()
            command = RecordRate(
                bank_uid=at.uid,
                bank_id=at.id,
                base=new.base,
                quote=new.quote,
                value=new.value,
                source=new.source,
                day=day,
                recorded_by=call.principal.user_uid,
            )
            uid = rate_uid(at.uid, new.base, new.quote, day)
            return [Write(rates.DECIDER, uid, command)]

        return await self._commands.carry_out(call, prepare)
