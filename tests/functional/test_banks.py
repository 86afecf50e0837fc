"""Letting people into banks on a real log: several streams at once, races, repetitions, and the demo."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest

from application.banks.banks import Banks
from application.banks.entities import BANK as BANK_ENTITY
from application.banks.entities import MEMBER
from application.banks.members import Members
from application.banks.people import NewMember
from application.shared.commands import Commands
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.ports import Idempotency
from domain import identity
from domain.banks.banks import OpenBank
from domain.identity import ActiveUser, BelongsElsewhere, user_uid
from domain.shared.errors import NotFound, StaleVersion
from domain.shared.roles import Role
from infrastructure.banks.ibans import SchwiftyIbans
from infrastructure.bootstrap import build
from infrastructure.demo import BANKS, DEMO_PASSWORD, is_loaded, load_demo, sign_ins
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.settings import Settings
from tests.facts import a_call, a_cause, an_administrator_of
from tests.importing import SystemClock

T = TypeVar("T")

INES = NewMember(first_name="Ines", last_name="Falk", email="Ines@Harbour.example")
BANK = OpenBank(name="Harbour Bank", location="Rotterdam", currency="EUR")


class Context:
    """The use cases over one log."""

    def __init__(self, log: PostgresEventLog) -> None:
        self.commands = Commands(log, SystemClock(), uuid4)
        self.banks = Banks(self.commands, SchwiftyIbans())
        self.members = Members(self.commands)


def on(database_url: str, use: Callable[[Context, PostgresEventLog], Awaitable[T]]) -> T:
    async def run() -> T:
        log = PostgresEventLog(database_url)
        try:
            return await use(Context(log), log)
        finally:
            await log.aclose()

    return asyncio.run(run())


async def user_of(log: PostgresEventLog, email: str) -> ActiveUser:
    view = Commands(log, SystemClock(), uuid4).view(THE_LOCAL_OPERATOR)
    state = (await view.stream(identity.DECIDER, user_uid(email))).state
    assert isinstance(state, ActiveUser)
    return state


def test_a_member_and_the_user_come_about_in_one_append(database_url: str) -> None:
    async def use(banks: Context, log: PostgresEventLog) -> None:
        bank = await banks.banks.open(BANK, a_call())
        cause = a_cause()
        done = await banks.members.admit(
            bank.uid, INES, a_call(an_administrator_of(bank.uid), cause=cause)
        )
        assert (done.id, done.version, done.position) == (2, 1, 4)
        page = await log.page_async(1, 10)
        assert [event.name for event in page.events] == [
            "bank_member.admitted.v1",
            "user.registered.v1",
            "user.password_link_issued.v1",
        ]
        assert {event.causation_id for event in page.events} == {cause.causation_id}
        user = await user_of(log, "ines@harbour.example")
        assert (user.roles, user.bank_uid) == (frozenset({Role.MEMBER}), bank.uid)

    on(database_url, use)


def test_both_or_neither(database_url: str) -> None:
    async def use(banks: Context, log: PostgresEventLog) -> None:
        one = await banks.banks.open(BANK, a_call())
        two = await banks.banks.open(BANK, a_call())
        await banks.members.admit(one.uid, INES, a_call())
        head = await log.head_async()
        with pytest.raises(BelongsElsewhere):
            await banks.members.admit(two.uid, INES, a_call())
        assert await log.head_async() == head

    on(database_url, use)


def test_ten_admissions_at_once_are_one(database_url: str) -> None:
    async def use(banks: Context, log: PostgresEventLog) -> None:
        bank = await banks.banks.open(BANK, a_call())
        admissions = (banks.members.admit(bank.uid, INES, a_call()) for _ in range(10))
        done = await asyncio.gather(*admissions)
        assert {(one.uid, one.id, one.version) for one in done} == {(done[0].uid, done[0].id, 1)}
        assert await log.head_async() == 4

    on(database_url, use)


def test_a_key_repeats_the_answer_whatever_happened_since(database_url: str) -> None:
    key = Idempotency(scope="test", key="k", request_hash=b"1")

    async def use(banks: Context, log: PostgresEventLog) -> None:
        bank = await banks.banks.open(BANK, a_call())
        first = await banks.members.admit(bank.uid, INES, a_call(idempotency=key))
        await banks.members.deactivate(first.uid, a_call())
        await banks.banks.deactivate(bank.uid, a_call())
        head = await log.head_async()
        again = await banks.members.admit(bank.uid, INES, a_call(idempotency=key))
        assert (again.uid, again.id, again.position, again.replayed) == (
            first.uid,
            first.id,
            first.position,
            True,
        )
        assert await log.head_async() == head

    on(database_url, use)


def test_what_was_seen_must_still_be_so(database_url: str) -> None:
    async def use(banks: Context, log: PostgresEventLog) -> None:
        bank = await banks.banks.open(BANK, a_call())
        with pytest.raises(StaleVersion):
            await banks.banks.deactivate(bank.id, a_call(if_version=2))
        ended = await banks.banks.deactivate(bank.id, a_call(if_version=1))
        assert ended.version == 2

    on(database_url, use)


def test_a_reference_names_only_its_own_kind(database_url: str) -> None:
    async def use(banks: Context, log: PostgresEventLog) -> None:
        bank = await banks.banks.open(BANK, a_call())
        member = await banks.members.admit(bank.uid, INES, a_call())
        view = banks.commands.view(THE_LOCAL_OPERATOR)
        here, elsewhere = an_administrator_of(bank.uid), an_administrator_of(uuid4())
        assert (await view.find(BANK_ENTITY, str(bank.id))).uid == bank.uid
        assert (await banks.commands.view(here).find(MEMBER, member.id)).uid == member.uid
        for reference in (member.uid, member.id, 99, -1, 10**30, uuid4()):
            with pytest.raises(NotFound):
                await view.find(BANK_ENTITY, reference)
        with pytest.raises(NotFound):
            await banks.commands.view(elsewhere).find(MEMBER, member.id)

    on(database_url, use)


def test_the_demo_is_loaded_once_however_often(database_url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=database_url)

    async def load() -> int:
        services = build(settings)
        try:
            await load_demo(services, DEMO_PASSWORD)
            return await services.log.head_async()
        finally:
            await services.aclose()

    first = asyncio.run(load())
    assert asyncio.run(load()) == first
    log = PostgresEventLog(database_url)
    try:
        assert is_loaded(log)
        names = [event.name for event in log.page(0, 100_000).events]
    finally:
        log.close()
    people = [person for bank in BANKS for person in bank.people]
    assert names.count("user.registered.v1") == len(sign_ins()) == len(people) + 2
    assert names.count("bank_member.admitted.v1") == names.count("bank_account.opened.v1") == 6
    assert names.count("bank_administrator.appointed.v1") == 4
