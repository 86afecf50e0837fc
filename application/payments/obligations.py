"""The use cases of obligations: what is owed for approved claims is incurred, paid in attempts, held, given up.

Rules upheld here:
- an attempt and its payment are appended together, and with them the end of the one that they replace;
- all of it rests on what claim, account, member, bank and policy say when it is appended.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from application.payments.asking import PAYMENT_AGAIN, Asking, PaymentTerms, terms_of
from application.payments.facts import check_not_own
from application.payments.owing import Hindrance, Owing, owing, payee_now
from application.shared.commands import Call, Carried, Commands, Write, of_itself
from application.shared.permissions import Principal, of_bank, own_as_member
from application.shared.ports import Cause
from application.shared.proposals import Draft, Hands, Proposing
from application.shared.streams import Entity, Fact, Facts, Reference
from application.shared.views import View
from domain.banks import accounts, administrators
from domain.payments import obligations, payments
from domain.payments.obligation_facts import (
    CancelAttempt,
    HoldObligation,
    ObligationIncurred,
    Occasion,
    obligation_uid,
)
from domain.payments.obligations import HeldObligation, NoObligation
from domain.payments.payment_facts import PaymentScheduled
from domain.payments.payments import NoPayment
from domain.reimbursements.claims import ReimbursementSubmitted
from domain.shared.errors import Forbidden
from domain.shared.kits import Open
from domain.shared.proposed import Proposed
from domain.shared.roles import Role, administrator_uid

OBLIGATION = Entity(
    "obligation",
    obligations.DECIDER,
    (ObligationIncurred, ReimbursementSubmitted, PaymentScheduled),
    own_as_member,
)
"""It is named by itself, by its claim, or by any of its payments."""

_ACCOUNT = Entity("bank account", accounts.DECIDER, accounts.BankAccountOpened, of_bank)


class Because(msgspec.Struct, frozen=True, kw_only=True):
    """Why, in 1 to 200 characters."""

    reason: str


class Redirection(msgspec.Struct, frozen=True, kw_only=True):
    """To which account of the member it is to be paid, by its id or uid."""

    bank_account_id: int | UUID


_OF_ITSELF = Hands(proposed_by=None)


class Obligations:
    """What is owed for approved claims; the use cases raise as `Commands`, `Proposing` and the domain say."""

    def __init__(self, commands: Commands, proposing: Proposing) -> None:
        self._commands = commands
        self._proposing = proposing

    # What Daybook does of its own accord

    async def incur(self, claim_uid: UUID, cause: Cause) -> None:
        """Owe what a claim says that was approved, and order its payment; or note what stands in the way.

        Raises:
            Refused: the claim is not approved.
            Invalid: the payment cannot be made, as `domain.payments.payments.decide` says.
        """

        async def prepare(view: View) -> Sequence[Write]:
            owed = await owing(view, claim_uid)
            if owed.made or not isinstance(owed.state, NoObligation):
                return [owed.says()]
            found = await payee_now(view, owed, owed.account_uid)
            return (
                [owed.says(owed.hindered(found))]
                if isinstance(found, Hindrance)
                else owed.first(found)
            )

        await self._commands.carry_out(of_itself(cause), prepare)

    async def end_hold(self, claim_uid: UUID, cause: Cause) -> datetime | None:
        """Pay what is held until a time that is over; answers the time if it is still to come.

        What stands in the way then is noted.
        """
        until: datetime | None = None

        async def prepare(view: View) -> Sequence[Write]:
            nonlocal until
            owed = await owing(view, claim_uid)
            until = owed.state.held.until if isinstance(owed.state, HeldObligation) else None
            if owed.is_paid_before:
                until = None
            if until is None or view.now < until:
                return [owed.says()]
            until, found = None, await payee_now(view, owed, owed.account_uid)
            if isinstance(found, Hindrance):
                return [owed.says(owed.hindered(found))]
            return owed.again(found, Occasion.PAYEE_CHANGED, _OF_ITSELF)

        await self._commands.carry_out(of_itself(cause), prepare)
        return until

    async def follow_payee(self, claim_uid: UUID, cause: Cause) -> None:
        """Hold a payment that is scheduled to a payee who is one no more, or block it."""

        async def prepare(view: View) -> Sequence[Write]:
            owed = await owing(view, claim_uid)
            account = (await view.stream(accounts.DECIDER, owed.account_uid)).state
            if not owed.is_free or _pays(owed, account):
                return [owed.says()]
            found = await payee_now(view, owed, owed.account_uid)
            if isinstance(found, Hindrance):
                return [owed.says(owed.hindered(found)), *owed.cancelled(found.reason)]
            return owed.again(found, Occasion.PAYEE_CHANGED, _OF_ITSELF)

        await self._commands.carry_out(of_itself(cause), prepare)

    # What people ask for

    async def named(self, obligation: Reference, principal: Principal) -> UUID:
        """The uid of what is owed by any of its names.

        Raises:
            NotFound: there is no such thing, or it is not the caller's to see.
        """
        first = (await self._commands.view(principal).find(OBLIGATION, obligation)).facts[0]
        return obligation_uid(getattr(first.event, "reimbursement_uid", first.stream_id))

    async def hold(self, obligation: Reference, wanted: Because, call: Call) -> Carried:
        """Pay nothing before people release it; a payment that is scheduled is cancelled.

        Raises:
            Forbidden: the caller is no active administrator of the bank (any more), nor an operator.
            OwnPayment: the claim is the caller's own.
            AlreadyPaid, PaymentUnderWay, NothingOwed: there is nothing that could be held.
        """

        def writes(owed: Owing, by: UUID | None) -> Sequence[Write]:
            command = HoldObligation(payment_status=owed.status, reason=wanted.reason, asked_by=by)
            return [owed.says(command), *owed.cancelled(wanted.reason)]

        return await self._at_once(obligation, call, writes)

    async def cancel(self, obligation: Reference, wanted: Because, call: Call) -> Carried:
        """Take back the payment that is scheduled, or what is held: nothing follows before people ask for it.

        Raises:
            NothingToCancel: there is neither; else as `hold`.
        """

        def writes(owed: Owing, by: UUID | None) -> Sequence[Write]:
            command = CancelAttempt(payment_status=owed.status, reason=wanted.reason, asked_by=by)
            return [owed.says(command), *owed.cancelled(wanted.reason)]

        return await self._at_once(obligation, call, writes)

    async def retry(self, obligation: Reference, call: Call) -> Carried:
        """Propose another attempt to the same account: its number as it is now."""
        return await self._propose(obligation, Asking.RETRY, call)

    async def redirect(self, obligation: Reference, to: Redirection, call: Call) -> Carried:
        """Propose an attempt to another account of the member's.

        Raises:
            NotFound: the member has no such account.
        """

        async def account(view: View, owed: Owing) -> UUID:
            member = owed.claim.submitted.member_uid
            return (await view.find(_ACCOUNT, to.bank_account_id, member_uid=member)).uid

        return await self._propose(obligation, Asking.REDIRECT, call, account)

    async def release(self, obligation: Reference, call: Call) -> Carried:
        """Propose to pay what is held."""
        return await self._propose(obligation, Asking.RELEASE, call)

    async def write_off(self, obligation: Reference, wanted: Because, call: Call) -> Carried:
        """Propose to owe it no more."""
        return await self._propose(obligation, Asking.WRITE_OFF, call, reason=wanted.reason)

    async def _propose(
        self,
        obligation: Reference,
        asking: Asking,
        call: Call,
        account: Callable[[View, Owing], Awaitable[UUID]] | None = None,
        reason: str = "",
    ) -> Carried:
        async def draft(view: View) -> Draft[PaymentTerms]:
            owed = await named(view, obligation)
            await check_acts(view, owed)
            await _check_version(view, owed, call)
            into = await account(view, owed) if account else None
            submitted = owed.claim.submitted
            return Draft(
                terms=terms_of(owed, asking, into, reason),
                bank_uid=submitted.bank_uid,
                bank_id=submitted.bank_id,
                concerns=(submitted.user_uid,),
            )

        unseen = msgspec.structs.replace(call, seen=frozenset())
        carried = await self._proposing.propose(PAYMENT_AGAIN, draft, unseen)
        if isinstance(carried.facts[0].event, Proposed):
            return carried
        return await self.left(carried, call.principal)

    async def _at_once(
        self,
        obligation: Reference,
        call: Call,
        writes: Callable[[Owing, UUID | None], Sequence[Write]],
    ) -> Carried:
        async def prepare(view: View) -> Sequence[Write]:
            owed = await named(view, obligation)
            await check_acts(view, owed)
            await check_not_own(view, owed.claim_uid, call.principal.user_uid)
            await _check_version(view, owed, call)
            return writes(owed, call.principal.user_uid)

        # What was seen is the obligation with its payments, so that it is checked here.
        carried = await self._commands.carry_out(
            msgspec.structs.replace(call, seen=frozenset()), prepare
        )
        return await self.left(carried, call.principal)

    async def left(self, carried: Carried, caller: Principal) -> Carried:
        """The answer to a command on an obligation: its facts and those of its payments."""
        view = self._commands.view(caller)
        owed = await named(view, carried.uid)
        return msgspec.structs.replace(carried, facts=await facts_of_obligation(view, owed))


async def named(view: View, obligation: Reference) -> Owing:
    """What is owed by the id or uid of an obligation, a claim or a payment.

    Raises:
        Malformed: the reference is neither an integer nor a UUID.
        NotFound: there is no such thing, or it is not the caller's to see.
        Refused: the claim is not approved.
    """
    first = (await view.find(OBLIGATION, obligation)).facts[0]
    return await owing(view, getattr(first.event, "reimbursement_uid", first.stream_id))


async def check_acts(view: View, owed: Owing) -> None:
    """Go on only if the view's caller is an active administrator of the bank, an operator, or at the machine itself.

    Raises:
        Forbidden: they are not.
    """
    caller, bank = view.principal, owed.claim.submitted.bank_uid
    if caller.user_uid is None or Role.OPERATOR in caller.roles:
        return
    uid = administrator_uid(bank, caller.user_uid)
    if not isinstance((await view.stream(administrators.DECIDER, uid)).state, Open):
        raise Forbidden("Only an administrator of the bank does this.", code="not_an_administrator")


async def facts_of_obligation(view: View, owed: Owing) -> Facts:
    """What was recorded of the obligation and of its payments since it is noted, in order."""
    own = (await view.stream(obligations.DECIDER, owed.uid)).facts
    of_payments = obligations.all_payments(owed.state, owed.claim_uid)
    await view.load(*of_payments)
    others = [
        fact
        for uid in of_payments
        for fact in (await view.stream(payments.DECIDER, uid)).facts
        if own and fact.position > own[0].position
    ]
    return tuple(sorted([*own, *others], key=_position))


def _position(fact: Fact) -> int:
    return fact.position


async def _check_version(view: View, owed: Owing, call: Call) -> None:
    if call.seen:
        call.check_seen(len(await facts_of_obligation(view, owed)))


def _pays(owed: Owing, account: accounts.State) -> bool:
    """Whether the last payment goes to this account as it is."""
    order = None if isinstance(owed.payment, NoPayment) else owed.payment.order
    return isinstance(account, Open) and account.value.payee_version == (
        order and order.payee_version
    )
