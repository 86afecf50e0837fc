"""How a request is sent and what comes back: answers with what their headers say, and refusals as exceptions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import quote

import httpx2

from .types import Problem

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What a request was answered: `data` is its body."""

    data: T
    headers: httpx2.Headers
    status: int

    @property
    def etag(self) -> str:
        """The version of the record, for `if_match`."""
        return self.headers["ETag"]

    @property
    def position(self) -> int:
        """The position in the log up to which a command wrote, for `min_position`."""
        return int(self.headers["Daybook-Position"])


class Refused(Exception):
    """A request that was not carried out; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem['status']} {problem['code']}: {problem['detail']}")
        self.problem = problem


def checked(answer: httpx2.Response) -> httpx2.Response:
    """An answer that is a success.

    Raises:
        Refused: it says what is wrong.
        httpx2.HTTPStatusError: somebody between the client and Daybook answered.
    """
    if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        answer.read()
        raise Refused(answer.json())
    return answer.raise_for_status()


class Sender:
    """Sends requests; a query that has to wait for its `min_position` is asked again for up to `patience_s` seconds."""

    repeated: ClassVar[frozenset[str]]
    """The lists in queries that are sent as a pair for each; all others are joined by commas."""

    def __init__(self, http: httpx2.Client, patience_s: float = 30.0) -> None:
        self.http = http
        self.patience_s = patience_s

    def send(
        self,
        verb: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, int | str | None] | None = None,
        body: Any = None,
        form: Mapping[str, Any] | None = None,
    ) -> Answer[Any]:
        """What this request is answered.

        Raises:
            Refused: it was not carried out.
        """
        request = self.http.build_request(
            verb,
            path,
            params=list(self._pairs(query or {})),
            headers={
                name: str(value) for name, value in (headers or {}).items() if value is not None
            },
            json=body,
            files=[_part(name, value) for name, value in (form or {}).items()] or None,
        )
        until = monotonic() + self.patience_s
        while (answer := self.http.send(request)).status_code == 503 and verb == "GET":
            if monotonic() >= until:
                break
            sleep(float(answer.headers.get("Retry-After", 1)))
        checked(answer)
        return Answer(_content(answer), answer.headers, answer.status_code)

    def _pairs(self, query: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The pairs of a query string; `amount={"gte": "5"}` is `amount[gte]=5`."""
        for word, value in query.items():
            name = word.rstrip("_")
            if isinstance(value, Mapping):
                yield from ((f"{name}[{operator}]", _text(one)) for operator, one in value.items())
            elif name in self.repeated:
                yield from ((name, _text(one)) for one in value)
            else:
                yield name, _text(value)


def place(name: int | str) -> str:
    """A part of a path."""
    return quote(str(name), safe="")


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(_listed, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> str:
    """One of several, in quotes where it holds commas of its own."""
    text = _text(value)
    return '"' + text.replace('"', '""') + '"' if {",", '"'} & {*text} else text


def _part(name: str, value: Any) -> tuple[str, tuple[str | None, bytes | str]]:
    """A part of a form; what is bytes is a file."""
    return (name, (name, value)) if isinstance(value, bytes) else (name, (None, _text(value)))


def _content(answer: httpx2.Response) -> Any:
    form = answer.headers.get("Content-Type", "")
    if form.startswith("application/json"):
        return answer.json()
    return answer.text if form.startswith("text/") else answer.content or None
