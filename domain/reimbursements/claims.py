"""Reimbursements: a member claims money back, an administrator decides.

Rules upheld here:
- only a pending claim is amended, decided or withdrawn, and a decision is final;
- nobody decides a claim of their own, as whichever administrator they come;
- it takes as many words as `domain.reimbursements.words` says: those that are not enough endorse, the last approves;
- an endorsement counts as long as its giver may decide, with the limit of now, and is for the payee of then: what was
  amended, or is paid to others, has to be endorsed anew;
- a claim of the same member, amount and date as an earlier one says so (`duplicate_of`); it is approved only by who
  says that they have seen it, and so is one paid into an account with the number of another member's.

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
from domain.reimbursements.words import (
    Approver,
    Controls,
    check_asked,
    check_may_say,
    check_not_flagged,
    check_rate,
    is_enough,
)
from domain.shared.deciders import Decider
from domain.shared.errors import Forbidden, NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.exchange import Exchange
from domain.shared.roles import Role
from domain.shared.rules import checked, fields_in, of_same_fields

# Commands


class _Claimant(msgspec.Struct, frozen=True, kw_only=True):
    bank_uid: UUID
    bank_id: int
    bank_account_uid: UUID
    bank_account_id: int
    member_uid: UUID
    bank_member_id: int
    member_name: str
    user_uid: UUID
    payee_version: int | None = None
    paid_in: str | None = None


class SubmitClaim(_Claimant, frozen=True, kw_only=True):
    """Claim money back, to be paid to this version of this account's payee.

    `duplicate_of` is the earlier claim that holds the same key. `paid_in` is the account's currency; where that is
    another one, `exchange` is what would be paid now.
    """

    details: Details
    duplicate_of: UUID | None
    exchange: Exchange | None = None


class AmendClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Put other details in the place of those that were submitted."""

    user_uid: UUID
    details: Details
    duplicate_of: UUID | None
    exchange: Exchange | None = None


class WithdrawClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Take the claim back."""

    user_uid: UUID


class ApproveClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Have the claim paid. `acknowledge_duplicates` says that the earlier claim was seen.

    `beside` are those who endorsed it and may still decide, as they are now.
    """

    by: Approver
    acknowledge_duplicates: bool = False
    beside: tuple[Approver, ...] = ()
    controls: Controls = Controls()


class DenyClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Refuse to have the claim paid, and say why."""

    by: Approver
    reason: str
    controls: Controls = Controls()


Command = SubmitClaim | AmendClaim | WithdrawClaim | ApproveClaim | DenyClaim


# Events


@event("reimbursement.submitted.v1", by=SubmitClaim)
class ReimbursementSubmitted(_Claimant, Event, frozen=True, kw_only=True, omit_defaults=True):
    """A member claimed money back. `user_uid` is the person behind the member, whatever else they are.

    The integer ids are those of the bank, the account and the member, so that read models need no look-up.
    `payee_version` and `paid_in` are those of the account as it was then, the latter its currency; None where it is
    older than that they were noted.
    """

    amount: Decimal
    currency: str
    description: str
    incurred_on: dt.date
    duplicate_of: UUID | None
    submitted_at: dt.datetime


@event("reimbursement.amended.v1", by=AmendClaim)
class ReimbursementAmended(Details, Event, frozen=True, kw_only=True):
    """The member put these details in the place of the earlier ones; endorsements of those have no force any more."""

    duplicate_of: UUID | None
    amended_at: dt.datetime


class _ByAdministrator(Event, frozen=True, kw_only=True, omit_defaults=True):
    administrator_uid: UUID
    administrator_name: str
    user_uid: UUID
    policy_version: int | None = None
    four_eyes: bool = True


class _Word(_ByAdministrator, frozen=True, kw_only=True, omit_defaults=True):
    acknowledged_duplicate: bool
    payee_version: int | None = None
    on_behalf_of: UUID | None = None


@event("reimbursement.endorsed.v1", by=ApproveClaim)
class ReimbursementEndorsed(_Word, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody would have it paid; it takes the word of another one as well.

    `policy_version` is that of the bank's policy, `payee_version` that of the account, `on_behalf_of` the user whose
    limit was used; None where it is older than that they were noted. An operator's `administrator_uid` is the user's.
    """

    endorsed_at: dt.datetime


@event("reimbursement.approved.v1", by=ApproveClaim)
class ReimbursementApproved(_Word, frozen=True, kw_only=True, omit_defaults=True):
    """It is to be paid, to this payee version. `acknowledged_duplicate`: it was flagged, and that was seen.

    `exchange` is what is paid instead, into an account in another currency, and the rate that was used.
    """

    approved_at: dt.datetime
    exchange: Exchange | None = None


@event("reimbursement.denied.v1", by=DenyClaim)
class ReimbursementDenied(_ByAdministrator, frozen=True, kw_only=True, omit_defaults=True):
    """It is not going to be paid."""

    reason: str
    denied_at: dt.datetime


@event("reimbursement.withdrawn.v1", by=WithdrawClaim)
class ReimbursementWithdrawn(Event, frozen=True):
    """The member took it back."""

    withdrawn_at: dt.datetime


# States


class NoClaim(msgspec.Struct, frozen=True):
    """Nothing was submitted on this stream."""


class PendingClaim(msgspec.Struct, frozen=True):
    """Waits for a decision. `duplicate_of` and `details` are those of now; `words` endorse them, one a person."""

    submitted: ReimbursementSubmitted
    details: NormalDetails
    duplicate_of: UUID | None
    words: tuple[ReimbursementEndorsed, ...] = ()


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


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where it is already so.

    Raises:
        Invalid: a value breaks a rule; one fault per value, with its JSON pointer.
        UnknownClaim: there is no claim, or its member is somebody else than who amends or withdraws it.
        SelfApprovalForbidden, AlreadyDecided: as they say.
        NotAsked, PayeeOfTheirs, RateOfTheirs, LenderBarred, LimitsTooLow, NoExchangeRate, DuplicateNotAcknowledged: as
            `domain.reimbursements.words` says.
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
            check_asked(command.by, Role.ADMINISTRATOR, *command.controls.roles)
            return [_denied(command, now)]
        case _:
            assert_never(command)


def _submitted(command: SubmitClaim, now: dt.datetime) -> Event:
    details = normal(command.details, now)
    check_rate(details.currency, command.paid_in, command.exchange)
    return ReimbursementSubmitted(
        **fields_in(command, _Claimant),
        **asdict(details),
        duplicate_of=command.duplicate_of,
        submitted_at=now,
    )


def _amend(state: State, command: AmendClaim, now: dt.datetime) -> list[Event]:
    claim = _pending(state)
    details = normal(command.details, now)
    if details == claim.details:
        return []
    check_rate(details.currency, claim.submitted.paid_in, command.exchange)
    return [
        ReimbursementAmended(**asdict(details), duplicate_of=command.duplicate_of, amended_at=now)
    ]


def _approve(claim: PendingClaim, command: ApproveClaim, now: dt.datetime) -> list[Event]:
    by, controls = command.by, command.controls
    claimant, details = claim.submitted.user_uid, claim.details
    check_may_say(by, claimant, controls)
    check_rate(details.currency, claim.submitted.paid_in, controls.exchange)
    if not command.acknowledge_duplicates:
        check_not_flagged(claim.duplicate_of, controls)
    said: dict[str, Any] = {
        **_said_by(by, controls),
        "acknowledged_duplicate": bool(claim.duplicate_of or controls.payee_duplicate_of),
        "payee_version": controls.payee_version,
        "on_behalf_of": by.lender.user_uid if by.lender else None,
    }
    words = {
        word.user_uid: word
        for word in claim.words
        if (word.payee_version or 1) == controls.payee_version
    }
    own = words.pop(by.user_uid, None)
    others = [giver for giver in command.beside if giver.user_uid in words]
    if is_enough(by, others, claimant, details, controls):
        return [ReimbursementApproved(**said, approved_at=now, exchange=controls.exchange)]
    if own and own.on_behalf_of == said["on_behalf_of"]:
        return []
    return [ReimbursementEndorsed(**said, endorsed_at=now)]


def _said_by(by: Approver, controls: Controls) -> dict[str, Any]:
    return {
        "administrator_uid": by.administrator_uid,
        "administrator_name": by.name,
        "user_uid": by.user_uid,
        "policy_version": controls.policy_version,
        "four_eyes": controls.four_eyes,
    }


def _denied(command: DenyClaim, now: dt.datetime) -> Event:
    return ReimbursementDenied(
        **_said_by(command.by, command.controls),
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
        case PendingClaim(words=words), ReimbursementEndorsed():
            others = tuple(word for word in words if word.user_uid != fact.user_uid)
            return msgspec.structs.replace(state, words=(*others, fact))
        case PendingClaim(), ReimbursementApproved():
            return ApprovedClaim(state, fact)
        case PendingClaim(), ReimbursementDenied():
            return DeniedClaim(state, fact)
        case PendingClaim(), ReimbursementWithdrawn():
            return WithdrawnClaim(state, fact)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(INITIAL, decide, evolve)
