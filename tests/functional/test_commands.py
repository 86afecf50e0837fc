"""Carrying out commands on the real log: decided again after a race, quiet when repeated, refused when stale."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import pytest

from application.shared.commands import Carried, Commands, Write
from application.shared.ports import Append, Contended, Idempotency, StreamAppend
from application.shared.streams import Fact, Recent, Stream, facts_of
from application.shared.views import View
from domain.shared.deciders import Decider
from domain.shared.errors import Conflict, KeyReused, Refused, Unavailable
from domain.shared.events import Event
from infrastructure.bootstrap import SystemClock
from infrastructure.shared.event_log.log import PostgresEventLog
from interfaces.http.shared.problems import family_of
from tests.facts import a_call, a_cause, an_expense

LIMIT = 3


def _decide(count: int, command: str, now: datetime) -> Sequence[Event]:
    """A box that takes three things: `fill` puts one in, `top up` fills it, and does nothing if it is full."""
    assert now.utcoffset() is not None
    if command == "fill" and count == LIMIT:
        raise Refused(f"the box is full with {count} things", code="full", count=count)
    wanted = 1 if command == "fill" else LIMIT - count
    return [an_expense(amount=Decimal(count + n)) for n in range(1, wanted + 1)]


BOX: Decider[int, str] = Decider(initial=0, decide=_decide, evolve=lambda count, _: count + 1)


def a_key(request: bytes = b"request") -> Idempotency:
    return Idempotency(scope="test", key="key", request_hash=request)


async def _do(log: PostgresEventLog, box: UUID, command: str, **options: object) -> Carried:
    return await Commands(log, SystemClock(), uuid4).tell(BOX, box, command, a_call(**options))


def _run(log: PostgresEventLog, *steps: Awaitable[object]) -> list[object]:
    async def run() -> list[object]:
        try:
            return list(await asyncio.gather(*steps, return_exceptions=True))
        finally:
            await log.aclose()

    return asyncio.run(run())


def test_a_command_moves_its_stream_on(log: PostgresEventLog) -> None:
    async def steps() -> list[Carried]:
        first = await Commands(log, SystemClock(), uuid4).start(BOX, "fill", a_call())
        return [first, await _do(log, first.uid, "top up"), await _do(log, first.uid, "top up")]

    (outcomes,) = _run(log, steps())
    assert [(it.id, it.version, it.position) for it in outcomes] == [
        (1, 1, 1),
        (1, 3, 3),
        (1, 3, 3),
    ]


TALLY: Decider[int, str] = Decider(
    initial=0, decide=lambda count, *_: [an_expense(amount=Decimal(count + 1))], evolve=BOX.evolve
)


def test_however_many_write_to_a_stream_at_once_each_has_a_turn(log: PostgresEventLog) -> None:
    """Who is slower than others again and again would be told to come back, and nobody would be faster for it."""
    tally, commands = uuid4(), Commands(log, SystemClock(), uuid4)
    told = _run(log, *(commands.tell(TALLY, tally, "count", a_call()) for _ in range(200)))
    assert sorted(one.version for one in told) == [*range(1, 201)]


def test_the_answer_is_what_the_log_holds_though_it_is_not_read_back(log: PostgresEventLog) -> None:
    box = uuid4()

    async def steps() -> None:
        await _do(log, box, "fill")
        left = await _do(log, box, "top up")
        stored = facts_of(await log.stream(box))
        assert [_but_for_time(one) for one in left.facts] == [_but_for_time(one) for one in stored]

    assert _run(log, steps()) == [None]


def _but_for_time(fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, recorded_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_racing_commands_are_decided_on_what_the_others_left(log: PostgresEventLog) -> None:
    box = uuid4()
    outcomes = _run(log, *(_do(log, box, "fill") for _ in range(5)))
    assert sorted(it.version for it in outcomes if isinstance(it, Carried)) == [1, 2, 3]
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert [(refusal.code, refusal.facts) for refusal in refusals] == [("full", {"count": 3})] * 2


def test_a_stale_version_is_refused(log: PostgresEventLog) -> None:
    box = uuid4()

    async def steps() -> Carried:
        await _do(log, box, "fill")
        with pytest.raises(Conflict) as conflict:
            await _do(log, box, "fill", if_version=0)
        assert conflict.value.code == "stale_version"
        assert conflict.value.facts == {"expected": 0, "actual": 1}
        return await _do(log, box, "fill", if_version=1)

    (carried,) = _run(log, steps())
    assert carried.version == 2


def test_a_refusal_says_more_than_a_stale_version(log: PostgresEventLog) -> None:
    box = uuid4()

    async def steps() -> None:
        await _do(log, box, "top up")
        with pytest.raises(Refused) as refusal:
            await _do(log, box, "fill", if_version=1)
        assert refusal.value.code == "full"

    assert _run(log, steps()) == [None]


def test_a_repeated_request_is_answered_as_the_first_time(log: PostgresEventLog) -> None:
    """Also where the first time made a second impossible, and whatever has become of the stream since."""
    box, other = uuid4(), uuid4()

    async def steps() -> list[Carried]:
        first = await _do(log, box, "fill", idempotency=a_key())
        await _do(log, box, "top up")
        return [first, *[await _do(log, it, "fill", idempotency=a_key()) for it in (box, other)]]

    ((first, refused, elsewhere),) = _run(log, steps())
    assert (first.replayed, refused.replayed) == (False, True)
    assert (refused.uid, refused.version, refused.position) == (box, 1, first.position)
    assert refused == elsewhere


def test_a_key_without_a_version_stands_for_the_stream_as_it_is(log: PostgresEventLog) -> None:
    """Keys that older versions of Daybook stored."""
    box = uuid4()

    async def steps() -> Carried:
        facts = (an_expense(), an_expense())
        written = (StreamAppend(box, 0, facts),)
        await log.append(
            Append(streams=written, cause=a_cause(), idempotency=a_key(), outcome=box.bytes)
        )
        return await _do(log, box, "fill", idempotency=a_key())

    (again,) = _run(log, steps())
    assert (again.uid, again.version, again.position, again.replayed) == (box, 2, 2, True)


def test_a_key_with_another_request_is_refused(log: PostgresEventLog) -> None:
    box = uuid4()

    async def steps() -> None:
        await _do(log, box, "fill", idempotency=a_key())
        with pytest.raises(KeyReused):
            await _do(log, box, "fill", idempotency=a_key(b"another"))

    assert _run(log, steps()) == [None]


def test_what_is_read_and_not_written_is_told_to_the_log(log: PostgresEventLog) -> None:
    """A box may be filled only while its shelf is empty, and somebody else fills the shelf in between."""
    box, shelf = uuid4(), uuid4()
    seen: list[int] = []

    async def prepare(view: View) -> Sequence[Write]:
        at = await view.stream(BOX, shelf)
        seen.append(at.version)
        if at.state:
            raise Refused("the shelf is taken", code="taken")
        await _do(log, shelf, "fill")
        return [Write(BOX, box, "fill")]

    async def steps() -> None:
        with pytest.raises(Refused) as refusal:
            await Commands(log, SystemClock(), uuid4).carry_out(a_call(), prepare)
        assert refusal.value.code == "taken"
        assert await log.stream(box) == []

    assert _run(log, steps()) == [None]
    assert seen == [0, 1]


def test_what_is_written_to_without_end_is_to_be_sent_again(log: PostgresEventLog) -> None:
    """Somebody else is always faster; whoever asks how it conflicts still hears of a conflict."""
    box, shelf = uuid4(), uuid4()

    async def prepare(view: View) -> Sequence[Write]:
        await view.stream(SWITCH, shelf)
        await _append(log, shelf)
        return [Write(BOX, box, "fill")]

    async def steps() -> None:
        with pytest.raises(Contended, match="send it again") as contended:
            await Commands(log, SystemClock(), uuid4).carry_out(a_call(), prepare)
        assert (contended.value.code, contended.value.retry_after_s) == ("contended", 1)
        assert isinstance(contended.value, Unavailable | Conflict)
        assert family_of(contended.value).status == 503
        assert await log.stream(box) == []

    assert _run(log, steps()) == [None]


async def _append(log: PostgresEventLog, uid: UUID) -> None:
    version = len(await log.stream(uid))
    written = (StreamAppend(uid, version, (an_expense(),)),)
    await log.append(Append(streams=written, cause=a_cause()))


def test_what_is_to_be_new_and_is_there_is_a_conflict(log: PostgresEventLog) -> None:
    """No repetition changes that, so none is asked for."""
    box = uuid4()

    async def prepare(_: View) -> Sequence[Write]:
        return [Write(BOX, box, "fill", is_new=True)]

    async def steps() -> None:
        await _do(log, box, "fill")
        with pytest.raises(Conflict) as conflict:
            await Commands(log, SystemClock(), uuid4).carry_out(a_call(), prepare)
        assert conflict.value.code == "conflict"

    assert _run(log, steps()) == [None]


def _toggled(is_on: bool, wanted: bool, now: datetime) -> Sequence[Event]:
    """A switch that is refused to be put where it is."""
    if is_on is wanted:
        raise Refused("it is so already", code="so_already")
    return [an_expense(amount=Decimal(int(wanted)))]


SWITCH: Decider[bool, bool] = Decider(
    initial=False, decide=_toggled, evolve=lambda _, fact: bool(fact.amount)
)


def test_what_is_remembered_is_decided_on_only_as_long_as_it_is_so(log: PostgresEventLog) -> None:
    """Two processes change the same things; each remembers what it saw last."""
    box, switch = uuid4(), uuid4()
    here, there = [Commands(log, SystemClock(), uuid4) for _ in range(2)]

    async def steps() -> None:
        await here.tell(BOX, box, "fill", a_call())
        await there.tell(BOX, box, "top up", a_call())
        with pytest.raises(Refused, match="full"):
            await here.tell(BOX, box, "fill", a_call())
        quiet = await here.tell(BOX, box, "top up", a_call())
        assert (quiet.version, quiet.position) == (3, 3)
        await here.tell(SWITCH, switch, True, a_call())
        await there.tell(SWITCH, switch, False, a_call())
        again = await here.tell(SWITCH, switch, True, a_call())
        assert [fact.version for fact in again.facts] == [1, 2, 3]
        with pytest.raises(Refused):
            await here.tell(SWITCH, switch, True, a_call())

    assert _run(log, steps()) == [None]


def test_what_was_not_asked_for_the_longest_is_forgotten_first() -> None:
    recent, streams = Recent(2), [_stream(position) for position in (1, 2, 3)]
    for stream in streams[:2]:
        recent.keep(BOX, stream)
    assert recent.get(1) == recent.get(streams[0].uid) == (BOX, streams[0])
    recent.keep(BOX, streams[2])
    assert [recent.get(it) for it in (1, 2, 3)] == [(BOX, streams[0]), None, (BOX, streams[2])]


def _stream(position: int) -> Stream[int]:
    uid = uuid4()
    fact = Fact(
        position=position,
        stream_id=uid,
        version=1,
        name="expense.recorded.v2",
        actor="test",
        correlation_id=uid,
        causation_id=uid,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        event=an_expense(),
    )
    return Stream(uid, (fact,), 1)
