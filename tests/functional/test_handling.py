"""Carrying out commands on the real log: decided again after a race, quiet when repeated, refused when stale."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from application.shared.handling import Handled, handle
from application.shared.ports import Idempotency
from domain.shared.deciders import Decider
from domain.shared.errors import Conflict, KeyReused, Refused
from domain.shared.events import Event
from infrastructure.bootstrap import SystemClock
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause, an_expense

LIMIT = 3


def _decide(count: int, command: str, now: datetime) -> Sequence[Event]:
    """A box that takes three things: `fill` puts one in, `top up` fills it, and does nothing if it is full."""
    assert now.utcoffset() is not None
    if command == "fill" and count == LIMIT:
        raise Refused(f"the box is full with {count} things", code="full", count=count)
    wanted = 1 if command == "fill" else LIMIT - count
    return [an_expense(amount=Decimal(count + n)) for n in range(1, wanted + 1)]


BOX: Decider[int, str] = Decider(initial=0, decide=_decide, evolve=lambda count, _: count + 1)


@pytest.fixture
def log(database_url: str) -> Iterator[PostgresEventLog]:
    opened = PostgresEventLog(database_url)
    yield opened
    opened.close()


def a_key(request: bytes = b"request") -> Idempotency:
    return Idempotency(scope="test", key="key", request_hash=request)


async def _do(log: PostgresEventLog, box: UUID, command: str, **options: object) -> Handled[int]:
    return await handle(log, SystemClock(), BOX, box, command, a_cause(), **options)


def _run(log: PostgresEventLog, *steps: object) -> list[object]:
    async def run() -> list[object]:
        try:
            return list(await asyncio.gather(*steps, return_exceptions=True))
        finally:
            await log.aclose()

    return asyncio.run(run())


def test_a_command_moves_its_stream_on(log: PostgresEventLog) -> None:
    box = uuid4()

    async def steps() -> list[Handled[int]]:
        first = await _do(log, box, "fill", is_new=True)
        return [first, await _do(log, box, "top up"), await _do(log, box, "top up")]

    (outcomes,) = _run(log, steps())
    assert [(h.state, h.version) for h in outcomes] == [(1, 1), (3, 3), (3, 3)]
    assert [h.appended.last_position for h in outcomes] == [1, 3, None]


def test_racing_commands_are_decided_on_what_the_others_left(log: PostgresEventLog) -> None:
    box = uuid4()
    outcomes = _run(log, *(_do(log, box, "fill") for _ in range(5)))
    assert sorted(h.version for h in outcomes if isinstance(h, Handled)) == [1, 2, 3]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [(refusal.code, refusal.facts) for refusal in refusals] == [("full", {"count": 3})] * 2


def test_a_stale_version_is_refused_before_anything_is_decided(log: PostgresEventLog) -> None:
    box = uuid4()

    async def steps() -> Handled[int]:
        await _do(log, box, "fill")
        with pytest.raises(Conflict) as conflict:
            await _do(log, box, "fill", if_version=0)
        assert conflict.value.code == "stale_version"
        assert conflict.value.facts == {"expected": 0, "actual": 1}
        return await _do(log, box, "fill", if_version=1)

    (handled,) = _run(log, steps())
    assert handled.version == 2


def test_a_repeated_request_is_answered_as_the_first_time(log: PostgresEventLog) -> None:
    """Also where the first time made a second impossible: the box is full by then."""
    box = uuid4()

    async def steps() -> list[Handled[int]]:
        first = await _do(log, box, "top up", idempotency=a_key(), outcome=b"filled")
        return [first, await _do(log, box, "fill", idempotency=a_key(), outcome=b"other")]

    ((first, again),) = _run(log, steps())
    assert (first.appended.replayed, again.appended.replayed) == (False, True)
    assert again.appended.outcome == b"filled"
    assert again.appended.last_position == first.appended.last_position


def test_a_key_with_another_request_is_refused(log: PostgresEventLog) -> None:
    box = uuid4()

    async def steps() -> None:
        await _do(log, box, "fill", idempotency=a_key())
        with pytest.raises(KeyReused):
            await _do(log, box, "fill", idempotency=a_key(b"another"))

    assert _run(log, steps()) == [None]
