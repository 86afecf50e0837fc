"""Signing in on the real database, with a clock of the test's own: what time does to tokens, hashes and limits."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.identity.guarding import Origin, SignInGuard, SignInNotes
from application.identity.ports import Credential, Session
from application.identity.sessions import NO_LEEWAY, REFRESH_LIFETIME, KeptSessions, known_user
from application.identity.signing_in import ACCESS_LIFETIME, SigningIn
from application.identity.standing import SessionStanding
from application.identity.users import NewColleague, Users, principal_of_user
from application.mail.administrators import BankAdministrators
from application.proposals.use_cases import Proposals
from application.shared.commands import Commands
from application.shared.permissions import Principal
from domain import identity
from domain.identity import EndSessions, WeakPassword, user_uid
from domain.identity.sessions import LIFETIME_MAX, SignInWay
from domain.shared.errors import Malformed, Unauthenticated, Unavailable
from domain.shared.roles import Role
from infrastructure.identity.attempts import PostgresAttempts
from infrastructure.identity.credentials import PostgresCredentials
from infrastructure.identity.devices import JwtDevices
from infrastructure.identity.keys import make_keys, read_keys
from infrastructure.identity.links import PostgresLinks
from infrastructure.identity.passwords import Argon2Passwords
from infrastructure.identity.pseudonyms import KeyedPseudonyms
from infrastructure.identity.sessions import PostgresSessions
from infrastructure.identity.tokens import JwtAccessTokens
from infrastructure.shared.connections import Database
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_call

EMAIL, PASSWORD = "ada@daybook.example", "correct horse battery"
ORIGIN = Origin("127.0.0.1", "a test")
LIGHT = {"time_cost": 1, "memory_cost_kib": 8, "parallelism": 1}


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """The time it was set to."""
        return self.time


class CountingPasswords(Argon2Passwords):
    """Real hashing that remembers how often it was asked to verify."""

    def __init__(self) -> None:
        super().__init__(**LIGHT)
        self.verified = 0

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Count, and verify."""
        self.verified += 1
        return await super().verify(password, password_hash)


class World:
    """The use cases of signing in, composed as in production but for the clock and lighter hashing."""

    def __init__(self, url: str, home: Path) -> None:
        self.clock = SetClock()
        self.log = PostgresEventLog(url)
        self.commands = Commands(self.log, self.clock, uuid4, SessionStanding())
        self.database = Database(url, "identity")
        self.passwords = CountingPasswords()
        self.credentials = PostgresCredentials(self.database)
        self.sessions = PostgresSessions(self.database)
        self.kept = KeptSessions(self.commands, self.sessions)
        self.links = PostgresLinks(self.database)
        make_keys(home / "keys.pem")
        keys = partial(read_keys, home / "keys.pem")
        self.tokens, self.devices = JwtAccessTokens(keys, self.clock), JwtDevices(keys)
        self.pseudonyms = KeyedPseudonyms(self.database, keys)
        self.notes = SignInNotes(self.commands)
        self.guard = SignInGuard(
            self.commands,
            PostgresAttempts(self.database),
            self.devices,
            self.pseudonyms,
            self.notes,
        )
        proposals = Proposals(self.commands, BankAdministrators(self.log))
        self.users = Users(
            self.commands, self.passwords, self.credentials, self.sessions, proposals
        )
        self.identity = self.composed(self.passwords)

    def composed(self, passwords: Argon2Passwords) -> SigningIn:
        """Signing in with other parameters of hashing."""
        return SigningIn(
            self.commands,
            passwords,
            self.credentials,
            self.kept,
            self.guard,
            self.tokens,
            self.links,
        )

    async def register(self, email: str = EMAIL) -> UUID:
        """An operator with the password."""
        new = NewColleague(email=email, name="Ada", role="operator")
        return (await self.users.register_here(new, PASSWORD, a_call()))[0].uid

    async def sign_in(
        self, password: str = PASSWORD, email: str = EMAIL, origin: Origin = ORIGIN
    ) -> Any:
        """An attempt, from this machine unless it is said to be made elsewhere."""
        return await self.identity.sign_in(email, password, origin)


Story = Callable[[World], Awaitable[None]]
Tell = Callable[[Story], None]


def telling(database_url: str, home: Path) -> Tell:
    """Runs a story in a world of its own."""

    def told(story: Story) -> None:
        async def whole() -> None:
            world = World(database_url, home)
            try:
                await story(world)
            finally:
                await world.notes.aclose()
                await world.database.aclose()
                await world.log.aclose()

        asyncio.run(whole())

    return told


@pytest.fixture
def tell(database_url: str, tmp_path: Path) -> Tell:
    return telling(database_url, tmp_path)


def test_an_access_token_ends_after_ten_minutes(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        token = (await world.sign_in()).access_token
        world.clock.time += ACCESS_LIFETIME - timedelta(seconds=1)
        assert world.tokens.read(token).user_uid == user_uid(EMAIL)
        world.clock.time += timedelta(seconds=1)
        with pytest.raises(Unauthenticated) as refused:
            world.tokens.read(token)
        assert refused.value.code == "token_expired"

    tell(story)


def test_a_refresh_token_ends_after_thirty_days(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        token = (await world.sign_in()).refresh_token
        world.clock.time += REFRESH_LIFETIME - timedelta(seconds=1)
        token = (await world.identity.refresh(token, ORIGIN)).refresh_token
        world.clock.time += REFRESH_LIFETIME
        with pytest.raises(Unauthenticated):
            await world.identity.refresh(token, ORIGIN)

    tell(story)


def test_the_same_work_is_done_whoever_is_asked_for(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        for email in (EMAIL, "stranger@daybook.example", "no address at all"):
            before = world.passwords.verified
            with pytest.raises(Unauthenticated):
                await world.sign_in("a guess, a guess", email)
            assert world.passwords.verified == before + 1

    tell(story)


def test_a_hash_is_made_anew_when_the_parameters_change(tell: Tell) -> None:
    async def story(world: World) -> None:
        uid = await world.register()
        old = await world.credentials.find(uid)
        stronger = Argon2Passwords(**{**LIGHT, "time_cost": 2})
        await world.composed(stronger).sign_in(EMAIL, PASSWORD, ORIGIN)
        new = await world.credentials.find(uid)
        assert old is not None
        assert new is not None
        assert "t=2" in new.password_hash
        assert new.changed_at == old.changed_at
        await world.composed(stronger).sign_in(EMAIL, PASSWORD, ORIGIN)
        assert await world.credentials.find(uid) == new

    tell(story)


def test_no_session_begins_with_a_password_that_was_changed_meanwhile(tell: Tell) -> None:
    async def story(world: World) -> None:
        uid = await world.register()
        seen = await world.credentials.find(uid)
        assert seen is not None
        now = world.clock.now()
        assert await world.credentials.replace(uid, "another", now, seen)
        session = Session(uuid4(), uid)

        async def begun(known: Credential) -> str | None:
            way = SignInWay.PASSWORD
            return await world.sessions.start(session, known, "", way, now, REFRESH_LIFETIME)

        assert await begun(seen) is None
        assert not await world.credentials.replace(uid, "a third", now, seen)
        unknown = Credential("", now)
        assert await begun(unknown) is None

    tell(story)


def test_roles_taken_away_are_gone_with_the_next_refresh(tell: Tell) -> None:
    async def story(world: World) -> None:
        uid = await world.register()
        token = (await world.sign_in()).refresh_token
        # As if the process died before it could end the sessions.
        now, lifetime = world.clock.now(), REFRESH_LIFETIME
        rotated = await world.sessions.rotate(token, now, lifetime, NO_LEEWAY)
        assert rotated is not None
        assert rotated.token is not None
        await world.users.deactivate(uid, a_call())
        with pytest.raises(Unauthenticated):
            await world.identity.refresh(rotated.token, ORIGIN)
        assert await principal_of_user(world.commands, uid) is None

    tell(story)


def test_a_user_is_named_by_address_or_name(tell: Tell) -> None:
    async def story(world: World) -> None:
        uid = await world.register()
        for name in (EMAIL, "ADA", " ada "):
            assert (await world.users.named(name)).user_uid == uid

    tell(story)


def test_two_processes_make_one_key_that_nobody_else_reads(tmp_path: Path) -> None:
    path = tmp_path / "home" / "keys.pem"
    make_keys(path)
    first = read_keys(path)
    make_keys(path)
    assert read_keys(path).signing_id == first.signing_id
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["keys.pem"]


def test_a_key_that_was_replaced_still_verifies(tmp_path: Path) -> None:
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    clock = SetClock()
    make_keys(old)
    before = JwtAccessTokens(lambda: read_keys(old), clock)
    caller = Principal(
        user_uid=user_uid(EMAIL),
        name="Ada",
        bank_uid=None,
        roles=frozenset({Role.OPERATOR}),
        session_uid=uuid4(),
        expires_at=clock.now() + ACCESS_LIFETIME,
    )
    token = before.issue(caller, ACCESS_LIFETIME)
    make_keys(new)
    new.write_bytes(new.read_bytes() + old.read_bytes())
    after = JwtAccessTokens(lambda: read_keys(new), clock)
    assert after.read(token) == caller
    assert len(after.public_keys()) == 2
    with pytest.raises(Unauthenticated):
        before.read(after.issue(caller, ACCESS_LIFETIME))


def test_a_key_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    with pytest.raises(Unavailable, match=r"key\.pem"):
        read_keys(path)
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        path.write_bytes(content)
        with pytest.raises(Malformed, match=r"key\.pem"):
            read_keys(path)


@pytest.mark.parametrize(
    "guessed",
    [
        "password1234",
        "123456789012",
        "qwertyuiop12",
        "iloveyouiloveyou",
        "aaaaaaaaaaaa",
        "Daybook-Daybook",
        "ada@daybook.example",
        "Ada.Daybook.Example",
    ],
)
def test_a_password_that_others_guess_is_refused(tell: Tell, guessed: str) -> None:
    async def story(world: World) -> None:
        uid = await world.register()
        pair = await world.sign_in()
        caller = world.tokens.read(pair.access_token)
        with pytest.raises(WeakPassword) as refused:
            await world.identity.change_password(PASSWORD, guessed, ORIGIN, a_call(caller))
        assert guessed not in str(refused.value)
        new = NewColleague(email="eve@harbour.example", name="Eve", role="operator")
        if "ada" not in guessed.casefold():
            with pytest.raises(WeakPassword):
                await world.users.register_here(new, guessed, a_call())
        assert (await world.sign_in()).access_token
        assert uid

    tell(story)


def test_a_session_ends_after_ninety_days_however_often_it_is_renewed(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        began, pair = world.clock.time, await world.sign_in()
        for days in range(29, 90, 29):
            world.clock.time = began + timedelta(days=days)
            pair = await world.identity.refresh(pair.refresh_token, ORIGIN)
        world.clock.time = began + LIFETIME_MAX - timedelta(seconds=1)
        pair = await world.identity.refresh(pair.refresh_token, ORIGIN)
        caller = world.tokens.read(pair.access_token)
        await world.commands.check_standing(caller)
        world.clock.time = began + LIFETIME_MAX
        with pytest.raises(Unauthenticated):
            await world.commands.check_standing(caller)
        with pytest.raises(Unauthenticated):
            await world.identity.refresh(pair.refresh_token, ORIGIN)

    tell(story)


def test_no_session_begins_in_an_epoch_that_is_over(tell: Tell) -> None:
    async def story(world: World) -> None:
        uid = await world.register()
        seen, credential = await known_user(world.commands, uid), await world.credentials.find(uid)
        assert seen is not None
        assert credential is not None
        await world.commands.tell(identity.DECIDER, uid, EndSessions(), a_call())
        assert await world.kept.begin(seen, credential, SignInWay.PASSWORD, "", "") is None

    tell(story)
