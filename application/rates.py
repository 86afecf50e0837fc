"""Keeping the exchange rates of a bank: what is paid follows from them, so it takes two people."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from application.shared.commands import Call, Carried, Write
from application.shared.permissions import bank_itself, of_bank
from application.shared.proposals import Draft, Hands, ProposalKind, Proposing
from application.shared.streams import Entity, Reference
from application.shared.views import View
from domain import rates
from domain.banks import banks
from domain.rates import ExchangeRateRecorded, RecordRate, rate_uid
from domain.shared.rules import fields_in

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


class RateOfDay(NewRate, frozen=True, kw_only=True):
    """A rate that a bank is to keep."""

    bank_uid: UUID
    day: dt.date


async def _keeping(view: View, terms: RateOfDay, hands: Hands) -> Sequence[Write]:
    at = await view.find(_BANK, terms.bank_uid)
    banks.open_bank(at.state)
    command = RecordRate(
        **fields_in(terms, NewRate),
        bank_uid=at.uid,
        bank_id=at.id,
        recorded_by=hands.proposed_by,
        confirmed_by=hands.confirmed_by,
    )
    uid = rate_uid(at.uid, terms.base, terms.quote, terms.day)
    return [Write(rates.DECIDER, uid, command)]


EXCHANGE_RATE_OF_DAY = ProposalKind(
    name="exchange_rate",
    terms=RateOfDay,
    writes=_keeping,
    summary=lambda it: f"Keep {it.value:f} {it.quote} as the rate of 1 {it.base} on {it.day}",
)


class ExchangeRates:
    """The use cases of exchange rates; they raise as `Proposing` and `domain.rates` say."""

    def __init__(self, proposing: Proposing) -> None:
        self._proposing = proposing

    async def record(self, bank: Reference, new: NewRate, call: Call) -> Carried:
        """Keep a rate of a day in the place of what was kept of it, quiet if it is the same; takes a second person.

        Raises:
            BankInactive: the bank is out of use.
        """

        async def draft(view: View) -> Draft[RateOfDay]:
            at = await view.find(_BANK, bank)
            said = asdict(new) | {"day": new.day or view.now.astimezone(dt.UTC).date()}
            return Draft(terms=RateOfDay(bank_uid=at.uid, **said), bank_uid=at.uid, bank_id=at.id)

        return await self._proposing.propose(EXCHANGE_RATE_OF_DAY, draft, call)
