"""Nothing that one person does, in whatever order and at once, pays them, raises their limit or sets a rate.

Mallory administers a bank, up to 500. He is a member, too, and controls whoever he admits, invites or has appointed.
The others are honest: they have claimed and appointed before, and confirm or approve nothing of his.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.shared.commands import Carried
from domain.banks.accounts import BankAccountChanged, BankAccountOpened
from domain.banks.administrators import AdministratorAppointed, AdministratorChanged
from domain.banks.policies import Tier
from domain.rates import ExchangeRateRecorded
from domain.reimbursements.claims import ReimbursementApproved, ReimbursementSubmitted
from domain.shared.errors import DaybookError
from domain.shared.proposed import Proposed
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.drawing import examples
from tests.offices import HONEST_IBAN, THEIR_OWN_IBAN, Office

LIMIT = Decimal(500)
HIS = ("Mallory", "Puppet", "Shadow")
"""The users he controls; the last two are whatever he makes of them."""

Step = tuple[str, int, int]
ACTS = (
    "admit", "appoint", "raise", "open", "open own", "divert", "divert own", "claim", "approve",
    "approve lent", "deny", "lend", "rule", "rate", "confirm",
)  # fmt: skip
steps = st.lists(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 5)),
        min_size=1,
        max_size=3,
    ),
    min_size=4,
    max_size=14,
)
"""What is done together, one lot after the other: what, and two numbers that say to whom and by whom."""


class Plot:
    """What Mallory has to work with at an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.accounts: list[UUID] = []
        self.claims: list[UUID] = []
        self.proposals: list[UUID] = []

    async def begin(self) -> None:
        """Ruth decides any amount; Mira has an account, and a claim that waits."""
        office = self.office
        await office.open()
        await office.appoint("Ruth")
        await office.appoint("Mallory", LIMIT)
        for name in ("Mira", "Mallory"):
            await office.admit(name)
        self.accounts = [await office.account("Mira", by="Mira")]
        self.claims = [await office.claim("Mira", self.accounts[0])]

    async def play(self, lots: Sequence[Sequence[Step]]) -> None:
        """Try all of it."""
        for lot in lots:
            await asyncio.gather(*(self._try(step) for step in lot))

    async def _try(self, step: Step) -> None:
        what, one, other = step
        acts: dict[str, Callable[[int, int], Awaitable[Any]]] = {
            "admit": lambda i, _: self.office.admit(HIS[i % 3], by="Mallory"),
            "appoint": lambda i, j: self._propose(
                self.office.appoint(HIS[i % 3], None if j % 2 else LIMIT, by="Mallory")
            ),
            "raise": lambda i, j: self._propose(
                self.office.limit(
                    ("Mallory", "Ruth")[i % 2], None if j % 2 else LIMIT * 2, by="Mallory"
                )
            ),
            "open": lambda i, _: self._open((*HIS, "Mira")[i % 4], by="Mallory"),
            "open own": lambda i, _: self._open(HIS[i % 3], by=HIS[i % 3]),
            "divert": lambda i, _: self._propose(
                self.office.pay_into(_of(self.accounts, i), THEIR_OWN_IBAN, by="Mallory")
            ),
            "divert own": lambda i, j: self._propose(
                self.office.pay_into(_of(self.accounts, i), THEIR_OWN_IBAN, by=HIS[j % 3])
            ),
            "claim": self._claim,
            "approve": lambda i, _: self.office.approve(_of(self.claims, i), "Mallory"),
            "approve lent": lambda i, j: self.office.approve(
                _of(self.claims, i), HIS[j % 3], on_behalf_of="Mallory" if j % 2 else "Ruth"
            ),
            "deny": lambda i, _: self.office.deny(_of(self.claims, i), "Mallory"),
            "lend": lambda i, _: self.office.lend((*HIS, "Ruth")[i % 4], by="Mallory"),
            "rule": lambda i, _: self._propose(
                self.office.set_policy("Mallory", four_eyes=bool(i % 2), tiers=(Tier(),))
            ),
            "rate": lambda i, _: self._propose(self.office.rate("USD", f"1{i}", by="Mallory")),
            "confirm": lambda i, j: self.office.confirm(_of(self.proposals, i), HIS[j % 3]),
        }
        with contextlib.suppress(DaybookError, IndexError):
            await acts[what](one, other)

    async def _open(self, of: str, by: str) -> None:
        self.accounts.append(await self.office.account(of, THEIR_OWN_IBAN, by=by))

    async def _propose(self, command: Awaitable[Carried]) -> None:
        carried = await command
        if isinstance(carried.facts[0].event, Proposed):
            self.proposals.append(carried.uid)

    async def _claim(self, account: int, by: int) -> None:
        amount = Decimal(10 + len(self.claims))
        into = _of(self.accounts, account)
        self.claims.append(await self.office.claim(HIS[by % 3], into, amount))


def _of(them: Sequence[UUID], number: int) -> UUID:
    """One of them, the last for 0; raises `IndexError` if there is none."""
    return them[-1 - number % max(1, len(them))]


def harm(log: PostgresEventLog, office: Office) -> list[str]:
    """What of the log is to the profit of Mallory: money on its way to him, a higher limit."""
    theirs = {office.member(name) for name in HIS}
    limits = {office.administrator(name): LIMIT for name in HIS}
    account: dict[UUID, tuple[UUID, str | None]] = {}
    claim: dict[UUID, UUID] = {}
    found: list[str] = []
    for recorded in log.page(0, 100_000).events:
        uid, fact = recorded.stream_id, recorded.event()
        match fact:
            case BankAccountOpened():
                account[uid] = (fact.member_uid, fact.iban)
            case BankAccountChanged():
                account[uid] = (account[uid][0], fact.iban)
            case ReimbursementSubmitted():
                claim[uid] = fact.bank_account_uid
            case ReimbursementApproved():
                owner, iban = account[claim[uid]]
                if owner in theirs or iban != HONEST_IBAN:
                    found.append(f"{uid} was approved by {fact.administrator_name}")
            case AdministratorAppointed() | AdministratorChanged() if uid in limits:
                if fact.approval_limit is None or fact.approval_limit > LIMIT:
                    found.append(f"{uid} has the limit {fact.approval_limit}")
                elif uid != office.administrator("Mallory"):
                    found.append(f"{uid} became an administrator")
    return found


def rates_said(log: PostgresEventLog) -> list[str]:
    """What is worth something by his word: the others propose and confirm no rate."""
    facts = [recorded.event() for recorded in log.page(0, 100_000).events]
    return [f"{it.value} {it.base}" for it in facts if isinstance(it, ExchangeRateRecorded)]


def harm_of(url: str, scene: Callable[[Plot], Awaitable[None]]) -> list[str]:
    """What a scene leaves of it, at a bank of its own."""

    async def played() -> list[str]:
        log = PostgresEventLog(url)
        try:
            plot = Plot(Office(log))
            await plot.begin()
            await scene(plot)
            return harm(log, plot.office) + rates_said(log)
        finally:
            await log.aclose()

    return asyncio.run(played())


@settings(max_examples=examples(25))
@given(lots=steps)
def test_nothing_that_one_person_does_is_to_their_profit(
    make_database: Callable[[], str], lots: list[list[Step]]
) -> None:
    assert harm_of(make_database(), lambda plot: plot.play(lots)) == []


@pytest.mark.parametrize("is_alone", [False, True])
def test_without_four_eyes_it_would_be(make_database: Callable[[], str], is_alone: bool) -> None:
    """What the property looks for is found where nothing stands against it: a member made up, paid by who did."""

    async def scene(plot: Plot) -> None:
        if is_alone:
            await plot.office.set_policy(four_eyes=False)
        lot = [("admit", 1, 0), ("open own", 1, 0), ("claim", 0, 1), ("approve", 0, 0)]
        await plot.play([[step] for step in lot])

    assert bool(harm_of(make_database(), scene)) is is_alone
