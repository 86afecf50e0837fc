"""What the rows of a file may rest on beside the file, looked up once and remembered with the version seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from application.shared.import_kinds import Grounds
from application.shared.ports import Clock, EventLog, Record, RecordedEvent, StreamRead
from application.shared.units import Units
from domain.shared.events import Event, names_read_as

_PAGE = 5_000


class LogGrounds(Grounds):
    """The log as it is when it is looked at. `reads` are the streams that were: an import that names them is refused if
    one of them has moved by then."""

    def __init__(self, log: EventLog, clock: Clock, units: Units) -> None:
        self.units = units
        self._log = log
        self._clock = clock
        self._versions: dict[UUID, int] = {}

    def now(self) -> datetime:
        return self._clock.now()

    def stream(self, uid: UUID) -> Sequence[Record[Any]]:
        return self._seen(uid, self._log.stream_blocking(uid))

    def streams_begun_by(self, kind: type[Event]) -> Sequence[Sequence[Record[Any]]]:
        names, after, uids = names_read_as(kind), 0, list[UUID]()
        while events := self._log.page(after, _PAGE, names=names).events:
            uids += (each.stream_id for each in events)
            after = events[-1].position
        found = self._log.streams_blocking(uids)
        return [self._seen(uid, found.get(uid, ())) for uid in uids]

    def _seen(self, uid: UUID, recorded: Sequence[RecordedEvent]) -> Sequence[Record[Any]]:
        self._versions[uid] = len(recorded)
        return [each.decoded() for each in recorded]

    def reads(self) -> tuple[StreamRead, ...]:
        """Every stream that was looked at, with the version seen."""
        return tuple(StreamRead(uid, version) for uid, version in self._versions.items())
