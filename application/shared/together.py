"""Commands that change several streams at once: all of what they lead to is recorded, or nothing.

Like `application.shared.handling.handle`, a command that met another writer is decided again on what that writer left.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from application.shared.handling import check_seen, fold
from application.shared.ports import (
    Append,
    Appended,
    Cause,
    Clock,
    EventLog,
    Idempotency,
    StreamAppend,
)
from domain.shared.deciders import Decider
from domain.shared.errors import Conflict, DaybookError

_ATTEMPTS = 5


class Step(msgspec.Struct, frozen=True):
    """One command on one stream; `if_version` is what the caller has seen of it (`If-Match`)."""

    decider: Decider[Any, Any]
    stream_id: UUID
    command: Any
    if_version: int | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What the steps left on the stream of the first one.

    `id` is the position of the event that began that stream. `position` is up to where the command is in the log: its
    own last event, or where it was quiet, the newest of that stream.
    """

    uid: UUID
    id: int
    version: int
    position: int
    replayed: bool = False


Prepare = Callable[[], Awaitable[Sequence[Step]]]
"""Looks up what the steps depend on, and raises where they may not be taken; called anew for every attempt."""


async def handle_together(
    log: EventLog,
    clock: Clock,
    prepare: Prepare,
    cause: Cause,
    *,
    idempotency: Idempotency | None = None,
) -> Done:
    """Take all steps in one append, in their order.

    Raises:
        DaybookError: what `prepare` or a decider refused with.
        StaleVersion: a stream is not at its `if_version`.
        Conflict: a stream is written to without end.
        KeyReused, Unavailable: as `EventLog.append` says.
    """
    for _ in range(_ATTEMPTS):
        try:
            steps = await prepare()
            loaded = [await _decided(log, clock, step) for step in steps]
        except DaybookError:
            # The same request, sent again after it was carried out, is refused by what it did itself.
            known = await log.replayed(idempotency) if idempotency else None
            if known is None:
                raise
            return await _again(log, known)
        append = Append(
            streams=tuple(one.append for one in loaded if one.append.events),
            cause=cause,
            idempotency=idempotency,
            outcome=steps[0].stream_id.bytes,
        )
        try:
            appended = await log.append(append)
        except Conflict as conflict:
            lost = conflict
            continue
        return await _again(log, appended) if appended.replayed else loaded[0].done(appended)
    raise lost


class _Loaded(msgspec.Struct, frozen=True):
    """A step with what it leads to."""

    append: StreamAppend
    id: int | None
    position: int

    def done(self, appended: Appended) -> Done:
        return Done(
            uid=self.append.stream_id,
            id=self.id or appended.first_position or 0,
            version=self.append.expected_version + len(self.append.events),
            position=appended.last_position or self.position,
        )


async def _decided(log: EventLog, clock: Clock, step: Step) -> _Loaded:
    recorded = await log.stream(step.stream_id)
    state, version = fold(step.decider, recorded)
    check_seen(step.if_version, version)
    events = tuple(step.decider.decide(state, step.command, clock.now()))
    return _Loaded(
        append=StreamAppend(step.stream_id, version, events),
        id=recorded[0].position if recorded else None,
        position=recorded[-1].position if recorded else 0,
    )


async def _again(log: EventLog, known: Appended) -> Done:
    """The answer to a key that is known: where the thing is that it made or changed, as it is now."""
    uid = UUID(bytes=known.outcome)
    recorded = await log.stream(uid)
    return Done(
        uid=uid,
        id=recorded[0].position,
        version=recorded[-1].version,
        position=known.last_position or recorded[-1].position,
        replayed=True,
    )
