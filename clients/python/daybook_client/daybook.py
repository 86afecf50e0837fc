"""A Daybook at an address: its operations, pages one after the other, and the log as it grows."""

from collections.abc import Callable, Iterable, Iterator
from time import sleep
from typing import Any, ParamSpec, Self, TypeVar, cast

import httpx2

from .operations import Operations
from .sending import Answer, checked
from .types import EventView

Page = TypeVar("Page")
Asked = ParamSpec("Asked")

_SILENCE_S = 60
"""Seconds without a word after which a connection is given up; a stream says something every ten."""


class Daybook(Operations):
    """The operations of the Daybook at `url`, as whoever `auth` lets in; nobody without."""

    def __init__(self, url: str, auth: httpx2.Auth | None = None) -> None:
        super().__init__(httpx2.Client(base_url=url, auth=auth, timeout=_SILENCE_S))

    def __enter__(self) -> Self:
        """The same."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self.http.close()

    def follow(self, after: int | None = None, *, names: Iterable[str] = ()) -> Iterator[EventView]:
        """Every event past this position, or from now on, as it is recorded; without end, and none is missed.

        With `names` only events of these. Connects again when the connection is lost.

        Raises:
            Refused: the stream cannot be had, or not go on (`epoch_changed`: the log was restored).
        """
        last = str(self._head() if after is None else after)
        pause_s, wanted = 0.5, ",".join(names)
        while True:
            query = {"after": last} | ({"name": wanted} if wanted else {})
            try:
                with self.http.stream("GET", "/events/stream", params=query) as answer:
                    for event in httpx2.EventSource(checked(answer)):
                        last = event.id or last
                        pause_s = event.retry / 1000 if event.retry is not None else pause_s
                        if event.data:
                            yield cast(EventView, event.json())
            except httpx2.TransportError:
                pass  # it is asked again behind the last that came
            sleep(pause_s)

    def _head(self) -> int:
        events = self.list_events(sort=["-position"], limit=1, fields=["position"]).data["data"]
        return events[0]["position"] if events else 0


def pages(
    ask: Callable[Asked, Answer[Page]], *args: Asked.args, **query: Asked.kwargs
) -> Iterator[Page]:
    """The pages of a list one after the other, as in `pages(daybook.list_expenses, limit=100)`."""
    cursor: str | None = None
    while True:
        more: dict[str, Any] = {**query, "cursor": cursor} if cursor else query
        page = cast(Any, ask)(*args, **more).data
        yield page
        cursor = page["page"]["next"]
        if cursor is None:
            return
