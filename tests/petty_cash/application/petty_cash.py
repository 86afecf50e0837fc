"""Paying out of the till of a bank that the caller may see and that is in use."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from domain.petty_cash import PayOut

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import bank_itself
from application.shared.streams import Entity, Reference
from application.shared.values import Amount
from application.shared.views import View
from domain import petty_cash
from domain.banks import banks

_BANK = Entity("bank", banks.DECIDER, banks.BankOpened, bank_itself)


class NewPayout(msgspec.Struct, frozen=True, kw_only=True):
    """A payout to record: an amount above 0, and 1 to 200 characters that say for what."""

    purpose: str
    amount: Amount
    currency: str


async def pay(commands: Commands, bank: Reference, new: NewPayout, call: Call) -> Carried:
    """Record a payout; two calls are two payouts, an idempotency key tells a repetition."""
    uid = commands.new_id()

    async def prepare(view: View) -> Sequence[Write]:
        at = await view.find(_BANK, bank)
        banks.open_bank(at.state)
        command = PayOut(bank_uid=at.uid, **msgspec.structs.asdict(new))
        return [Write(petty_cash.DECIDER, uid, command, is_new=True)]

    return await commands.carry_out(call, prepare)


STAMPS = NewPayout(purpose="Stamps", amount=Decimal("12.50"), currency="EUR")
