"""Correcting and voiding entries, so that whatever they rest on hears of it in the same append."""

from collections.abc import Callable, Sequence
from typing import Any

from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.streams import Entity, Reference, Stream

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
