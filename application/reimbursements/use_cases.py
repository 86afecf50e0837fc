"""Claiming money back and deciding about it.

Rules upheld here:
- what a decision depends on beside the claim (the account, the member, the administrator's limit) is folded from the
  log itself, so nothing is decided on an old read model;
- a claim and its key (`domain.reimbursements.keys`) are appended together, and decided anew if somebody wrote first;
- what a caller may not see is answered like what is not there.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from application.reimbursements.drafts import CLAIMS, KEYS, Draft, carry_out_draft
from application.reimbursements.requests import (
    ClaimChanges,
    ClaimLeft,
    Decision,
    NewClaim,
    Verdict,
)
from application.shared.handling import check_seen, fold
from application.shared.lookup import Reference, stream_of
from application.shared.permissions import Principal
from application.shared.ports import Cause, Clock, EventLog, Idempotency, StreamAppend
from domain.banks import accounts, administrators, banks, members
from domain.banks.accounts import account_of, open_account
from domain.banks.administrators import ActiveAdministrator
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.reimbursements import keys
from domain.reimbursements.claims import (
    AmendClaim,
    ApproveClaim,
    Approver,
    Command,
    DenyClaim,
    PendingClaim,
    SubmitClaim,
    UnknownClaim,
    WithdrawClaim,
    claim_of,
    user_of,
)
from domain.reimbursements.details import Details, normal
from domain.reimbursements.keys import ClaimKey, ReleaseKey, UseKey, key_uid
from domain.shared.errors import DaybookError, Forbidden, NotFound
from domain.shared.ids import derived
from domain.shared.roles import administrator_uid, member_uid


class Reimbursements:
    """The use cases of claims.

    All of them raise, beside what is said of each:
        Malformed: a reference is neither an integer nor a UUID.
        NotFound: there is no such claim, or it is not the caller's to see.
        Invalid: a value breaks a rule of `domain.reimbursements`; one fault per value.
        StaleVersion: the claim is pending and not at `if_version`.
        AlreadyDecided: the claim is not pending any more.
        KeyReused, Unavailable: as `EventLog.append` says.
    """

    def __init__(self, log: EventLog, clock: Clock, new_id: Callable[[], UUID]) -> None:
        self._log = log
        self._clock = clock
        self._new_id = new_id

    async def submit(
        self, caller: Principal, new: NewClaim, cause: Cause, idempotency: Idempotency | None = None
    ) -> ClaimLeft:
        """Claim money back, to be paid into an account of the caller's.

        Raises:
            Forbidden: the caller is no member of a bank.
            NotFound: the account is not there, or is another member's.
            BankInactive, MemberInactive, AccountClosed: what the claim stands on is out of use.
        """
        user, bank = _person(caller)
        uid, member = self._new_id(), member_uid(bank, user)
        account = await stream_of(self._log, new.bank_account)
        if account is None:
            raise _no_account(new.bank_account)
        attempts = 0

        async def prepare() -> Draft:
            nonlocal attempts
            attempts += 1
            found = await self._log.streams([bank, member, account])
            open_bank(fold(banks.DECIDER, found[bank])[0])
            name = active_member(fold(members.DECIDER, found[member])[0]).name
            kept = account_of(at_account := fold(accounts.DECIDER, found[account])[0])
            if kept is None or kept.member_uid != member:
                raise _no_account(new.bank_account)
            open_account(at_account)
            now = self._clock.now()
            details = normal(_details(new, kept.currency, now), now)
            # A key is nearly always unused, so it is looked up only once that has proven wrong.
            key = key_uid(member, details)
            holders, version = await self._key(key) if attempts > 1 else (ClaimKey(), 0)
            command = SubmitClaim(
                bank_uid=bank,
                bank_id=found[bank][0].position,
                bank_account_uid=account,
                bank_account_id=found[account][0].position,
                member_uid=member,
                bank_member_id=found[member][0].position,
                member_name=name,
                user_uid=user,
                details=details,
                duplicate_of=holders.earlier_than(uid),
            )
            used = keys.decide(holders, UseKey(reimbursement_uid=uid), now)
            return Draft(
                uid=uid,
                before=(),
                events=tuple(CLAIMS.decide(CLAIMS.initial, command, now)),
                keys=(StreamAppend(key, version, tuple(used)),),
                decided_at=now,
            )

        return await carry_out_draft(self._log, prepare, cause, idempotency)

    async def amend(
        self,
        caller: Principal,
        claim: Reference,
        changes: ClaimChanges,
        cause: Cause,
        *,
        if_version: int | None = None,
        idempotency: Idempotency | None = None,
    ) -> ClaimLeft:
        """Put other details into a pending claim of the caller's own."""
        user, _ = _person(caller)
        uid = await self._uid(claim)

        async def prepare() -> Draft:
            before = await self._log.stream(uid)
            state, version = fold(CLAIMS, before)
            kept, now = claim_of(state), self._clock.now()
            if kept is None or user_of(state) != user:
                raise UnknownClaim("There is no such reimbursement.")
            details = _amended(kept.details, changes)
            duplicate_of, moved = kept.duplicate_of, tuple[StreamAppend, ...]()
            if isinstance(state, PendingClaim):
                details = normal(details, now)
                duplicate_of, moved = await self._moved(uid, state, details, now)
            command = AmendClaim(user_uid=user, details=details, duplicate_of=duplicate_of)
            events = tuple(CLAIMS.decide(state, command, now))
            check_seen(if_version, version)
            return Draft(uid=uid, before=before, events=events, keys=moved, decided_at=now)

        return await carry_out_draft(self._log, prepare, cause, idempotency)

    async def withdraw(
        self,
        caller: Principal,
        claim: Reference,
        cause: Cause,
        *,
        if_version: int | None = None,
        idempotency: Idempotency | None = None,
    ) -> ClaimLeft:
        """Take a pending claim of the caller's own back; quiet if that was done already."""
        user, _ = _person(caller)
        uid = await self._uid(claim)

        async def prepare() -> Draft:
            before = await self._log.stream(uid)
            (state, version), now = fold(CLAIMS, before), self._clock.now()
            events = tuple(CLAIMS.decide(state, WithdrawClaim(user_uid=user), now))
            check_seen(if_version, version)
            released = await self._released(uid, claim_of(state), now) if events else ()
            return Draft(uid=uid, before=before, events=events, keys=released, decided_at=now)

        return await carry_out_draft(self._log, prepare, cause, idempotency)

    async def decide(
        self,
        caller: Principal,
        decision: Decision,
        cause: Cause,
        idempotency: Idempotency | None = None,
    ) -> ClaimLeft:
        """Approve or deny a pending claim of the caller's bank.

        Above the caller's limit an approval is the first of two: the claim stays pending, endorsed.

        Raises:
            Forbidden: the caller is no administrator of a bank (any more).
            SelfApprovalForbidden: the claim is their own.
            DuplicateNotAcknowledged: the claim looks like an earlier one, and the decision does not say so.
        """
        user, bank = _person(caller)
        administrator = administrator_uid(bank, user)
        uid = await self._uid(decision.reimbursement)

        async def prepare() -> Draft:
            found = await self._log.streams([uid, administrator])
            (state, version), now = fold(CLAIMS, found[uid]), self._clock.now()
            claim = claim_of(state)
            if claim is None or claim.submitted.bank_uid != bank:
                raise UnknownClaim("There is no such reimbursement.")
            appointed, _ = fold(administrators.DECIDER, found[administrator])
            if not isinstance(appointed, ActiveAdministrator):
                raise Forbidden("Only an administrator decides.", code="not_an_administrator")
            it = appointed.value
            by = Approver(
                administrator_uid=administrator,
                user_uid=user,
                name=it.name,
                limit=it.approval_limit,
                limit_currency=it.currency,
            )
            events = tuple(CLAIMS.decide(state, _command(decision, by), now))
            # Only now: that it was decided, by whom and when says more than that it has changed.
            check_seen(decision.if_version, version)
            return Draft(uid=uid, before=found[uid], events=events, decided_at=now)

        return await carry_out_draft(self._log, prepare, cause, idempotency)

    async def decide_each(
        self,
        caller: Principal,
        decisions: Sequence[Decision],
        cause: Cause,
        idempotency: Idempotency | None = None,
    ) -> list[ClaimLeft | DaybookError]:
        """Decide one claim after the other, each by a command of its own: what became of each, in the same order.

        A key of the whole is a key of every part, so a repetition answers what was carried out and decides the rest.
        """
        left: list[ClaimLeft | DaybookError] = []
        for place, decision in enumerate(decisions):
            part = Cause(
                actor=cause.actor,
                correlation_id=cause.correlation_id,
                causation_id=derived("decision", cause.causation_id, str(place)),
            )
            try:
                left.append(await self.decide(caller, decision, part, _part_of(idempotency, place)))
            except DaybookError as error:
                left.append(error)
        return left

    async def _uid(self, claim: Reference) -> UUID:
        uid = await stream_of(self._log, claim)
        if uid is None:
            raise UnknownClaim(f"There is no reimbursement with the id {claim}.")
        return uid

    async def _key(self, key: UUID) -> tuple[ClaimKey, int]:
        return fold(KEYS, await self._log.stream(key))

    async def _moved(
        self, uid: UUID, claim: PendingClaim, details: Details, now: dt.datetime
    ) -> tuple[UUID | None, tuple[StreamAppend, ...]]:
        """What an amendment makes of `duplicate_of`, and of the keys the claim gives back and uses."""
        key = key_uid(claim.submitted.member_uid, details)
        if key == key_uid(claim.submitted.member_uid, claim.details):
            return claim.duplicate_of, ()
        holders, version = await self._key(key)
        used = tuple(keys.decide(holders, UseKey(reimbursement_uid=uid), now))
        released = await self._released(uid, claim, now)
        return holders.earlier_than(uid), (StreamAppend(key, version, used), *released)

    async def _released(
        self, uid: UUID, claim: PendingClaim | None, now: dt.datetime
    ) -> tuple[StreamAppend, ...]:
        if claim is None:
            return ()
        key = key_uid(claim.submitted.member_uid, claim.details)
        holders, version = await self._key(key)
        released = tuple(keys.decide(holders, ReleaseKey(reimbursement_uid=uid), now))
        return (StreamAppend(key, version, released),) if released else ()


def _person(caller: Principal) -> tuple[UUID, UUID]:
    if caller.user_uid is None or caller.bank_uid is None:
        raise Forbidden("Only somebody who belongs to a bank does this.", code="no_bank")
    return caller.user_uid, caller.bank_uid


def _no_account(reference: Reference) -> NotFound:
    return NotFound(f"There is no bank account with the id {reference}.")


def _details(new: NewClaim, currency: str, now: dt.datetime) -> Details:
    return Details(
        amount=new.amount,
        currency=currency if new.currency is None else new.currency,
        description=new.description,
        incurred_on=new.incurred_on or now.astimezone(dt.UTC).date(),
    )


def _amended(details: Details, changes: ClaimChanges) -> Details:
    given = {
        name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET
    }
    return msgspec.structs.replace(details, **given)


def _command(decision: Decision, by: Approver) -> Command:
    if decision.verdict is Verdict.DENY:
        return DenyClaim(by=by, reason=decision.reason)
    return ApproveClaim(by=by, acknowledge_duplicates=decision.acknowledge_duplicates)


def _part_of(whole: Idempotency | None, place: int) -> Idempotency | None:
    return whole and Idempotency(
        scope=whole.scope, key=f"{whole.key}#{place}", request_hash=whole.request_hash
    )
