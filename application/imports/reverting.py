"""Taking runs back as a whole, and building on what they recorded."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from application.imports.rejects import IMPORT
from application.shared.commands import Call, Carried, Commands
from application.shared.ports import Append, EventLog, StreamAppend, StreamRead
from application.shared.streams import Reference, facts_of, fold
from domain import imports
from domain.imports import BuildOnImport, RevertImport


class ImportRuns:
    """What can be done to runs that have ended; it raises as `Commands` and `domain.imports` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def revert(self, run: Reference, revert: RevertImport, call: Call) -> Carried:
        """Take all that a run recorded out of the book, by one event; nothing happens if it is already."""
        return await self._commands.change(IMPORT, run, revert, call)


def resting_on(log: EventLog, closing: Append, runs: Iterable[UUID], by: UUID) -> Append:
    """The append that closes a run which corrects what these recorded; raises as `building_on`."""
    appends, reads = building_on(log, runs, by, "corrected by an import")
    return msgspec.structs.replace(
        closing, streams=(*closing.streams, *appends), reads=(*closing.reads, *reads)
    )


def building_on(
    log: EventLog, runs: Iterable[UUID], by: UUID, what: str
) -> tuple[list[StreamAppend], list[StreamRead]]:
    """What an append that corrects rows of these runs has to write and read besides, so that no revert slips between.

    A run that something rests on already is only read.

    Raises:
        WasReverted: one of the runs was reverted; its rows are to be recorded anew, not corrected.
    """
    appends, reads = list[StreamAppend](), list[StreamRead]()
    for run in sorted(set(runs)):
        facts = facts_of(log.stream_blocking(run))
        state = fold(imports.DECIDER, facts)
        events = imports.built_on(state, BuildOnImport(by=by, what=what))
        if events:
            appends.append(StreamAppend(run, len(facts), tuple(events)))
        else:
            reads.append(StreamRead(run, len(facts)))
    return appends, reads
