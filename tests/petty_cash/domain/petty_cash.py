"""Petty cash: what is paid out of the till of a bank.

Rules upheld here:
- a payout is recorded once and stays as it is;
- its amount is above 0 and one that its currency can express, and it says what it was for.
"""

from decimal import Decimal
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Invalid
from domain.shared.events import Event, event
from domain.shared.kits import Nothing, Recorded, recorded_once
from domain.shared.money import exact_amount
from domain.shared.rules import checked, clean_text, of_same_fields


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a payout."""

    bank_uid: UUID
    purpose: str
    amount: Decimal
    currency: str


class PayOut(Payout, frozen=True, kw_only=True):
    """Take money out of the till."""


@event("test.petty_cash.paid_out.v1")
class PettyCashPaidOut(Payout, Event, frozen=True, kw_only=True):
    """Money was taken out of the till."""


def _paid_out(command: PayOut) -> PettyCashPaidOut:
    def payable(amount: Decimal) -> Decimal:
        if amount <= 0:
            raise Invalid(f"an amount above 0 was expected, got {amount}", code="not_positive")
        return exact_amount(amount, command.currency)

    clean = checked(
        "the payout", purpose=(clean_text, command.purpose), amount=(payable, command.amount)
    )
    return of_same_fields(PettyCashPaidOut, msgspec.structs.replace(command, **clean))


DECIDER: Decider[Nothing | Recorded[PettyCashPaidOut], PayOut] = recorded_once(
    PettyCashPaidOut, _paid_out
)
