"""Reading one claim off the log: as it is, or as it was at a moment.

A member sees their own claims; the administrators and auditors of a bank see all that were submitted to it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from application.reimbursements.drafts import CLAIMS
from application.shared.handling import fold
from application.shared.lookup import Reference, stream_of
from application.shared.permissions import Principal
from application.shared.ports import EventLog, RecordedEvent
from application.shared.scopes import NOBODY, of_bank, own_as_user
from domain.payments.payments import payment_uid
from domain.reimbursements.claims import (
    ReimbursementAmended,
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementEndorsed,
    ReimbursementSubmitted,
    ReimbursementWithdrawn,
    UnknownClaim,
    claim_of,
)
from domain.shared.roles import Role


def own(caller: Principal) -> Mapping[str, UUID]:
    """Which claims are in a caller's own list: a member's are theirs, of anybody else those they see."""
    if Role.MEMBER in caller.roles:
        return {**of_bank(caller), "user_uid": caller.user_uid or NOBODY}
    return own_as_user(caller)


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
    return claim is not None and all(
        getattr(claim.submitted, column) == value for column, value in own_as_user(caller).items()
    )


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


def _unknown(claim: Reference) -> UnknownClaim:
    return UnknownClaim(f"There is no reimbursement with the id {claim}.")
