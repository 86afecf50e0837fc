"""The blocking side of the log, which is a recorder of the `eventsourcing` package.

Followers in threads, the command line and any application of that package read and write through this one class, and
all of them append through the same group commit as everything else. Stream versions are the package's originator
versions, positions its notification ids, our event names its topics.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from threading import Lock, Thread
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)
from psycopg import Connection
from psycopg_pool import ConnectionPool

from application.shared.ports import Append, Appended, Cause, LogPage, RecordedEvent, Shard
from domain.shared.errors import Conflict, Unavailable
from infrastructure.shared.event_log.batches import (
    Command,
    EncodedEvent,
    Expectation,
    TrackingConflict,
    command_of,
)
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.event_log.reading import (
    COLUMNS,
    EPOCH,
    HEAD,
    NAMES,
    STREAM,
    STREAMS,
    page_of,
    page_statement,
    recorded,
)
from infrastructure.shared.event_log.tail import ListeningWakeups, listening
from infrastructure.shared.event_log.traces import traced
from infrastructure.shared.event_log.writer import GroupCommitWriter
from infrastructure.shared.measurements import measurements, psycopg_state

ACTOR = "eventsourcing"
"""Who acts where an application of the package does not say it."""

_MAX_TRACKING_ID = "SELECT notification_id FROM daybook.tracking WHERE application_name = %s"
_WAIT_FOR_CONNECTION_S = 5.0


@dataclass(frozen=True)
class LoggedEvent(Notification):
    """A notification with the envelope of the log."""

    actor: str
    correlation_id: UUID
    causation_id: UUID
    idempotency_key: str | None
    recorded_at: datetime

    @classmethod
    def of(cls, event: RecordedEvent) -> "LoggedEvent":
        """The same event in the package's words."""
        return cls(
            event.stream_id,
            event.version,
            event.name,
            event.payload,
            event.position,
            event.actor,
            event.correlation_id,
            event.causation_id,
            event.idempotency_key,
            event.recorded_at,
        )


class EventLogRecorder(ProcessRecorder):
    """The log for callers without an event loop. Connections are opened when first needed; `close` gives them back.

    Args:
        database_url: a libpq connection URI.
        patience_s: how long an append may wait before it fails as `Unavailable`.
        readers_max: connections for reading.
    """

    def __init__(self, database_url: str, *, patience_s: float = 5.0, readers_max: int = 4) -> None:
        self._database_url = database_url
        self._pool_options: dict[str, Any] = {
            "min_size": 1,
            "max_size": readers_max,
            "timeout": _WAIT_FOR_CONNECTION_S,
            "kwargs": {"autocommit": True},
        }
        self.writer = GroupCommitWriter(database_url, patience_s=patience_s)
        self._pool: ConnectionPool[Connection] | None = None
        self._opening = Lock()

    def append_blocking(self, append: Append) -> Appended:
        """`append` for callers without an event loop."""
        with traced(append.cause, append) as under_way:
            return under_way.done(self.writer.append(command_of(append)))

    def stream_blocking(self, stream_id: UUID, after_version: int = 0) -> Sequence[RecordedEvent]:
        """The events of one stream in order."""
        return recorded(self._rows(STREAM, (stream_id, after_version)))

    def streams_blocking(
        self, stream_ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[RecordedEvent]]:
        """The events of several streams, each in order."""
        events = recorded(self._rows(STREAMS, (list(stream_ids), [])))
        return {uid: list(each) for uid, each in groupby(events, key=lambda it: it.stream_id)}

    def page(
        self,
        after: int,
        limit: int,
        *,
        names: Sequence[str] | None = None,
        until: int | None = None,
        shard: Shard | None = None,
    ) -> LogPage:
        """Up to `limit` events past `after`."""
        end = end_of(self.head(), until)
        return page_of(self._rows(*page_statement(after, end, limit, names, shard)), end, limit)

    def new_names(self, after: int) -> Mapping[str, int]:
        """The names of events whose first position is past `after`, each with that position."""
        return dict(self._rows(NAMES, (after,)))

    def head(self) -> int:
        """The last position, 0 for an empty log."""
        return int(self._rows(HEAD, ())[0][0])

    def epoch(self) -> str:
        """The epoch of the log."""
        return str(self._rows(EPOCH, ())[0][0])

    def wakeups(self, poll_s: float = 1.0) -> AbstractContextManager[ListeningWakeups]:
        """A blocking source of wake-ups."""
        return listening(self._database_url, poll_s)

    def close(self) -> None:
        """Commit what is waiting and give every connection back."""
        self.writer.close()
        if self._pool is not None:
            self._pool.close()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        tracking: Tracking | None = None,
        cause: Cause | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Append, and answer the positions, one per event in the order given.

        Args:
            tracking: what is tracked in the same transaction.
            cause: who acts and why, as `Application.save(..., cause=...)` hands it on.

        Raises:
            IntegrityError: a version is taken, or what is to be tracked is not past the last.
            OperationalError: the log is away.
        """
        if not stored_events and tracking is None:
            return []
        command = _command(stored_events, tracking, cause)
        with _in_the_packages_words():
            first = self.writer.append(command).first_position or 0
        return list(range(first, first + len(stored_events)))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream, between versions, in either order."""
        statement = f"""
            SELECT {COLUMNS} FROM daybook.events
            WHERE stream_id = %(stream)s AND (%(gt)s::int IS NULL OR version > %(gt)s)
              AND (%(lte)s::int IS NULL OR version <= %(lte)s)
            ORDER BY version {"DESC" if desc else "ASC"} LIMIT %(limit)s
        """
        bounds = {"stream": _stream_id(originator_id), "gt": gt, "lte": lte, "limit": limit}
        with _in_the_packages_words():
            rows = self._rows(statement, bounds)
        return [StoredEvent(e.stream_id, e.version, e.name, e.payload) for e in recorded(rows)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events of these names between two positions, in order; each is a `LoggedEvent`."""
        after = (start or 0) - 1 if inclusive_of_start else start or 0
        with _in_the_packages_words():
            page = self.page(after, limit, names=topics or None, until=stop)
        return [LoggedEvent.of(event) for event in page.events]

    def max_notification_id(self) -> int | None:
        """The last position, None for an empty log."""
        with _in_the_packages_words():
            return self.head() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """An endless iterator over events past `gt`."""
        return _EventLogSubscription(self, gt, topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        """Track a notification; raises IntegrityError if it is not past the last."""
        self.insert_events((), tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """The last notification tracked, None if there is none."""
        with _in_the_packages_words():
            rows = self._rows(_MAX_TRACKING_ID, [application_name])
        return int(rows[0][0]) if rows else None

    def _rows(self, statement: str, parameters: Any) -> list[tuple[Any, ...]]:
        with reaching_the_log(), self._readers().connection() as connection:
            return connection.execute(statement, parameters, binary=True).fetchall()

    def _readers(self) -> ConnectionPool[Connection]:
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    careful(self._database_url, "daybook reader"),
                    check=ConnectionPool.check_connection,
                    open=True,
                    **self._pool_options,
                )
                measurements().watch_pool("log", partial(psycopg_state, self._pool))
            return self._pool


def end_of(head: int, until: int | None) -> int:
    """The last position that a page may hold."""
    return head if until is None else min(head, until)


@contextmanager
def _in_the_packages_words() -> Iterator[None]:
    """Raise what the package's callers expect."""
    try:
        yield
    except (Conflict, TrackingConflict) as error:
        raise IntegrityError(str(error)) from error
    except Unavailable as error:
        raise OperationalError(str(error)) from error


def _command(
    stored: Sequence[StoredEvent], tracking: Tracking | None, cause: Cause | None
) -> Command:
    """Stored events with the versions they carry; each of those versions must be free."""
    expectations: dict[UUID, Expectation] = {}
    versions: dict[UUID, int] = {}
    for event in stored:
        stream_id, version = _stream_id(event.originator_id), event.originator_version
        if version <= versions.get(stream_id, version - 1):
            raise IntegrityError(
                f"version {version} of {stream_id} comes after {versions[stream_id]}"
            )
        versions[stream_id] = version
        expectations.setdefault(stream_id, Expectation(stream_id, None, version))
    return Command(
        cause or Cause(actor=ACTOR, correlation_id=uuid4(), causation_id=uuid4()),
        list(expectations.values()),
        [
            EncodedEvent(_stream_id(e.originator_id), e.originator_version, e.topic, e.state)
            for e in stored
        ],
        tracking=(tracking.application_name, tracking.notification_id) if tracking else None,
    )


def _stream_id(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)


class _EventLogSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """The package's own pull loop, woken by the log."""

    def __init__(self, log: EventLogRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder=log, gt=gt, topics=topics)
        self._log = log
        self._listener = Thread(target=self._listen, name="daybook-subscription", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        # The package offers no hook at the moment it is stopped, so the flag is looked at often.
        with self._log.wakeups(poll_s=0.1) as wakeups:
            while not self._has_been_stopped:
                wakeups.wait()
                self._has_been_notified.set()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._listener.join()
