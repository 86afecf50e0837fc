"""Reading one claim off the log: as it is, or as it was at a moment.

A member sees their own claims; the administrators and auditors of a bank see all that were submitted to it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from application.handling import fold
from application.lookup import Reference, stream_of
from application.permissions import Principal, Role
from application.ports import EventLog, RecordedEvent
from application.reimbursements.drafts import CLAIMS
from domain.payments import payment_uid
from domain.reimbursements import (
    ReimbursementAmended,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
    ReimbursementSubmitted,
    ReimbursementWithdrawn,
    UnknownClaim,
    claim_of,
)

_BANK_STAFF = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def sees_all_of_bank(caller: Principal) -> bool:
    """Whether the caller sees every claim of their bank, and not only their own."""
    return not caller.roles.isdisjoint(_BANK_STAFF)


def own(caller: Principal) -> Mapping[str, Any]:
    """The scope of a caller's own list: a member's claims, or those of the bank for one who is no member."""
    if Role.MEMBER in caller.roles:
        return {"bank_uid": caller.bank_uid, "user_uid": caller.user_uid}
    return {"bank_uid": caller.bank_uid}


class ClaimRecords:
    """The facts of single claims.

    Every method raises:
        Malformed: the reference is neither an integer nor a UUID.
        NotFound: there is no such claim, or it is not the caller's to see.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def history(self, caller: Principal, claim: Reference) -> Sequence[RecordedEvent]:
        """The facts of the claim itself, the oldest first."""
        return (await self._seen(caller, claim))[0]

    async def facts(
        self, caller: Principal, claim: Reference, as_of: dt.datetime | None = None
    ) -> Sequence[RecordedEvent]:
        """The facts of the claim and of its payment in their order, or those that had happened at `as_of`.

        Raises:
            NotFound: it had not been submitted then, either.
        """
        of_claim, of_payment = await self._seen(caller, claim)
        # A payment is scheduled once its claim is decided, so all of its facts come after those of the claim.
        facts = [*of_claim, *of_payment]
        if as_of is not None:
            facts = [fact for fact in facts if _happened_at(fact) <= as_of]
        if not facts:
            raise UnknownClaim(f"There was no reimbursement with the id {claim} at {as_of}.")
        return facts

    async def _seen(
        self, caller: Principal, claim: Reference
    ) -> tuple[Sequence[RecordedEvent], Sequence[RecordedEvent]]:
        uid = await stream_of(self._log, claim)
        if uid is None:
            raise _unknown(claim)
        payment = payment_uid(uid)
        found = await self._log.streams([uid, payment])
        if not _is_seen(caller, found[uid]):
            raise _unknown(claim)
        return found[uid], found[payment]


def _is_seen(caller: Principal, events: Sequence[RecordedEvent]) -> bool:
    claim = claim_of(fold(CLAIMS, events)[0])
    if claim is None or claim.submitted.bank_uid != caller.bank_uid:
        return False
    return sees_all_of_bank(caller) or claim.submitted.user_uid == caller.user_uid


def _happened_at(event: RecordedEvent) -> dt.datetime:
    """When the fact came about: what the claim shows as that moment, else when it was recorded."""
    match event.event():
        case ReimbursementSubmitted(submitted_at=at):
            return at
        case ReimbursementAmended(amended_at=at):
            return at
        case ReimbursementEndorsed(endorsed_at=at):
            return at
        case ReimbursementApproved(approved_at=at):
            return at
        case ReimbursementDenied(denied_at=at):
            return at
        case ReimbursementWithdrawn(withdrawn_at=at):
            return at
        case _:
            return event.recorded_at


def _unknown(claim: int | str | UUID) -> UnknownClaim:
    return UnknownClaim(f"There is no reimbursement with the id {claim}.")
