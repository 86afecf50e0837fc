"""The `eventsourcing` package on our log: its recorder interfaces and its persistence-module mechanism.

`PERSISTENCE_MODULE=infrastructure.shared.event_log.recorders` with `DATABASE_URL` makes any application of that package
write to the one log, through the same group commit as everything else. Stream versions are the package's originator
versions; its topics are our event names.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    NotSupportedError,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic

from application.shared.ports import Appended, Cause, RecordedEvent
from domain.shared.errors import Conflict, Unavailable
from infrastructure.shared.event_log.batches import (
    Command,
    EncodedEvent,
    Expectation,
    TrackingConflict,
)
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.event_log.reading import COLUMNS, recorded

_ACTOR = "eventsourcing"

_MAX_TRACKING_ID = "SELECT notification_id FROM daybook.tracking WHERE application_name = %s"


@contextmanager
def _in_the_packages_words() -> Iterator[None]:
    """Raise what the package's callers expect."""
    try:
        yield
    except (Conflict, TrackingConflict) as error:
        raise IntegrityError(str(error)) from error
    except Unavailable as error:
        raise OperationalError(str(error)) from error


def _append(
    log: PostgresEventLog, stored: Sequence[StoredEvent], tracking: Tracking | None
) -> Appended:
    """Append stored events with the versions they carry; each of those versions must be free."""
    expectations: dict[UUID, Expectation] = {}
    versions: dict[UUID, int] = {}
    for event in stored:
        stream_id = _stream_id(event.originator_id)
        version = event.originator_version
        if stream_id in versions and version <= versions[stream_id]:
            raise IntegrityError(
                f"version {version} of {stream_id} comes after {versions[stream_id]}"
            )
        versions[stream_id] = version
        expectations.setdefault(stream_id, Expectation(stream_id, None, version))
    command = Command(
        Cause(actor=_ACTOR, correlation_id=uuid4(), causation_id=uuid4()),
        list(expectations.values()),
        [
            EncodedEvent(_stream_id(e.originator_id), e.originator_version, e.topic, e.state)
            for e in stored
        ],
        tracking=(tracking.application_name, tracking.notification_id) if tracking else None,
    )
    with _in_the_packages_words():
        return log.writer.append(command)


def _stream_id(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)


class EventLogAggregateRecorder(AggregateRecorder):
    """Streams without positions, as the package's event stores want them."""

    def __init__(self, log: PostgresEventLog) -> None:
        self._log = log

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append; raises IntegrityError if a version is taken, OperationalError if the log is away."""
        self._insert(stored_events, **kwargs)
        return None

    def _insert(
        self, stored_events: Sequence[StoredEvent], tracking: Tracking | None = None, **_: Any
    ) -> Sequence[int]:
        if not stored_events and tracking is None:
            return []
        appended = _append(self._log, stored_events, tracking)
        first = appended.first_position or 0
        return range(first, first + len(stored_events))

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
            rows = self._log.rows(statement, bounds)
        return [StoredEvent(e.stream_id, e.version, e.name, e.payload) for e in recorded(rows)]


class EventLogRecorder(EventLogAggregateRecorder, ApplicationRecorder):
    """The log as the package's application sequence: notification ids are positions."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append and answer the positions, one per event in the order given."""
        return list(self._insert(stored_events, **kwargs))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events of these topics between two positions, in order."""
        after = (start or 0) - 1 if inclusive_of_start else start or 0
        with _in_the_packages_words():
            page = self._log.page(after, limit, names=topics or None, until=stop)
        return [_notification(event) for event in page.events]

    def max_notification_id(self) -> int | None:
        """The last position, None for an empty log."""
        with _in_the_packages_words():
            return self._log.head() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """An endless iterator over events past `gt`."""
        return _EventLogSubscription(self, self._log, gt=gt, topics=topics)


def _notification(event: RecordedEvent) -> Notification:
    return Notification(event.stream_id, event.version, event.name, event.payload, event.position)


class _EventLogSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """The package's own pull loop, woken by the log."""

    def __init__(
        self,
        recorder: ApplicationRecorder,
        log: PostgresEventLog,
        gt: int | None,
        topics: Sequence[str],
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
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


class EventLogTrackingRecorder(TrackingRecorder):
    """How far a consumer of another log has come; moves forward only."""

    def __init__(self, log: PostgresEventLog) -> None:
        self._log = log

    def insert_tracking(self, tracking: Tracking) -> None:
        """Track a notification; raises IntegrityError if it is not past the last."""
        _append(self._log, (), tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """The last notification tracked, None if there is none."""
        with _in_the_packages_words():
            rows = self._log.rows(_MAX_TRACKING_ID, [application_name])
        return int(rows[0][0]) if rows else None


class EventLogProcessRecorder(EventLogRecorder, EventLogTrackingRecorder, ProcessRecorder):
    """Appends events and tracks what caused them in one transaction."""


class EventLogFactory(InfrastructureFactory[EventLogTrackingRecorder]):
    """What `PERSISTENCE_MODULE=infrastructure.shared.event_log.recorders` resolves to.

    The log is opened at `DATABASE_URL`, whose schema the project's own migrations made.
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._log = PostgresEventLog(self.env["DATABASE_URL"])

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """A recorder of streams.

        Raises:
            NotSupportedError: for snapshots; streams here are short, and a snapshot is a second truth.
        """
        if purpose != "events":
            raise NotSupportedError(f"the event log keeps no {purpose}")
        return EventLogAggregateRecorder(self._log)

    def application_recorder(self) -> ApplicationRecorder:
        """A recorder of streams and of the one total order."""
        return EventLogRecorder(self._log)

    def tracking_recorder(
        self, tracking_recorder_class: type[EventLogTrackingRecorder] | None = None
    ) -> EventLogTrackingRecorder:
        """A tracking recorder, of the class given here or named in the environment."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        named: type[EventLogTrackingRecorder] | None = resolve_topic(topic) if topic else None
        return (tracking_recorder_class or named or EventLogTrackingRecorder)(self._log)

    def process_recorder(self) -> ProcessRecorder:
        """A recorder that also tracks."""
        return EventLogProcessRecorder(self._log)

    def close(self) -> None:
        """Close the log."""
        self._log.close()
