"""Entries of a book: where they stand, and correcting and voiding them so that what they rest on hears of it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.streams import Entity, Reference, State, Stream
from application.shared.views import View
from domain.shared.deciders import Decider
from domain.shared.ids import anew


class _RunState(Protocol):
    """What a run has come to."""

    @property
    def is_reverted(self) -> bool:
        """Whether what it recorded stands no longer."""


RunState = TypeVar("RunState", bound=_RunState)


def recorded_by(stream: Stream[Any]) -> UUID | None:
    """The run that began a stream, if a run did: all that an import records has its id as correlation id."""
    return stream.facts[0].correlation_id if stream.facts else None


async def standing(
    view: View,
    decider: Decider[State, Any],
    uids: Iterable[UUID],
    runs: Decider[RunState, Any],
    run_of: Callable[[Stream[State]], UUID | None] = recorded_by,
) -> dict[UUID, Stream[State]]:
    """The streams that tell of these by now, begun or not: another one for each run that recorded one and was reverted.

    They are read with two statements, and two more for what was reverted.
    """
    found, left = dict[UUID, Stream[State]](), {uid: uid for uid in uids}
    while left:
        await view.load(*left.values())
        found |= {of: await view.stream(decider, uid) for of, uid in left.items()}
        by = {of: run for of in left if (run := run_of(found[of]))}
        await view.load(*by.values())
        left = {
            of: anew(found[of].uid, run)
            for of, run in by.items()
            if (await view.stream(runs, run)).state.is_reverted
        }
    return found


BuildsOn = Callable[[Stream[Any]], Write | None]
"""What an amendment of this entry writes to the stream it rests on: that of the run that recorded it, if any did."""


async def amend(
    commands: Commands,
    entity: Entity[Any, Any],
    reference: Reference,
    command: Any,
    call: Call,
    builds_on: BuildsOn,
) -> Carried:
    """Carry out a correction or a voiding; what is quiet builds on nothing.

    Raises as `Commands` and the entity's rules say, and as those of what it builds on.
    """

    async def prepare(view: View) -> Sequence[Write]:
        entry = await view.find(entity, reference)
        amendment = Write(entity.decider, entry.uid, command)
        is_quiet = not entity.decider.decide(entry.state, command, view.now)
        rests_on = None if is_quiet else builds_on(entry)
        return (amendment, rests_on) if rests_on else (amendment,)

    return await commands.carry_out(call, prepare)
