"""The log as the persistence module of any application of the `eventsourcing` package (docs/eventsourcing.md).

`PERSISTENCE_MODULE=infrastructure.shared.event_log.recorders` resolves to the factory here, which constructs the log
for the product itself, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    AggregateRecorder,
    InfrastructureFactory,
    Mapper,
    NotSupportedError,
    StoredEvent,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic

from domain.shared.events import Event, UnknownEvent, decode, encode, name_of
from infrastructure.shared.event_log.blocking import EventLogRecorder
from infrastructure.shared.event_log.log import PostgresEventLog


@dataclass(frozen=True)
class NamedEvent:
    """A fact of the book as a domain event of the package; it is stored under the fact's own name."""

    originator_id: UUID
    originator_version: int
    fact: Event


class NamedEventMapper(Mapper[UUID]):
    """Stores named events as the book does; an application's own events go by the package's topics."""

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The event as the log keeps it."""
        if not isinstance(domain_event, NamedEvent):
            return super().to_stored_event(domain_event)
        fact = domain_event.fact
        return StoredEvent(
            domain_event.originator_id,
            domain_event.originator_version,
            name_of(type(fact)),
            encode(fact),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event that was stored, a fact lifted to the newest version of its name."""
        try:
            fact = decode(stored_event.topic, stored_event.state)
        except UnknownEvent:
            return super().to_domain_event(stored_event)
        stream_id = cast("UUID", stored_event.originator_id)
        return NamedEvent(stream_id, stored_event.originator_version, fact)


class StreamRecorder(AggregateRecorder):
    """The log's streams without positions, as the package asks for where it wants no notifications."""

    def __init__(self, log: EventLogRecorder) -> None:
        self._log = log

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Append; errors as those of the log."""
        self._log.insert_events(stored_events, **kwargs)

    def select_events(self, originator_id: UUID | str, **bounds: Any) -> Sequence[StoredEvent]:
        """The events of one stream, as the log answers them."""
        return self._log.select_events(originator_id, **bounds)


class EventLogFactory(InfrastructureFactory[EventLogRecorder]):
    """Constructs the log of `DATABASE_URL`, whose schema the project's own migrations made.

    Every recorder it answers stands on that log. `READERS_MAX` bounds its connections for reading.
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        readers_max = int(self.env.get("READERS_MAX", "4"))
        self.log = PostgresEventLog(self.env["DATABASE_URL"], readers_max=readers_max)

    def mapper(
        self, transcoder: Transcoder | None = None, mapper_class: type[Mapper[Any]] | None = None
    ) -> Mapper[Any]:
        """A mapper that knows named events, unless another is asked for here or in the environment."""
        asked = mapper_class or self.env.get(self.MAPPER_TOPIC)
        return super().mapper(transcoder, mapper_class if asked else NamedEventMapper)

    def aggregate_recorder(self, purpose: str = "events") -> StreamRecorder:
        """The log's streams.

        Raises:
            NotSupportedError: for snapshots; streams here are short, and a snapshot is a second truth.
        """
        if purpose != "events":
            raise NotSupportedError(f"the event log keeps no {purpose}")
        return StreamRecorder(self.log)

    def application_recorder(self) -> EventLogRecorder:
        """The log."""
        return self.log

    def tracking_recorder(
        self, tracking_recorder_class: type[EventLogRecorder] | None = None
    ) -> EventLogRecorder:
        """The log, or one of the class given here or named in the environment."""
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        asked = tracking_recorder_class or (resolve_topic(topic) if topic else None)
        return asked(self.env["DATABASE_URL"]) if asked else self.log

    def process_recorder(self) -> EventLogRecorder:
        """The log."""
        return self.log

    def close(self) -> None:
        """Close the log."""
        self.log.close()


def open_log(database_url: str, readers_max: int = 4) -> PostgresEventLog:
    """The log of this database, constructed as for any other application; nothing is connected yet."""
    env = {
        EventLogFactory.PERSISTENCE_MODULE: __name__,
        "DATABASE_URL": database_url,
        "READERS_MAX": str(readers_max),
    }
    return EventLogFactory.construct(env).log
