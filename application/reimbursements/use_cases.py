"""Claiming money back and deciding about it.

Rules upheld here:
- what a decision depends on beside the claim (the account, the member, the administrator's limit) is folded from the
  log itself, and the decision is recorded only if none of it has changed by then;
- a claim and its key (`domain.reimbursements.keys`) are appended together;
- what a caller may not see is answered like what is not there.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from application.reimbursements.requests import (
    DECISIONS_MAX,
    Approval,
    Denial,
    NewReimbursement,
    OneDecision,
    ReimbursementChange,
    Verdict,
)
from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.permissions import Principal, of_bank, own_as_user
from application.shared.streams import Entity, Reference
from domain import identity
from domain.banks import accounts, administrators, banks, members
from domain.banks.accounts import open_account
from domain.banks.administrators import ActiveAdministrator
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.reimbursements import claims, keys
from domain.reimbursements.claims import (
    AmendClaim,
    ApproveClaim,
    Approver,
    DenyClaim,
    PendingClaim,
    ReimbursementSubmitted,
    SubmitClaim,
    WithdrawClaim,
    claim_of,
)
from domain.reimbursements.details import Details, normal
from domain.reimbursements.keys import ReleaseKey, UseKey, key_uid
from domain.shared.errors import DaybookError, Fault, Forbidden, Invalid
from domain.shared.ids import derived
from domain.shared.roles import administrator_uid, member_uid

CLAIM = Entity("reimbursement", claims.DECIDER, ReimbursementSubmitted, own_as_user)
_ACCOUNT = Entity("bank account", accounts.DECIDER, accounts.BankAccountOpened, of_bank)


class Reimbursements:
    """The use cases of claims; they raise as `Commands` and `domain.reimbursements.claims` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def submit(self, new: NewReimbursement, call: Call) -> Carried:
        """Claim money back, to be paid into an account of the caller's.

        Raises:
            Forbidden: the caller is no member of a bank.
            NotFound: the account is not there, or is another member's.
            BankInactive, MemberInactive, AccountClosed: what the claim stands on is out of use.
        """
        user, bank = _person(call.principal)
        uid, member = self._commands.new_id(), member_uid(bank, user)

        async def prepare(view: View) -> Sequence[Write]:
            await view.load(bank, member, new.bank_account_id)
            at = await view.stream(banks.DECIDER, bank)
            open_bank(at.state)
            of = await view.stream(members.DECIDER, member)
            name = active_member(of.state).name
            into = await view.find(_ACCOUNT, new.bank_account_id, member_uid=member)
            account = open_account(into.state)
            details = normal(_details(new, account.currency, view.now), view.now)
            key = key_uid(member, details)
            if view.attempt == 1:  # nearly always right, and the append finds out where it is not
                view.begin(key)
            command = SubmitClaim(
                bank_uid=bank,
                bank_id=at.id,
                bank_account_uid=into.uid,
                bank_account_id=into.id,
                member_uid=member,
                bank_member_id=of.id,
                member_name=name,
                user_uid=user,
                details=details,
                payee_version=account.payee_version,
                duplicate_of=(await view.stream(keys.DECIDER, key)).state.earlier_than(uid),
            )
            return [Write(claims.DECIDER, uid, command, is_new=True), _use(key, uid)]

        return await self._commands.carry_out(call, prepare)

    async def amend(self, claim: Reference, change: ReimbursementChange, call: Call) -> Carried:
        """Put other details into a pending claim of the caller's own."""
        user, _ = _person(call.principal)

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(CLAIM, claim, user_uid=user)
            kept = claim_of(found.state)
            if kept is None:
                raise CLAIM.unknown(claim)
            details, duplicate_of = _amended(kept.details, change), kept.duplicate_of
            moved: list[Write] = []
            if isinstance(found.state, PendingClaim):
                details = normal(details, view.now)
                member = kept.submitted.member_uid
                old, key = key_uid(member, kept.details), key_uid(member, details)
                if key != old:
                    await view.load(old, key)
                    holders = (await view.stream(keys.DECIDER, key)).state
                    duplicate_of = holders.earlier_than(found.uid)
                    moved = [_use(key, found.uid), _release(old, found.uid)]
            command = AmendClaim(user_uid=user, details=details, duplicate_of=duplicate_of)
            return [Write(claims.DECIDER, found.uid, command), *moved]

        return await self._commands.carry_out(call, prepare)

    async def withdraw(self, claim: Reference, call: Call) -> Carried:
        """Take a pending claim of the caller's own back; quiet if that was done already."""
        user, _ = _person(call.principal)

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(CLAIM, claim, user_uid=user)
            writes = [Write(claims.DECIDER, found.uid, WithdrawClaim(user_uid=user))]
            if isinstance(pending := found.state, PendingClaim):
                key = key_uid(pending.submitted.member_uid, pending.details)
                writes.append(_release(key, found.uid))
            return writes

        return await self._commands.carry_out(call, prepare)

    async def approve(self, claim: Reference, approval: Approval, call: Call) -> Carried:
        """Have a pending claim of the caller's bank paid.

        Above the caller's limit this is the first of two approvals: the claim stays pending, endorsed.

        Raises:
            LimitsTooLow: somebody endorsed it, and both limits do not add up to the amount.
            Forbidden: the caller is no administrator of a bank (any more).
            SelfApprovalForbidden: the claim is their own.
            DuplicateNotAcknowledged: the claim looks like an earlier one, and the approval does not say so.
        """
        seen = approval.acknowledge_duplicates
        return await self._decide(
            claim,
            lambda by, endorser: ApproveClaim(
                by=by, acknowledge_duplicates=seen, endorser=endorser
            ),
            call,
        )

    async def deny(self, claim: Reference, denial: Denial, call: Call) -> Carried:
        """Have a pending claim of the caller's bank not paid; errors as for `approve`."""
        return await self._decide(claim, lambda by, _: DenyClaim(by=by, reason=denial.reason), call)

    async def decide_each(
        self, decisions: Sequence[OneDecision], call: Call
    ) -> list[Carried | DaybookError]:
        """Decide one claim after the other, each by a command of its own: what became of each, in the same order.

        A key of the whole is a key of every part, so a repetition answers what was carried out and decides the rest.

        Raises:
            Invalid: there is no decision, or there are more than 100.
        """
        _check_number(len(decisions))
        left: list[Carried | DaybookError] = []
        for place, decision in enumerate(decisions):
            try:
                left.append(await self._one(decision, _part_of(call, place)))
            except DaybookError as error:
                left.append(error)
        return left

    async def _one(self, decision: OneDecision, call: Call) -> Carried:
        claim = decision.reimbursement_id
        if decision.decision is Verdict.DENY:
            return await self.deny(claim, Denial(reason=decision.reason), call)
        seen = decision.acknowledge_duplicates
        return await self.approve(claim, Approval(acknowledge_duplicates=seen), call)

    async def _decide(
        self,
        claim: Reference,
        command: Callable[[Approver, Approver | None], ApproveClaim | DenyClaim],
        call: Call,
    ) -> Carried:
        user, bank = _person(call.principal)
        uid = administrator_uid(bank, user)

        async def prepare(view: View) -> Sequence[Write]:
            await view.load(claim, uid)
            found = await view.find(CLAIM, claim, bank_uid=bank)
            by = await _approver(view, uid)
            if by is None:
                raise Forbidden("Only an administrator decides.", code="not_an_administrator")
            endorsed = getattr(found.state, "endorsed", None)
            endorser = await _approver(view, endorsed.administrator_uid) if endorsed else None
            if endorser and not await _is_active(view, endorser.user_uid):
                endorser = None
            return [Write(claims.DECIDER, found.uid, command(by, endorser))]

        return await self._commands.carry_out(call, prepare)


async def _approver(view: View, uid: UUID) -> Approver | None:
    """An administrator as they are now; None if they are none, or no more."""
    state = (await view.stream(administrators.DECIDER, uid)).state
    if not isinstance(state, ActiveAdministrator):
        return None
    it = state.value
    return Approver(
        administrator_uid=uid,
        user_uid=it.user_uid,
        name=it.name,
        limit=it.approval_limit,
        limit_currency=it.currency,
    )


async def _is_active(view: View, user: UUID) -> bool:
    """Whether this user may still sign in: who calls was asked already, an endorser may be long gone."""
    return isinstance((await view.stream(identity.DECIDER, user)).state, identity.ActiveUser)


def _person(caller: Principal) -> tuple[UUID, UUID]:
    if caller.user_uid is None or caller.bank_uid is None:
        raise Forbidden("Only somebody who belongs to a bank does this.", code="no_bank")
    return caller.user_uid, caller.bank_uid


def _details(new: NewReimbursement, currency: str, now: dt.datetime) -> Details:
    return Details(
        amount=new.amount,
        currency=currency if new.currency is None else new.currency,
        description=new.description,
        incurred_on=new.incurred_on or now.astimezone(dt.UTC).date(),
    )


def _amended(details: Details, change: ReimbursementChange) -> Details:
    said = msgspec.structs.asdict(change)
    given = {name: value for name, value in said.items() if value is not UNSET}
    return Details(**{**msgspec.structs.asdict(details), **given})


def _use(key: UUID, claim: UUID) -> Write:
    return Write(keys.DECIDER, key, UseKey(reimbursement_uid=claim))


def _release(key: UUID, claim: UUID) -> Write:
    return Write(keys.DECIDER, key, ReleaseKey(reimbursement_uid=claim))


def _check_number(number: int) -> None:
    if not 1 <= number <= DECISIONS_MAX:
        fault = Fault(
            detail=f"{number} decisions were given; 1 to {DECISIONS_MAX} were expected",
            code="too_many" if number else "empty",
            pointer="/decisions",
            got=number,
            expected=f"1 to {DECISIONS_MAX} decisions",
        )
        raise Invalid(fault.detail, faults=[fault])


def _part_of(call: Call, place: int) -> Call:
    whole, cause = call.idempotency, call.cause
    return msgspec.structs.replace(
        call,
        cause=msgspec.structs.replace(
            cause, causation_id=derived("decision", cause.causation_id, str(place))
        ),
        idempotency=whole and msgspec.structs.replace(whole, key=f"{whole.key}#{place}"),
    )
