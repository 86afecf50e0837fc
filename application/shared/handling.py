"""How every command is carried out: load, fold, decide, append.

The domain decides; this module only moves events. A command that met another writer is decided again on what that
writer left, so its caller hears the reason and not the race.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import reduce
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from application.shared.ports import (
    Append,
    Appended,
    Cause,
    Clock,
    EventLog,
    Idempotency,
    RecordedEvent,
    StreamAppend,
)
from domain.shared.deciders import Decider
from domain.shared.errors import Conflict, DaybookError, StaleVersion
from domain.shared.events import Event

State = TypeVar("State")
Command = TypeVar("Command")

_ATTEMPTS = 5


class Handled(msgspec.Struct, Generic[State], frozen=True):
    """What a command left: the state and version of its stream, and the log's answer.

    For a replayed idempotency key `state` and `version` are those of now; `appended` holds what was stored then.
    """

    state: State
    version: int
    appended: Appended


async def handle(
    log: EventLog,
    clock: Clock,
    decider: Decider[State, Command],
    stream_id: UUID,
    command: Command,
    cause: Cause,
    *,
    idempotency: Idempotency | None = None,
    outcome: bytes = b"",
    is_new: bool = False,
    if_version: int | None = None,
) -> Handled[State]:
    """Carry out one command on one stream.

    Args:
        is_new: the stream id was made for this command, so there is nothing to load.
        if_version: the version the caller has seen (`If-Match`); another one is a conflict.

    Raises:
        DaybookError: what the decider refused with.
        StaleVersion: the stream is not at `if_version`.
        Conflict: the stream is written to without end.
        KeyReused, Unavailable: as `EventLog.append` says.
    """
    state, version, events = decider.initial, 0, tuple[Event, ...]()

    async def prepare() -> Append:
        nonlocal is_new, state, version, events
        recorded = () if is_new else await log.stream(stream_id)
        is_new = False
        state, version = fold(decider, recorded)
        check_seen(if_version, version)
        events = tuple(decider.decide(state, command, clock.now()))
        return Append(
            streams=(StreamAppend(stream_id, version, events),) if events else (),
            cause=cause,
            idempotency=idempotency,
            outcome=outcome,
        )

    appended = await carry_out(log, prepare, idempotency)
    if not appended.replayed:
        state, version = reduce(decider.evolve, events, state), version + len(events)
    return Handled(state, version, appended)


async def carry_out(
    log: EventLog, prepare: Callable[[], Awaitable[Append]], idempotency: Idempotency | None
) -> Appended:
    """Append what `prepare` makes of the log as it is, for commands on several streams.

    It is called again whenever somebody else wrote first. What it refuses with is raised, unless this very request was
    carried out before: then the answer is that of the first time.

    Raises:
        DaybookError: what `prepare` refused with.
        Conflict: the streams are written to without end.
        KeyReused, Unavailable: as `EventLog.append` says.
    """
    for _ in range(_ATTEMPTS):
        try:
            append = await prepare()
        except DaybookError:
            # The same request, sent again after it was carried out, is refused by what it did itself.
            known = await log.replayed(idempotency) if idempotency else None
            if known is None:
                raise
            return known
        try:
            return await log.append(append)
        except Conflict as conflict:
            lost = conflict
    raise lost


def fold(decider: Decider[State, Command], recorded: Sequence[RecordedEvent]) -> tuple[State, int]:
    """The state that these events leave, and the version of their stream."""
    facts = (event.event() for event in recorded)
    return reduce(decider.evolve, facts, decider.initial), recorded[-1].version if recorded else 0


def check_seen(if_version: int | None, version: int) -> None:
    """Go on only if the caller has seen the version that is there, or does not say which they saw.

    Raises:
        StaleVersion: they have seen another.
    """
    if if_version is not None and if_version != version:
        raise StaleVersion(
            f"this was changed in the meantime: it is at version {version}, and {if_version} was expected",
            expected=if_version,
            actual=version,
        )
