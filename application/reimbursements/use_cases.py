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

from application.reimbursements.deciding import (
    approver_of,
    controls_of,
    counted_in,
    exchange_of,
    exchange_rests_on,
    givers_of,
    of_approver,
    rests_on,
)
from application.reimbursements.requests import (
    DECISIONS_MAX,
    Approval,
    Denial,
    NewReimbursement,
    OneDecision,
    ReimbursementChange,
    Verdict,
)
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import Principal, of_bank, own_as_user
from application.shared.streams import Entity, Reference, Stream
from application.shared.views import View
from domain.banks import accounts, administrators, banks, members
from domain.banks.accounts import open_account
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.reimbursements import claims, keys, spending
from domain.reimbursements.claims import (
    AmendClaim,
    ApproveClaim,
    DenyClaim,
    PendingClaim,
    ReimbursementApproved,
    ReimbursementSubmitted,
    SubmitClaim,
    WithdrawClaim,
    claim_of,
)
from domain.reimbursements.details import Details, normal
from domain.reimbursements.keys import ReleaseKey, UseKey, key_uid
from domain.reimbursements.spending import CountApproval
from domain.reimbursements.words import Approver
from domain.shared.errors import DaybookError, Fault, Forbidden, Invalid
from domain.shared.exchange import Exchange
from domain.shared.ids import derived
from domain.shared.kits import known
from domain.shared.roles import Role, member_uid

CLAIM = Entity("reimbursement", claims.DECIDER, ReimbursementSubmitted, own_as_user)
_ADMINISTRATOR = Entity(
    "administrator", administrators.DECIDER, administrators.AdministratorAppointed, of_bank
)
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
            NoExchangeRate: it is in another currency than the account, and the bank keeps no rate of both.
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
                paid_in=account.currency,
                exchange=await _exchange(view, bank, details, account.currency),
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
            exchange, of, moved = None, kept.submitted, list[Write]()
            if isinstance(found.state, PendingClaim):
                details = normal(details, view.now)
                exchange = await _exchange(view, of.bank_uid, details, of.paid_in)
                old = key_uid(of.member_uid, kept.details)
                key = key_uid(of.member_uid, details)
                if key != old:
                    await view.load(old, key)
                    holders = (await view.stream(keys.DECIDER, key)).state
                    duplicate_of = holders.earlier_than(found.uid)
                    moved = [_use(key, found.uid), _release(old, found.uid)]
            command = AmendClaim(
                user_uid=user, details=details, duplicate_of=duplicate_of, exchange=exchange
            )
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

        Where it takes more than the caller's word, the claim stays pending, endorsed.

        Raises:
            LimitsTooLow: others endorsed it, and the limits do not add up to the amount.
            Forbidden: the caller is no administrator of a bank (any more), or was lent no limit.
            SelfApprovalForbidden: the claim is their own.
            NotAsked, PayeeOfTheirs, RateOfTheirs, LenderBarred: they have no say in it.
            NoExchangeRate: it is in another currency than its account, and the bank keeps no rate of both any more.
            DuplicateNotAcknowledged: the claim looks like an earlier one, and the approval does not say so.
        """

        def command(found: PendingClaim, view: View, by: Approver) -> ApproveClaim:
            return ApproveClaim(
                by=by,
                acknowledge_duplicates=approval.acknowledge_duplicates,
                beside=givers_of(view, found, view.now),
                controls=controls_of(view, found, view.now),
            )

        return await self._decide(claim, command, call, approval.on_behalf_of)

    async def deny(self, claim: Reference, denial: Denial, call: Call) -> Carried:
        """Have a pending claim of the caller's bank not paid; errors as for `approve`."""

        def command(found: PendingClaim, view: View, by: Approver) -> DenyClaim:
            controls = controls_of(view, found, view.now)
            return DenyClaim(by=by, reason=denial.reason, controls=controls)

        return await self._decide(claim, command, call)

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
                seen = frozenset(filter(None, (decision.if_version,)))
                part = msgspec.structs.replace(_part_of(call, place), seen=seen)
                left.append(await self._one(decision, part))
            except DaybookError as error:
                left.append(error)
        return left

    async def _one(self, decision: OneDecision, call: Call) -> Carried:
        claim = decision.reimbursement_id
        if decision.decision is Verdict.DENY:
            return await self.deny(claim, Denial(reason=decision.reason), call)
        approval = Approval(
            acknowledge_duplicates=decision.acknowledge_duplicates,
            on_behalf_of=decision.on_behalf_of,
        )
        return await self.approve(claim, approval, call)

    async def _decide(
        self,
        claim: Reference,
        command: Callable[[PendingClaim, View, Approver], ApproveClaim | DenyClaim],
        call: Call,
        on_behalf_of: Reference | None = None,
    ) -> Carried:
        user, bank = _who_decides(call.principal)
        of_bank_only = {"bank_uid": bank} if bank else {}

        async def prepare(view: View) -> Sequence[Write]:
            await view.load(claim, *(of_approver(bank, user) if bank else (user,)))
            found = await view.find(CLAIM, claim, **of_bank_only)
            pending = claim_of(found.state)
            if pending is None:
                raise CLAIM.unknown(claim)
            lender = await _lender(view, on_behalf_of)
            at = pending.submitted.bank_uid
            await view.load(*rests_on(pending, view.now), *of_approver(at, user, lender))
            by = approver_of(view, at, user, view.now, lender)
            if by is None:
                raise Forbidden("Only an administrator decides.", code="not_an_administrator")
            if lender and by.lender is None:
                raise Forbidden("They have lent you no limit now.", code="not_lent")
            it = Write(claims.DECIDER, found.uid, command(pending, view, by))
            return [it, *_counted(found, it.command, view.now)]

        return await self._commands.carry_out(call, prepare)


def _counted(
    found: Stream[claims.State], command: ApproveClaim | DenyClaim, now: dt.datetime
) -> Sequence[Write]:
    """That the claim counts among what its member spent, if it is approved by this."""
    for fact in claims.decide(found.state, command, now):
        if isinstance(fact, ReimbursementApproved) and (claim := claim_of(found.state)):
            return [
                Write(
                    spending.DECIDER,
                    uid,
                    CountApproval(reimbursement_uid=found.uid, amount=amount),
                )
                for uid, amount in counted_in(claim, fact).items()
            ]
    return []


async def _exchange(
    view: View, bank_uid: UUID, details: Details, paid_in: str | None
) -> Exchange | None:
    """What would be paid now of a claim into an account in another currency."""
    await view.load(*exchange_rests_on(bank_uid, details, paid_in, view.now))
    return exchange_of(view, bank_uid, details, paid_in, view.now)


async def _lender(view: View, on_behalf_of: Reference | None) -> UUID | None:
    """The user behind the administrator whose limit is to be used."""
    if on_behalf_of is None:
        return None
    lender = known((await view.find(_ADMINISTRATOR, on_behalf_of)).state)
    return lender.user_uid if lender else None


def _who_decides(caller: Principal) -> tuple[UUID, UUID | None]:
    """The user, and the bank whose claims they decide; None for an operator, who asks the policy of each."""
    if caller.user_uid and Role.OPERATOR in caller.roles:
        return caller.user_uid, None
    return _person(caller)


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
