"""Limits on sign-in hold guessers up, and are no weapon: whoever guesses locks out nobody but themselves."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from application.identity.guarding import Origin
from application.identity.ports import Attempt, Lock
from application.identity.sessions import known_user
from application.shared.limits import Limit
from domain.identity.attempts import LimitedBy
from domain.identity.sessions import SignInWay
from domain.shared.errors import Throttled, Unauthenticated
from infrastructure.identity.attempts import (
    BEGUN_PER_ADDRESS,
    PER_ADDRESS,
    PER_PLACE,
    PER_USER,
    PLACE_KNOWN,
    PostgresAttempts,
)
from infrastructure.identity.devices import JwtDevices
from infrastructure.identity.keys import make_keys, read_keys
from infrastructure.identity.pseudonyms import KeyedPseudonyms
from tests.facts import a_call
from tests.functional.test_identity import EMAIL, PASSWORD, Tell, World, telling

GUESS = "a guess, a guess"
CAFE = Origin("198.51.100.4", "a phone")


@pytest.fixture
def tell(database_url: str, tmp_path: Path) -> Tell:
    return telling(database_url, tmp_path)


async def guesses(world: World, times: int, origin: Origin, email: str = EMAIL) -> int:
    """How many of so many guesses were looked at."""
    before = world.passwords.verified
    for _ in range(times):
        with pytest.raises((Unauthenticated, Throttled)):
            await world.sign_in(GUESS, email, origin)
    return world.passwords.verified - before


async def besieged(world: World) -> None:
    """A network of machines has guessed at the user until nobody is listened to whom they do not know."""
    looked_at = 0
    for host in range(30):
        looked_at += await guesses(world, 20, Origin(f"203.0.113.{host}"))
    assert looked_at == PER_USER.burst


def at(device: str) -> Origin:
    return Origin(CAFE.address, "a phone", device)


def test_attempts_come_back_with_time(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        assert await guesses(world, 12, CAFE) == PER_PLACE.burst
        with pytest.raises(Throttled) as refused:
            await world.sign_in(origin=CAFE)
        assert refused.value.retry_after_s == PER_PLACE.interval.total_seconds()
        world.clock.time += PER_PLACE.interval - timedelta(milliseconds=1)
        with pytest.raises(Throttled):
            await world.sign_in(origin=CAFE)
        world.clock.time += timedelta(milliseconds=1)
        await world.sign_in(origin=CAFE)

    tell(story)


def test_guesses_somewhere_lock_nobody_out_elsewhere(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        await guesses(world, 200, Origin("203.0.113.1"))
        assert (await world.sign_in()).access_token

    tell(story)


def test_guesses_at_one_user_hold_up_nobody_behind_the_same_address(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        await world.register("bea@daybook.example")
        await guesses(world, 200, CAFE)
        assert (await world.sign_in(email="bea@daybook.example", origin=CAFE)).access_token

    tell(story)


def test_guesses_at_everybody_hold_up_for_a_moment_who_is_new_there(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        known = await world.sign_in()
        for number in range(120):
            await guesses(world, 1, CAFE, f"nobody{number}@daybook.example")
        with pytest.raises(Throttled) as refused:
            await world.sign_in(origin=CAFE)
        assert refused.value.retry_after_s <= PER_ADDRESS.interval.total_seconds()
        assert (await world.sign_in(origin=at(known.device_token))).access_token
        world.clock.time += PER_ADDRESS.interval
        assert (await world.sign_in(origin=CAFE)).access_token
        # From then on the place is known, and waits for nobody there.
        for number in range(20):
            await guesses(world, 1, CAFE, f"nobody{number}@harbour.example")
        assert (await world.sign_in(origin=CAFE)).access_token

    tell(story)


def test_many_places_together_guess_no_more_than_one_user_allows(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        await besieged(world)
        world.clock.time += timedelta(hours=1)
        looked_at = 0
        for host in range(30, 60):
            looked_at += await guesses(world, 20, Origin(f"203.0.113.{host}"))
        assert looked_at == timedelta(hours=1) / PER_USER.interval

    tell(story)


def test_the_owner_passes_where_they_are_known(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        first = await world.sign_in()
        await besieged(world)
        with pytest.raises(Throttled):
            await world.sign_in(origin=CAFE)
        assert (await world.sign_in(origin=at(first.device_token))).device_token
        assert (await world.sign_in()).access_token  # the address, for a client that keeps nothing
        world.clock.time += PLACE_KNOWN
        await besieged(world)
        with pytest.raises(Throttled):
            await world.sign_in()
        assert (await world.sign_in(origin=at(first.device_token))).device_token

    tell(story)


@pytest.mark.parametrize("way", [SignInWay.PASSKEY, SignInWay.OIDC])
def test_who_signed_in_without_a_password_is_known_there_all_the_same(
    tell: Tell, way: SignInWay
) -> None:
    async def story(world: World) -> None:
        user = await known_user(world.commands, await world.register())
        assert user is not None
        pair = await world.identity.welcome(user, way, CAFE)
        await besieged(world)
        with pytest.raises(Throttled):
            await world.sign_in()
        assert (await world.sign_in(origin=CAFE)).access_token
        assert (await world.sign_in(origin=at(pair.device_token or ""))).access_token

    tell(story)


def test_a_device_that_is_known_guesses_no_more_than_any(tell: Tell) -> None:
    async def story(world: World) -> None:
        await world.register()
        device = (await world.sign_in()).device_token
        assert await guesses(world, 30, at(device)) == PER_PLACE.burst
        renewed = [(await world.sign_in()).device_token for _ in range(3)]
        assert renewed
        # Another address does not help who holds the device.
        moved = Origin("192.0.2.99", "", device)
        assert await guesses(world, 5, moved) == 0

    tell(story)


def test_a_device_is_known_to_its_user_only_and_as_long_as_the_password(tell: Tell) -> None:
    async def story(world: World) -> None:
        uid = await world.register()
        await world.register("bea@daybook.example")
        pair = await world.sign_in()
        others = (await world.sign_in(email="bea@daybook.example")).device_token
        await besieged(world)
        for claimed in (others, pair.access_token, pair.refresh_token, "x", "e30.e30.", "é" * 40):
            with pytest.raises(Throttled):
                await world.sign_in(origin=at(claimed))
        caller = world.tokens.read(pair.access_token)
        anew = await world.identity.change_password(
            PASSWORD, "another horse, another one", at(pair.device_token), a_call(caller)
        )
        with pytest.raises(Throttled):
            await world.sign_in("another horse, another one", origin=at(pair.device_token))
        assert await world.sign_in("another horse, another one", origin=at(anew.device_token))
        with pytest.raises(Unauthenticated):
            world.tokens.read(anew.device_token)
        assert uid

    tell(story)


def test_a_device_of_other_keys_or_another_time_is_not_known(tell: Tell, tmp_path: Path) -> None:
    make_keys(tmp_path / "others.pem")
    forger = JwtDevices(lambda: read_keys(tmp_path / "others.pem"))

    async def story(world: World) -> None:
        uid, device, now = uuid4(), uuid4(), world.clock.now()
        day = timedelta(days=1)
        ours = world.devices.issue(device, uid, 3, now, day)
        assert world.devices.read(ours, uid, 3, now) == device
        for user, epoch, later in ((uuid4(), 3, now), (uid, 4, now), (uid, 3, now + day)):
            assert world.devices.read(ours, user, epoch, later) is None
        forged = forger.issue(device, uid, 3, now, day)
        assert world.devices.read(forged, uid, 3, now) is None

    tell(story)


def attempt(who: UUID, address: str) -> Attempt:
    return Attempt(who=str(who), user_uid=who, epoch=0, address=address, device=None)


def test_one_address_cannot_try_everybody(tell: Tell) -> None:
    async def story(world: World) -> None:
        narrow = Limit(burst=3, interval=timedelta(seconds=10))
        limits = PostgresAttempts(world.database, per_address=narrow)
        now = world.clock.now()
        locks = [await limits.pay(attempt(uuid4(), "one"), now) for _ in range(4)]
        assert locks == [None, None, None, Lock(LimitedBy.ADDRESS, timedelta(seconds=10))]
        assert await limits.pay(attempt(uuid4(), "two"), now) is None
        await limits.passed(attempt(uuid4(), "one"), now)
        assert await limits.pay(attempt(uuid4(), "one"), now) is None

    tell(story)


def test_what_nobody_guesses_waits_for_no_guesses(tell: Tell) -> None:
    async def story(world: World) -> None:
        for number in range(PER_ADDRESS.burst + 1):
            await guesses(world, 1, CAFE, f"nobody{number}@daybook.example")
        for _ in range(BEGUN_PER_ADDRESS.burst):
            await world.guard.begin(CAFE)
        with pytest.raises(Throttled):
            await world.guard.begin(CAFE)
        await world.guard.finish(CAFE)
        await world.guard.begin(CAFE)

    tell(story)


def test_what_is_refused_costs_nothing(tell: Tell) -> None:
    async def story(world: World) -> None:
        narrow = Limit(burst=1, interval=timedelta(seconds=10))
        limits = PostgresAttempts(world.database, per_address=narrow)
        now, who = world.clock.now(), uuid4()
        assert await limits.pay(attempt(uuid4(), "one"), now) is None
        for _ in range(2 * PER_PLACE.burst):
            lock = await limits.pay(attempt(who, "one"), now)
            assert lock is not None
            assert lock.limited_by is LimitedBy.ADDRESS
        assert await limits.pay(attempt(who, "one"), now + narrow.interval) is None

    tell(story)


def test_no_address_is_kept(tell: Tell, database_url: str) -> None:
    async def story(world: World) -> None:
        await world.register()
        await guesses(world, 12, CAFE)
        await world.sign_in()
        await world.notes.aclose()
        with psycopg.connect(database_url) as connection:
            kept = connection.execute("SELECT subject FROM daybook.sign_in_attempts").fetchall()
            told = connection.execute("SELECT convert_from(payload, 'utf8') FROM daybook.events")
            written = f"{kept}{told.fetchall()}"
        for origin in (CAFE, Origin("127.0.0.1")):
            assert origin.address not in written
            assert await world.guard.address(origin) in written

    tell(story)


def test_what_stands_for_an_address_is_another_each_month_and_then_nobodys(
    tell: Tell, database_url: str, tmp_path: Path
) -> None:
    make_keys(tmp_path / "others.pem")

    async def story(world: World) -> None:
        others = KeyedPseudonyms(world.database, lambda: read_keys(tmp_path / "others.pem"))
        beside = KeyedPseudonyms(world.database, lambda: read_keys(tmp_path / "keys.pem"))
        november = await world.pseudonyms.of("192.0.2.1", world.clock.now())
        assert await beside.of("192.0.2.1", world.clock.now()) == november
        assert await others.of("192.0.2.1", world.clock.now()) != november
        assert await world.pseudonyms.of("192.0.2.2", world.clock.now()) != november
        for days in (14, 45):
            world.clock.time += timedelta(days=days)
            assert await world.pseudonyms.of("192.0.2.1", world.clock.now()) != november
        with psycopg.connect(database_url) as connection:
            months = connection.execute("SELECT month::text FROM daybook.address_salts ORDER BY 1")
            assert months.fetchall() == [("2026-12-01",), ("2027-01-01",)]

    tell(story)
