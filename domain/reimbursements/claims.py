"""Reimbursements: a member claims money back, an administrator decides.

Rules upheld here:
- only a pending claim is amended, decided or withdrawn, and a decision is final;
- nobody decides a claim of their own, as whichever administrator they come;
- above an administrator's limit it takes two whose limits add up to the amount, a limit of another currency counting
  for nothing: the first endorses, the second approves; where they do not, the endorsement of the higher limit stands;
- an endorsement counts as long as its giver is an administrator, with the limit of now; what was endorsed and then
  amended has to be endorsed anew;
- a claim of the same member, amount and date as an earlier one says so (`duplicate_of`); it is approved only by an
  administrator who says that they have seen it.

```
no claim ──submitted──► pending ──approved──► approved
                        │  ▲  ├────denied───► denied
                        └──┘  └──withdrawn──► withdrawn
                  amended, endorsed
```
"""

import datetime as dt
from decimal import Decimal
from typing import Any, assert_never
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from domain.reimbursements.details import Details, NormalDetails, normal, sentence
from domain.shared.deciders import Decider
from domain.shared.errors import Forbidden, NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.rules import checked, fields_in, of_same_fields

# Commands


class Approver(msgspec.Struct, frozen=True, kw_only=True):
    """The administrator who decides: who they are, and up to which amount they decide alone (None: any amount)."""

    administrator_uid: UUID
    user_uid: UUID
    name: str
    limit: Decimal | None
    limit_currency: str

    def covers(self, details: Details) -> Decimal:
        """How much of such an amount their word approves."""
        if self.limit is None:
            return details.amount
        return self.limit if self.limit_currency == details.currency else Decimal(0)


class _Claimant(msgspec.Struct, frozen=True, kw_only=True):
    bank_uid: UUID
    bank_id: int
    bank_account_uid: UUID
    bank_account_id: int
    member_uid: UUID
    bank_member_id: int
    member_name: str
    user_uid: UUID


class SubmitClaim(_Claimant, frozen=True, kw_only=True):
    """Claim money back, to be paid to this version of this account's payee.

    `duplicate_of` is the earlier claim that holds the same key.
    """

    details: Details
    duplicate_of: UUID | None
    payee_version: int | None = None


class AmendClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Put other details in the place of those that were submitted."""

    user_uid: UUID
    details: Details
    duplicate_of: UUID | None


class WithdrawClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Take the claim back."""

    user_uid: UUID


class ApproveClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Have the claim paid. `acknowledge_duplicates` says that the earlier claim was seen.

    `endorser` is who endorsed it, as they are now; None if nobody did, or is no administrator any more.
    """

    by: Approver
    acknowledge_duplicates: bool = False
    endorser: Approver | None = None


class DenyClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Refuse to have the claim paid, and say why."""

    by: Approver
    reason: str


Command = SubmitClaim | AmendClaim | WithdrawClaim | ApproveClaim | DenyClaim


# Events


@event("reimbursement.submitted.v1")
class ReimbursementSubmitted(_Claimant, Event, frozen=True, kw_only=True, omit_defaults=True):
    """A member claimed money back. `user_uid` is the person behind the member, whatever else they are.

    The integer ids are those of the bank, the account and the member, so that read models need no look-up.
    `payee_version` is that of the account as it was then; None where it is older than that it was noted.
    """

    amount: Decimal
    currency: str
    description: str
    incurred_on: dt.date
    duplicate_of: UUID | None
    submitted_at: dt.datetime
    payee_version: int | None = None


@event("reimbursement.amended.v1")
class ReimbursementAmended(Details, Event, frozen=True, kw_only=True):
    """The member put these details in the place of the earlier ones; endorsements of those have no force any more."""

    duplicate_of: UUID | None
    amended_at: dt.datetime


class _ByAdministrator(Event, frozen=True, kw_only=True):
    administrator_uid: UUID
    administrator_name: str
    user_uid: UUID


@event("reimbursement.endorsed.v1")
class ReimbursementEndorsed(_ByAdministrator, frozen=True, kw_only=True):
    """An administrator would have it paid; the amount is above their limit and takes the word of a second one."""

    acknowledged_duplicate: bool
    endorsed_at: dt.datetime


@event("reimbursement.approved.v1")
class ReimbursementApproved(_ByAdministrator, frozen=True, kw_only=True):
    """It is to be paid. `acknowledged_duplicate` says that it was flagged, and that the administrator saw it."""

    acknowledged_duplicate: bool
    approved_at: dt.datetime


@event("reimbursement.denied.v1")
class ReimbursementDenied(_ByAdministrator, frozen=True, kw_only=True):
    """It is not going to be paid."""

    reason: str
    denied_at: dt.datetime


@event("reimbursement.withdrawn.v1")
class ReimbursementWithdrawn(Event, frozen=True):
    """The member took it back."""

    withdrawn_at: dt.datetime


# States


class NoClaim(msgspec.Struct, frozen=True):
    """Nothing was submitted on this stream."""


class PendingClaim(msgspec.Struct, frozen=True):
    """Waits for a decision. `duplicate_of` and `details` are those of now, `endorsed` the first of two approvals."""

    submitted: ReimbursementSubmitted
    details: NormalDetails
    duplicate_of: UUID | None
    endorsed: ReimbursementEndorsed | None = None


class ApprovedClaim(msgspec.Struct, frozen=True):
    """Was approved as `claim` said."""

    claim: PendingClaim
    approved: ReimbursementApproved


class DeniedClaim(msgspec.Struct, frozen=True):
    """Was denied."""

    claim: PendingClaim
    denied: ReimbursementDenied


class WithdrawnClaim(msgspec.Struct, frozen=True):
    """Was taken back by its member."""

    claim: PendingClaim
    withdrawn: ReimbursementWithdrawn


State = NoClaim | PendingClaim | ApprovedClaim | DeniedClaim | WithdrawnClaim
INITIAL = NoClaim()


# Refusals


class UnknownClaim(NotFound, code="not_found"):
    """There is no such claim, or it is another member's."""


class SelfApprovalForbidden(Forbidden, code="self_approval"):
    """An administrator decides about money of their own."""


class AlreadyDecided(Refused, code="already_decided"):
    """The claim is not pending any more; the facts say what became of it, through whom and when."""


class LimitsTooLow(Refused, code="limits_too_low"):
    """The limits of both administrators do not add up to what is claimed."""


class DuplicateNotAcknowledged(Refused, code="duplicate_not_acknowledged"):
    """The claim looks like an earlier one, and the administrator did not say that they have seen that."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where it is already so.

    Raises:
        Invalid: a value breaks a rule; one fault per value, with its JSON pointer.
        UnknownClaim: there is no claim, or its member is somebody else than who amends or withdraws it.
        SelfApprovalForbidden, AlreadyDecided, DuplicateNotAcknowledged, LimitsTooLow: as they say.
    """
    match command:
        case SubmitClaim():
            return [_submitted(command, now)] if isinstance(state, NoClaim) else []
        case AmendClaim():
            return _amend(_own(state, command.user_uid), command, now)
        case WithdrawClaim():
            claim = _own(state, command.user_uid)
            if isinstance(claim, WithdrawnClaim):
                return []
            _pending(claim)
            return [ReimbursementWithdrawn(withdrawn_at=now)]
        case ApproveClaim():
            return _approve(_to_decide(state, command.by), command, now)
        case DenyClaim():
            _to_decide(state, command.by)
            return [_denied(command, now)]
        case _:
            assert_never(command)


def _submitted(command: SubmitClaim, now: dt.datetime) -> Event:
    return ReimbursementSubmitted(
        **fields_in(command, _Claimant),
        **asdict(normal(command.details, now)),
        duplicate_of=command.duplicate_of,
        payee_version=command.payee_version,
        submitted_at=now,
    )


def _amend(state: State, command: AmendClaim, now: dt.datetime) -> list[Event]:
    claim = _pending(state)
    details = normal(command.details, now)
    if details == claim.details:
        return []
    return [
        ReimbursementAmended(**asdict(details), duplicate_of=command.duplicate_of, amended_at=now)
    ]


def _approve(claim: PendingClaim, command: ApproveClaim, now: dt.datetime) -> list[Event]:
    by = command.by
    if claim.duplicate_of and not command.acknowledge_duplicates:
        raise DuplicateNotAcknowledged(
            "An earlier claim has the same member, amount and date; `acknowledge_duplicates: true` approves this one "
            "all the same.",
            duplicate_of=claim.duplicate_of,
        )
    said: dict[str, Any] = {
        "administrator_uid": by.administrator_uid,
        "administrator_name": by.name,
        "user_uid": by.user_uid,
        "acknowledged_duplicate": claim.duplicate_of is not None,
    }
    amount, own = claim.details.amount, by.covers(claim.details)
    first = command.endorser if claim.endorsed else None
    others = first.covers(claim.details) if first and first.user_uid != by.user_uid else Decimal(0)
    if own + others >= amount:
        return [ReimbursementApproved(**said, approved_at=now)]
    if first and first.user_uid == by.user_uid:
        return []
    if first and own <= others:
        raise _too_low(claim.details, first, by)
    return [ReimbursementEndorsed(**said, endorsed_at=now)]


def _too_low(details: Details, first: Approver, by: Approver) -> LimitsTooLow:
    limits = " and ".join(f"{it.limit} {it.limit_currency} of {it.name}" for it in (first, by))
    return LimitsTooLow(
        f"The limits, {limits}, do not add up to {details.amount} {details.currency}; it takes an administrator "
        f"with a higher one beside {first.name}, who endorsed the claim, or one who decides it alone.",
        endorsed_by=first.administrator_uid,
        endorsed_by_name=first.name,
    )


def _denied(command: DenyClaim, now: dt.datetime) -> Event:
    return ReimbursementDenied(
        administrator_uid=command.by.administrator_uid,
        administrator_name=command.by.name,
        user_uid=command.by.user_uid,
        **checked("the denial", reason=(sentence, command.reason)),
        denied_at=now,
    )


def _own(state: State, user_uid: UUID) -> State:
    if user_of(state) != user_uid:
        raise UnknownClaim("There is no such reimbursement.")
    return state


def _to_decide(state: State, by: Approver) -> PendingClaim:
    if user_of(state) == by.user_uid:
        raise SelfApprovalForbidden("Nobody decides about a claim of their own.")
    return _pending(state)


def _pending(state: State) -> PendingClaim:
    match state:
        case PendingClaim():
            return state
        case NoClaim():
            raise UnknownClaim("There is no such reimbursement.")
        case ApprovedClaim(approved=it):
            raise _already("approved", it.administrator_uid, it.administrator_name, it.approved_at)
        case DeniedClaim(denied=it):
            raise _already("denied", it.administrator_uid, it.administrator_name, it.denied_at)
        case WithdrawnClaim(claim=claim, withdrawn=it):
            member = claim.submitted
            raise _already("withdrawn", member.member_uid, member.member_name, it.withdrawn_at)
        case _:
            assert_never(state)


def _already(decision: str, by: UUID, name: str, at: dt.datetime) -> AlreadyDecided:
    return AlreadyDecided(
        f"This claim was {decision} by {name} on {at:%Y-%m-%d at %H:%M:%S} UTC; only a pending one can be changed.",
        decision=decision,
        decided_by=by,
        decided_by_name=name,
        decided_at=at,
    )


def claim_of(state: State) -> PendingClaim | None:
    """What is or was claimed, whatever became of it."""
    match state:
        case NoClaim():
            return None
        case PendingClaim():
            return state
        case ApprovedClaim() | DeniedClaim() | WithdrawnClaim():
            return state.claim
        case _:
            assert_never(state)


def user_of(state: State) -> UUID | None:
    """The person who claims."""
    claim = claim_of(state)
    return claim.submitted.user_uid if claim else None


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case NoClaim(), ReimbursementSubmitted():
            return PendingClaim(fact, of_same_fields(NormalDetails, fact), fact.duplicate_of)
        case PendingClaim(), ReimbursementAmended():
            return PendingClaim(
                state.submitted, of_same_fields(NormalDetails, fact), fact.duplicate_of
            )
        case PendingClaim(), ReimbursementEndorsed():
            return PendingClaim(state.submitted, state.details, state.duplicate_of, fact)
        case PendingClaim(), ReimbursementApproved():
            return ApprovedClaim(state, fact)
        case PendingClaim(), ReimbursementDenied():
            return DeniedClaim(state, fact)
        case PendingClaim(), ReimbursementWithdrawn():
            return WithdrawnClaim(state, fact)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
