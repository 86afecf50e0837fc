"""Approved claims for tests that care about payments and not about how a claim came to be approved."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec

from application.shared.ports import Append, Cause, EventLog, StreamAppend
from application.shared.reactions.attempts import Outcome, attempt
from application.shared.reactions.handling import handlers
from application.shared.reactions.ports import Reaction
from application.shared.services import Services
from domain.banks.accounts import BankAccountOpened
from domain.banks.banks import BankOpened
from domain.reimbursements.claims import ReimbursementApproved, ReimbursementSubmitted
from domain.shared.events import Event
from domain.shared.ids import derived

BANK_IBAN = "DE89370400440532013000"
MEMBER_IBAN = "NL91ABNA0417164300"


class ApprovedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of a claim that is to be paid, and of what it stands on."""

    bank: UUID
    account: UUID
    user: UUID
    claim: UUID

    @property
    def member(self) -> UUID:
        """The claimant as a member of the bank."""
        return derived("member", self.bank, self.user)

    @property
    def payment(self) -> UUID:
        """The one payment of the claim."""
        return derived("payment", self.claim)


async def a_bank(log: EventLog, **changes: Any) -> UUID:
    """A bank in the log, with these fields changed."""
    fields: dict[str, Any] = {
        "name": "Nordhafen Bank",
        "location": "Kiel",
        "currency": "EUR",
        "iban": BANK_IBAN,
    }
    uid = uuid4()
    await _record(log, {uid: [BankOpened(**{**fields, **changes})]})
    return uid


async def an_approved_claim(
    log: EventLog,
    bank: UUID,
    *,
    amount: Decimal = Decimal("184.60"),
    currency: str = "EUR",
    **account: Any,
) -> ApprovedClaim:
    """A claim of this bank that was approved, to be paid into an account with these fields changed."""
    ids = ApprovedClaim(bank=bank, account=uuid4(), user=uuid4(), claim=uuid4())
    opened: dict[str, Any] = {
        "bank_uid": bank,
        "bank_id": 1,
        "member_uid": ids.member,
        "bank_member_id": 2,
        "holder": "Mira Solberg",
        "currency": currency,
        "iban": MEMBER_IBAN,
        "routing_number": None,
        "account_number": None,
    }
    now = datetime.now(UTC)
    submitted = ReimbursementSubmitted(
        bank_uid=bank,
        bank_account_uid=ids.account,
        member_uid=ids.member,
        bank_id=1,
        bank_account_id=3,
        bank_member_id=2,
        member_name="Mira Solberg",
        user_uid=ids.user,
        amount=amount,
        currency=currency,
        description="Train to Oslo",
        incurred_on=date(2026, 11, 3),
        duplicate_of=None,
        submitted_at=now,
    )
    approved = ReimbursementApproved(
        administrator_uid=uuid4(),
        administrator_name="Ada Holm",
        user_uid=uuid4(),
        acknowledged_duplicate=False,
        approved_at=now,
    )
    await _record(
        log,
        {
            ids.account: [BankAccountOpened(**{**opened, **account})],
            ids.claim: [submitted, approved],
        },
    )
    return ids


async def react(services: Services, kind: str, subject: UUID, **payload: Any) -> Outcome:
    """One attempt at a reaction of this kind, as a worker makes it."""
    reaction = Reaction(
        id=derived("test reaction", kind, subject),
        policy="test",
        kind=kind,
        subject=subject,
        position=1,
        correlation_id=uuid4(),
        payload=payload,
    )
    return await attempt(reaction, handlers(), services)


async def names_in(log: EventLog, stream: UUID) -> list[str]:
    """What happened on a stream, by the second part of each event's name."""
    return [event.name.split(".")[1] for event in await log.stream(stream)]


async def _record(log: EventLog, streams: dict[UUID, Sequence[Event]]) -> None:
    cause = Cause(actor="test", correlation_id=uuid4(), causation_id=uuid4())
    appends = tuple(StreamAppend(uid, 0, tuple(facts)) for uid, facts in streams.items())
    await log.append(Append(streams=appends, cause=cause))
