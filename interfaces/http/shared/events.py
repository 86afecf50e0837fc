"""The audit trail: the log as a collection, the facts of one entity, and the log as it grows (Server-Sent Events).

Rules upheld here:
- a follower sees every event past the one it names, once and in order; `id` is the position with the epoch of the log,
  so `Last-Event-ID` resumes;
- a follower that goes on from a log that was taken back since is told so, and nothing is passed over in silence;
- the server holds at most one page of the log for a follower, and drops one that takes nothing (`context.py`);
- a process that is about to end tells its followers to come back, which leads them to another one.
"""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar.datastructures import State

from application.shared.permissions import Permission
from application.shared.ports import (
    EpochChanged,
    EventLog,
    LogPage,
    RecordedEvent,
    check_not_ahead,
)
from application.shared.services import Services
from application.shared.streams import named
from domain.shared.account_numbers import masked_fact
from domain.shared.errors import (
    Fault,
    Gone,
    Malformed,
    NotFound,
    Refused,
    Throttled,
    nearest,
)
from domain.shared.events import EventsArchived, known_names
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.followers import Watch
from interfaces.http.shared.inputs import query_pairs, services_of, wrong_header, wrong_value
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import EPOCH, Parameter, answer, header
from interfaces.http.shared.security import principal_of
from interfaces.http.shared.streaming import Streamed, until
from projections.shared.events import EVENTS

RESOURCE = Resource(collection=EVENTS, noun="event", permission=Permission.EVENTS_READ)

HEARTBEAT_S = 10.0
"""Seconds after which a silent stream shows that it is alive."""

RETRY_MS = 2_000
"""Milliseconds after which whoever lost the stream is asked to connect again."""

_COME_BACK = b"retry: 500\n: this server is about to end; connect again\n\n"

PAGE_EVENTS = 200
"""Events read at a time for one follower."""


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """One fact and its envelope."""

    position: int
    stream_id: UUID
    version: int
    name: str
    data: msgspec.Raw
    actor: str
    correlation_id: UUID
    causation_id: UUID
    recorded_at: datetime

    @classmethod
    def of(cls, event: RecordedEvent) -> "EventView":
        """An event as it is shown: the fact as it was stored, but for account numbers, which are masked."""
        data = msgspec.Raw(masked_fact(event.content))
        envelope = {name: getattr(event, name) for name in cls.__struct_fields__ if name != "data"}
        return cls(data=data, **envelope)


class History(msgspec.Struct, frozen=True):
    """The facts of one entity, the oldest first."""

    data: Sequence[EventView]


HISTORY_EXAMPLE = History(
    data=[
        EventView(
            position=42,
            stream_id=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c"),
            version=1,
            name="expense.recorded.v2",
            data=msgspec.Raw(b'{"amount":"48.20","currency":"EUR"}'),
            actor="local:operator",
            correlation_id=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e81d"),
            causation_id=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e81e"),
            recorded_at=datetime(2026, 11, 20, 21, 30, tzinfo=UTC),
        )
    ]
)


async def history_of(
    services: Services, record_id: str, subject: str, scope: Mapping[str, Any]
) -> History:
    """The facts of the entity with this id or uid, if it is a `subject` (the first part of its events' names).

    `scope` holds what the event that created it must say for the caller to see it.

    Raises:
        NotFound: there is no such entity in the scope.
    """
    events: Sequence[RecordedEvent] = ()
    with suppress(Malformed):  # what names nothing is not there
        reference = named(record_id)
        events = (await services.log.streams([reference]))[reference]
    if events and events[0].name.startswith(f"{subject}."):
        created = events[0].event()
        if all(getattr(created, name) == value for name, value in scope.items()):
            return History([EventView.of(event) for event in events])
    raise NotFound(f"There is no {subject} with the id {record_id}.")


_PLAIN = "message"
_PLACE = r"[0-9]{1,18}(@[0-9a-f]{12})?"

LAST_EVENT_ID = header(
    "Last-Event-ID",
    "The `id` of the last event got: the stream goes on behind it. Browsers send it by themselves.",
    example="42@5f0c1b7a9d3e",
)


class Follow(msgspec.Struct, frozen=True):
    """Which part of the log a follower wants: what is past `after` in this epoch, of these names (all if empty).

    `is_plain` says that messages are to have no names, `until` behind which position it ends, if it does.
    """

    after: int
    epoch: str
    names: frozenset[str]
    is_plain: bool = False
    until: int | None = None

    def wants(self, event: RecordedEvent) -> bool:
        """Whether this event is to be told."""
        is_past = self.until is not None and event.position > self.until
        return not is_past and (not self.names or event.name in self.names)

    def is_over(self, position: int) -> bool:
        """Whether nothing past this position is wanted."""
        return self.until is not None and position >= self.until


@shows(
    "/events/stream",
    RESOURCE.plural,
    "The log as it grows",
    Permission.EVENTS_READ,
    answer(
        200,
        "Server-Sent Events, without end unless `until` is given.",
        media_type="text/event-stream",
        example='id: 42@5f0c1b7a9d3e\nevent: expense.recorded.v2\ndata: {"position":42}\n\n',
        headers={EPOCH: "The epoch of the log."},
    ),
    problems=[Gone, Refused, Throttled],
    parameters=[
        Parameter(
            name="after",
            description="Start behind this position, or this `id`; 0, the default, replays the whole log, and `latest` "
            "waits for what is still to come. `Last-Event-ID` goes before it.",
            schema={"type": "string", "pattern": f"^({_PLACE}|latest)$"},
            example="latest",
        ),
        Parameter(
            name="name",
            description="Only events of these names, separated by commas.",
            schema={"type": "string"},
            example="expense.recorded.v2",
        ),
        Parameter(
            name="until",
            description="End the stream behind this position; `latest`: behind the last one there is now.",
            schema={"type": "string", "pattern": "^([0-9]{1,18}|latest)$"},
            example="latest",
        ),
        Parameter(
            name="event",
            description="`message` leaves out the field `event`: a browser's `EventSource` then hands every event to "
            "`onmessage`, and `data` tells its name. Without it a listener is needed for each name.",
            schema={"type": "string", "enum": [_PLAIN]},
            example=_PLAIN,
        ),
        LAST_EVENT_ID,
    ],
)
async def stream_events(request: AnyRequest) -> Streamed:
    """Each event has its position and the log's epoch as `id`, its name as `event`, and as `data` what `GET /events`
    shows.

    The epoch changes when the log is restored, which ends streams. Whoever goes on from an earlier epoch hears 410
    `epoch_changed`: what was followed since may be no more. A start that the log has not come to is refused at once:
    400 `position_ahead`.

    The stream begins with `retry: 2000`, the milliseconds after which to connect again. A comment comes at least every
    ten seconds. The stream ends when its access token expires, and when its user or session does; one user has four at
    most (429). A follower that takes nothing for 30 s is dropped, and a server that is about to end says `retry: 500`
    and ends the stream; with `Last-Event-ID` one resumes without loss or repetition. Where what events say was
    archived, the stream ends before them, and whoever goes on from there hears 409 `events_archived`.
    """
    services = services_of(request)
    follow = await _read_follow(request, services)
    principal, state = principal_of(request), request.app.state
    watch = Watch(services, principal)
    await watch.check()
    await _check_contents(services.log, follow)
    messages = _messages(services.log, follow, principal.actor, watch, state)
    await anext(messages)  # takes its place before another can ask for it
    return Streamed(
        messages,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", EPOCH: follow.epoch},
    )


async def _read_follow(request: AnyRequest, services: Services) -> Follow:
    given = dict(query_pairs(request))
    names = frozenset(given["name"].split(",")) if "name" in given else frozenset()
    faults = [_unknown_name(name) for name in sorted(names - set(known_names()))]
    last = request.headers.get("last-event-id")
    after = last if last is not None else given.get("after", "0")
    if not re.fullmatch(_PLACE, after) and (last is not None or after != "latest"):
        if last is not None:
            raise wrong_header("Last-Event-ID", last, "a position such as 42, or 42@5f0c1b7a9d3e")
        expected = "a position such as 42, or 42@5f0c1b7a9d3e, or latest"
        wrong = wrong_value(
            "after", after, "a position or latest", got=after[:100], expected=expected
        )
        faults += wrong.faults
    if not re.fullmatch("[0-9]{1,18}|latest", until := given.get("until", "latest")):
        expected = "a position such as 42, or latest"
        faults += wrong_value("until", until, expected, got=until[:100], expected=expected).faults
    if (event := given.get("event", _PLAIN)) != _PLAIN:
        faults += wrong_value("event", event, _PLAIN).faults
    if faults:
        raise Malformed(faults[0].detail, code="invalid_query", faults=faults)
    place, epoch = await _place(services.log, after, "after" if last is None else "Last-Event-ID")
    end = await services.log.head_async() if until == "latest" else int(until)
    return Follow(
        place, epoch, names, is_plain="event" in given, until=end if "until" in given else None
    )


async def _place(log: EventLog, after: str, parameter: str) -> tuple[int, str]:
    """From where they go on, and in which epoch, if that is in the log as it is now.

    Raises:
        EpochChanged: it is of an earlier epoch.
        PositionAhead: the log has not come there.
    """
    epoch, head = await log.epoch_async(), await log.head_async()
    if after == "latest":
        return head, epoch
    position, _, was = after.partition("@")
    if was not in ("", epoch):
        raise EpochChanged(was, epoch)
    check_not_ahead(int(position), head, parameter)
    return int(position), epoch


async def _check_contents(log: EventLog, follow: Follow) -> None:
    """Go on only if the next events that are wanted say something; `EventsArchived` if they lie in an archive."""
    page = await log.page_async(follow.after, PAGE_EVENTS)
    for event in page.events:
        if follow.wants(event):
            _ = event.content


def _unknown_name(name: str) -> Fault:
    return Fault(
        detail=f"there is no event {name[:100]!r}",
        code="unknown_event",
        parameter="name",
        got=name[:100],
        expected=known_names(),
        nearest=nearest(name, known_names()),
    )


async def _messages(
    log: EventLog,
    follow: Follow,
    actor: str,
    watch: Watch,
    state: State,
) -> AsyncGenerator[bytes, None]:
    pages = log.follow(follow.after, poll_s=HEARTBEAT_S, limit=PAGE_EVENTS)
    with state.followers.place(actor):
        yield b""
        # The first bytes go out at once, so that the caller knows that it is connected.
        yield b": connected\nretry: %d\n\n" % RETRY_MS
        if follow.is_over(follow.after):
            return
        async with aclosing(until(state.leaving, pages, watch.within_s)) as coming:
            async for page in coming:
                # None while the log does not answer; another one once it comes back as it was earlier.
                if page.epoch not in (None, follow.epoch) or not await watch.allows(page):
                    return
                try:
                    message = _message(page, follow)
                except EventsArchived:  # whoever comes back hears why
                    return
                yield message
                if follow.is_over(page.until):
                    return
        if state.leaving.is_set():
            yield _COME_BACK


def _message(page: LogPage, follow: Follow) -> bytes:
    """One page as SSE text. Where the last events were not wanted, an `id` alone moves the follower past them."""
    epoch = follow.epoch.encode()
    wanted = [event for event in page.events if follow.wants(event)]
    parts = [
        b"id: %d@%s\n%sdata: %s\n\n"
        % (
            event.position,
            epoch,
            b"" if follow.is_plain else b"event: %s\n" % event.name.encode(),
            encode_json(EventView.of(event)),
        )
        for event in wanted
    ]
    if not wanted:
        parts.append(b": alive\n\n")
    end = page.until if follow.until is None else min(page.until, follow.until)
    if not wanted or wanted[-1].position < end:
        parts.append(b"id: %d@%s\n\n" % (end, epoch))
    return b"".join(parts)


ROUTES = [*list_route(RESOURCE), *record_route(RESOURCE), stream_events]
