"""People who decide on claims while others change what that rests on.

`python -m tests.deciding URL SEED OPERATIONS BANK ACCOUNT…` is one process of them.

All of it goes through the use cases, as a process of the product does it. What is refused is refused; what is recorded
can be checked afterwards, from the log alone: the fold of the prefix before a decision must allow it.
"""

import asyncio
import contextlib
import random
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from application.banks.accounts import Accounts, NewAccount
from application.banks.administrators import Administrators
from application.banks.banks import Banks
from application.banks.members import Members
from application.banks.people import NewAdministrator, NewMember
from application.mail.administrators import BankAdministrators
from application.proposals.use_cases import Proposals
from application.reimbursements.requests import Approval, NewReimbursement
from application.reimbursements.use_cases import Reimbursements
from application.shared.commands import Commands
from application.shared.permissions import Principal
from application.shared.ports import RecordedEvent
from domain.banks import accounts, administrators
from domain.banks.administrators import ChangeAdministrator
from domain.banks.banks import OpenBank
from domain.identity import user_uid
from domain.reimbursements import claims
from domain.reimbursements.claims import ReimbursementApproved, ReimbursementSubmitted, claim_of
from domain.shared.errors import DaybookError
from domain.shared.kits import Open
from domain.shared.roles import Role, administrator_uid
from infrastructure.banks.ibans import SchwiftyIbans
from infrastructure.bootstrap import SystemClock
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_call

MEMBER, RUTH = "ines@harbour.example", "ruth@harbour.example"
IBAN = "NL91ABNA0417164300"


def somebody(email: str, bank: UUID, role: Role) -> Principal:
    """A user of the bank."""
    return Principal(user_uid=user_uid(email), name=email, bank_uid=bank, roles=frozenset({role}))


class Office:
    """The use cases of one process, over a bank and accounts of its member."""

    def __init__(
        self, log: PostgresEventLog, bank: UUID, into: Sequence[UUID], draw: random.Random
    ) -> None:
        commands = Commands(log, SystemClock(), uuid4)
        proposals = Proposals(commands, BankAdministrators(log))
        self._accounts = Accounts(commands, SchwiftyIbans(), proposals)
        self._administrators = Administrators(commands, proposals)
        self._claims = Reimbursements(commands)
        self._bank, self._into, self._draw = bank, into, draw
        self._ruth = administrator_uid(bank, user_uid(RUTH))
        self._waiting: list[UUID] = []

    async def act(self) -> None:
        """Do one thing; a refusal is an answer."""
        whats = (self._claim, self._claim, self._approve, self._approve, self._limit)
        what = self._draw.choice((*whats, self._dismiss, self._appoint, self._close))
        with contextlib.suppress(DaybookError):
            await what()

    async def _claim(self) -> None:
        amount = Decimal(self._draw.randrange(1, 1_000))
        account = self._draw.choice(self._into)
        new = NewReimbursement(bank_account_id=account, amount=amount, description="Taxi")
        me = somebody(MEMBER, self._bank, Role.MEMBER)
        self._waiting.append((await self._claims.submit(new, a_call(me))).uid)

    async def _approve(self) -> None:
        if self._waiting:
            claim = self._waiting.pop()
            me = somebody(RUTH, self._bank, Role.ADMINISTRATOR)
            await self._claims.approve(claim, Approval(acknowledge_duplicates=True), a_call(me))

    async def _limit(self) -> None:
        limit = ChangeAdministrator(approval_limit=Decimal(self._draw.randrange(1, 1_000)))
        await self._administrators.change(self._ruth, limit, a_call())

    async def _dismiss(self) -> None:
        await self._administrators.deactivate(self._ruth, a_call())

    async def _appoint(self) -> None:
        ruth = NewAdministrator(
            first_name="Ruth", last_name="Abara", email=RUTH, approval_limit=Decimal(500)
        )
        await self._administrators.appoint(self._bank, ruth, a_call())

    async def _close(self) -> None:
        if self._draw.random() < 0.2:  # what is closed stays closed
            await self._accounts.close(self._draw.choice(self._into), a_call())


async def found(log: PostgresEventLog) -> list[UUID]:
    """Open a bank with Ruth, a member and eight accounts of the member's; answers the uids of bank and accounts."""
    commands, ibans = Commands(log, SystemClock(), uuid4), SchwiftyIbans()
    bank = await Banks(commands, ibans).open(
        OpenBank(name="Harbour", location="Kiel", currency="EUR"), a_call()
    )
    ines = NewMember(first_name="Ines", last_name="Falk", email=MEMBER)
    member = await Members(commands).admit(bank.uid, ines, a_call())
    new = NewAccount(bank_member_id=member.uid, iban=IBAN)
    use_cases = Accounts(commands, ibans, Proposals(commands, BankAdministrators(log)))
    opened = [await use_cases.open(bank.uid, new, a_call()) for _ in range(8)]
    return [bank.uid, *(each.uid for each in opened)]


def check(everything: Sequence[RecordedEvent]) -> tuple[int, int]:
    """The fold of the prefix before each decision allows it; answers how many claims and approvals there are."""
    administrator: dict[UUID, Any] = {}
    account: dict[UUID, Any] = {}
    claim: dict[UUID, Any] = {}
    submitted = approved = 0
    for recorded in everything:
        uid, fact = recorded.stream_id, recorded.event()
        match fact:
            case ReimbursementSubmitted(bank_account_uid=into):
                assert isinstance(account[into], Open), f"a claim into a closed account: {recorded}"
                submitted += 1
            case ReimbursementApproved(administrator_uid=by):
                by_now = administrator[by]
                assert isinstance(by_now, Open), f"approved by somebody dismissed: {recorded}"
                limit = by_now.value.approval_limit
                pending = claim_of(claim[uid])
                assert pending is not None
                assert limit is None or pending.details.amount <= limit, f"over {limit}: {recorded}"
                approved += 1
        for states, decider in (
            (administrator, administrators.DECIDER),
            (account, accounts.DECIDER),
            (claim, claims.DECIDER),
        ):
            states[uid] = decider.evolve(states.get(uid, decider.initial), fact)
    return submitted, approved


def main() -> None:
    """Act with four tasks, and say nothing."""
    url, seed, operations, bank, *into = sys.argv[1:]

    async def run() -> None:
        log = PostgresEventLog(url)
        draws = [random.Random(int(seed) + number) for number in range(4)]
        offices = [Office(log, UUID(bank), [UUID(each) for each in into], draw) for draw in draws]

        async def work(office: Office) -> None:
            for _ in range(int(operations)):
                await office.act()

        try:
            await asyncio.gather(*(work(office) for office in offices))
        finally:
            await log.aclose()

    asyncio.run(run())


if __name__ == "__main__":
    main()
