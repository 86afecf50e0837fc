"""A bank and its people by the use cases themselves, over a log: what they try is decided as a process of the product
decides it, and can be looked at in the log afterwards.
"""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from application.banks.accounts import AccountChange, Accounts, NewAccount
from application.banks.administrators import Administrators
from application.banks.banks import Banks
from application.banks.members import Members
from application.banks.people import NewAdministrator, NewMember
from application.delegations import Delegations, NewDelegation
from application.mail.administrators import BankAdministrators
from application.proposals.use_cases import Proposals
from application.rates import ExchangeRates, NewRate
from application.reimbursements.policies import ApprovalPolicies, PolicyChange
from application.reimbursements.requests import Approval, Denial, NewReimbursement
from application.reimbursements.use_cases import Reimbursements
from application.shared.commands import Call, Carried, Commands
from application.shared.permissions import THE_LOCAL_OPERATOR, Principal
from application.shared.ports import Cause, Clock, EventLog
from domain.banks.administrators import ChangeAdministrator
from domain.banks.banks import OpenBank
from domain.identity import user_uid
from domain.shared.roles import Role, administrator_uid, member_uid
from infrastructure.banks.ibans import SchwiftyIbans
from infrastructure.bootstrap import SystemClock

HONEST_IBAN, THEIR_OWN_IBAN = "DE89370400440532013000", "NL91ABNA0417164300"


def email(name: str) -> str:
    """The address of somebody of this name."""
    return f"{name.lower()}@harbour.example"


def a_call_by(who: Principal) -> Call:
    """A command of theirs."""
    return Call(
        principal=who,
        cause=Cause(actor=who.actor, correlation_id=uuid4(), causation_id=uuid4()),
    )


class Office:
    """A bank; `who` names people by their first names, and None is whoever is at the machine."""

    def __init__(self, log: EventLog, clock: Clock | None = None) -> None:
        commands, ibans = Commands(log, clock or SystemClock(), uuid4), SchwiftyIbans()
        self.commands = commands
        self.log = log
        self.bank = UUID(int=0)
        self._banks = Banks(commands, ibans)
        self.proposals = Proposals(commands, BankAdministrators(log))
        self._accounts = Accounts(commands, ibans, self.proposals)
        self._members = Members(commands)
        self._administrators = Administrators(commands, self.proposals)
        self._claims = Reimbursements(commands)
        self._delegations = Delegations(commands)
        self._rates = ExchangeRates(self.proposals)
        self._policies = ApprovalPolicies(commands, self.proposals)

    async def open(self) -> None:
        """Open the bank."""
        new = OpenBank(name="Harbour", location="Kiel", currency="EUR")
        self.bank = (await self._banks.open(new, self.call())).uid

    def call(self, who: str | None = None) -> Call:
        """A command of somebody's, who may do whatever any role may."""
        if who is None:
            return a_call_by(THE_LOCAL_OPERATOR)
        roles = frozenset({Role.MEMBER, Role.ADMINISTRATOR})
        uid = user_uid(email(who))
        return a_call_by(Principal(user_uid=uid, name=who, bank_uid=self.bank, roles=roles))

    def administrator(self, who: str) -> UUID:
        """Their uid as an administrator."""
        return administrator_uid(self.bank, user_uid(email(who)))

    def member(self, who: str) -> UUID:
        """Their uid as a member."""
        return member_uid(self.bank, user_uid(email(who)))

    async def admit(self, name: str, by: str | None = None) -> Carried:
        """Make somebody a member."""
        new = NewMember(first_name=name, last_name="Berg", email=email(name))
        return await self._members.admit(self.bank, new, self.call(by))

    async def appoint(
        self, name: str, limit: Decimal | None = None, by: str | None = None
    ) -> Carried:
        """Make somebody an administrator."""
        new = NewAdministrator(
            first_name=name, last_name="Berg", email=email(name), approval_limit=limit
        )
        return await self._administrators.appoint(self.bank, new, self.call(by))

    async def limit(self, name: str, limit: Decimal | None, by: str | None = None) -> Carried:
        """Give an administrator another limit."""
        change = ChangeAdministrator(approval_limit=limit)
        return await self._administrators.change(self.administrator(name), change, self.call(by))

    async def confirm(self, proposal: UUID, by: str) -> Carried:
        """Have what was proposed done."""
        return await self.proposals.confirm(proposal, self.call(by))

    async def account(self, of: str, iban: str = HONEST_IBAN, by: str | None = None) -> UUID:
        """Open an account of a member's."""
        new = NewAccount(bank_member_id=self.member(of), iban=iban)
        return (await self._accounts.open(self.bank, new, self.call(by))).uid

    async def pay_into(self, account: UUID, iban: str, by: str | None = None) -> Carried:
        """Give an account another number."""
        return await self._accounts.change(account, AccountChange(iban=iban), self.call(by))

    async def rate(self, base: str, value: str, by: str | None = None) -> Carried:
        """Say what one of a currency is worth in euros."""
        new = NewRate(base=base, quote="EUR", value=Decimal(value), source="ECB")
        return await self._rates.record(self.bank, new, self.call(by))

    async def claim(
        self, by: str, account: UUID, amount: Decimal = Decimal(300), currency: str = "EUR"
    ) -> UUID:
        """Claim money back."""
        new = NewReimbursement(
            bank_account_id=account, amount=amount, currency=currency, description="Taxi"
        )
        return (await self._claims.submit(new, self.call(by))).uid

    async def approve(self, claim: UUID, by: str, on_behalf_of: str | None = None) -> Carried:
        """Say that a claim is to be paid."""
        lender = None if on_behalf_of is None else self.administrator(on_behalf_of)
        approval = Approval(acknowledge_duplicates=True, on_behalf_of=lender)
        return await self._claims.approve(claim, approval, self.call(by))

    async def deny(self, claim: UUID, by: str) -> Carried:
        """Say that it is not."""
        return await self._claims.deny(claim, Denial(reason="No ticket"), self.call(by))

    async def lend(self, to: str, by: str) -> Carried:
        """Lend a limit from yesterday to tomorrow."""
        today = dt.datetime.now(dt.UTC).date()
        day = dt.timedelta(days=1)
        new = NewDelegation(to=self.administrator(to), starts_on=today - day, ends_on=today + day)
        return await self._delegations.delegate(new, self.call(by))

    async def set_policy(self, by: str | None = None, **change: Any) -> Carried:
        """Put a policy in force."""
        return await self._policies.set(self.bank, PolicyChange(**change), self.call(by))
