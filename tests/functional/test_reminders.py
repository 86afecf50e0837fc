"""A claim that waits for long is brought up again, with those whose word would help, and then with operators, too."""

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.mail.administrators import BankAdministrators
from application.mail.ports import Addressee
from application.reimbursements.ports import ClaimPost
from application.reimbursements.reminding import WordsWanted
from application.shared.ports import Clock
from application.shared.reactions.ports import NotYet, PlannedReaction, Reaction
from domain.banks.policies import Tier
from domain.identity import DECIDER as USERS
from domain.identity import RegisterUser, user_uid
from domain.shared.roles import Role
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.offices import Office, email

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
OLGA = user_uid(email("Olga"))


class SetClock(Clock):
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.days = 0.0

    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(days=self.days)


class NoPost(ClaimPost):
    """No letter is sent here: what is planned is looked at."""

    digest_above = 1


class Desk:
    """An office with Ruth, Tom and Nils (up to 100 each), the member Mira and the operator Olga."""

    def __init__(self, log: PostgresEventLog) -> None:
        self.clock = SetClock()
        self.office = Office(log, self.clock)
        commands, roster = self.office.commands, BankAdministrators(log)
        self._words = WordsWanted(commands, NoPost(), roster, Addressee)

    async def open(self) -> None:
        office = self.office
        await office.open()
        await office.appoint("Ruth")
        for name in ("Tom", "Nils"):
            await office.appoint(name, Decimal(100))
        await office.admit("Mira")
        olga = RegisterUser(
            email=email("Olga"), name="Olga", bank_uid=None, roles=frozenset({Role.OPERATOR})
        )
        await office.commands.tell(USERS, OLGA, olga, office.call())

    async def reminded(self, claim: UUID, days: float, stage: int = 1) -> list[PlannedReaction]:
        """What is planned after so many days."""
        self.clock.days = days
        reaction = Reaction(
            id=uuid4(),
            policy="bring up claims",
            kind="remind_claim",
            subject=claim,
            position=1,
            correlation_id=uuid4(),
            payload={"stage": stage},
        )
        return list(await self._words.remind(reaction))


def users(planned: list[PlannedReaction]) -> set[str]:
    """Who is written to."""
    return {one.payload["user"] for one in planned if one.kind == "mail_word_wanted_of"}


def uids(*names: str) -> set[str]:
    return {str(user_uid(email(name))) for name in names}


def at_a_desk(log: PostgresEventLog, scene: Any) -> None:
    async def played() -> None:
        desk = Desk(log)
        await desk.open()
        try:
            await scene(desk)
        finally:
            await log.aclose()

    asyncio.run(played())


def test_a_claim_is_brought_up_again_and_then_with_operators(log: PostgresEventLog) -> None:
    async def scene(desk: Desk) -> None:
        office = desk.office
        account = await office.account("Mira")
        claim = await office.claim("Mira", account, Decimal(150))
        with pytest.raises(NotYet) as early:
            await desk.reminded(claim, 2.5)
        assert early.value.after_s == 43_200
        planned = await desk.reminded(claim, 3)
        assert users(planned) == uids("Ruth", "Tom", "Nils")
        (follows,) = [one for one in planned if one.kind == "remind_claim"]
        assert (follows.subject, follows.payload) == (claim, {"stage": 2})
        with pytest.raises(NotYet):
            await desk.reminded(claim, 5.9, stage=2)
        await office.approve(claim, "Tom")
        last = await desk.reminded(claim, 6, stage=2)
        assert users(last) == uids("Ruth", "Nils", "Olga")
        assert {one.kind for one in last} == {"mail_word_wanted_of"}
        await office.approve(claim, "Ruth")
        assert await desk.reminded(claim, 7) == []

    at_a_desk(log, scene)


@pytest.mark.parametrize(
    ("lower", "higher", "told"),
    [
        ((Role.ADMINISTRATOR,), (Role.OPERATOR,), {"Ruth", "Tom", "Nils", "Olga"}),
        ((Role.ADMINISTRATOR,), (Role.ADMINISTRATOR,), {"Ruth", "Tom", "Nils"}),
        ((Role.OPERATOR,), (Role.ADMINISTRATOR,), {"Ruth", "Tom", "Nils", "Olga"}),
    ],
)
def test_at_last_those_are_told_who_are_asked_about_more(
    log: PostgresEventLog, lower: tuple[Role, ...], higher: tuple[Role, ...], told: set[str]
) -> None:
    async def scene(desk: Desk) -> None:
        office = desk.office
        tiers = (
            Tier(up_to=Decimal(1000), currency="EUR", roles=lower),
            Tier(roles=higher),
        )
        await office.set_policy(remind_days=1, tiers=tiers)
        claim = await office.claim("Mira", await office.account("Mira"), Decimal(150))
        assert users(await desk.reminded(claim, 2, stage=2)) == uids(*told)

    at_a_desk(log, scene)


def test_only_those_are_asked_whose_word_would_help(log: PostgresEventLog) -> None:
    async def scene(desk: Desk) -> None:
        office = desk.office
        await office.set_policy(remind_days=1, tiers=(Tier(roles=(Role.OPERATOR,)),))
        claim = await office.claim("Mira", await office.account("Mira"), Decimal(500))
        assert users(await desk.reminded(claim, 1)) == uids("Olga")
        await office.set_policy(tiers=(Tier(),))
        await office.approve(claim, "Tom")
        # Beside 100.00 another 100.00 does not come to 500.00.
        assert users(await desk.reminded(claim, 1)) == uids("Ruth")

    at_a_desk(log, scene)
