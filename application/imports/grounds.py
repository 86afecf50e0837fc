"""What the rows of a file may rest on beside the file, looked up once and remembered with the version seen."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from application.shared.import_kinds import Grounds, Reference
from application.shared.ports import Clock, EventLog, Record, RecordedEvent, StreamRead
from application.shared.units import Units
from domain.shared.errors import NotFound
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
        uids = [each.stream_id for each in _beginning(self._log, kind)]
        found = self._log.streams_blocking(uids)
        return [self._seen(uid, found.get(uid, ())) for uid in uids]

    def _seen(self, uid: UUID, recorded: Sequence[RecordedEvent]) -> Sequence[Record[Any]]:
        self._versions[uid] = len(recorded)
        return [each.decoded() for each in recorded]

    def reads(self) -> tuple[StreamRead, ...]:
        """Every stream that was looked at, with the version seen."""
        return tuple(StreamRead(uid, version) for uid, version in self._versions.items())


def named_by(log: EventLog, reference: Reference, text: str) -> UUID:
    """The uid of what somebody names by that, by its integer id, or as it is called.

    Raises:
        NotFound: there is no such thing.
    """
    with suppress(ValueError):
        return UUID(text)
    name = text.strip().casefold()
    for each in _beginning(log, reference.opened_by):
        called = getattr(each.event(), reference.called) if reference.called else ""
        if name and name in (str(each.position), called.casefold()):
            return each.stream_id
    raise NotFound(f"there is no {reference.name} {text[:100]!r}")


def _beginning(log: EventLog, kind: type[Event]) -> Iterator[RecordedEvent]:
    names, after = names_read_as(kind), 0
    while events := log.page(after, _PAGE, names=names).events:
        yield from events
        after = events[-1].position
