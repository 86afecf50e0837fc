"""What the database function `daybook.append` is told, and what it answers.

The function's contract is written beside it, in `infrastructure/migrations/versions/0009_names.sql`.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from application.shared.ports import Append, Appended, Cause, Idempotency
from domain.shared.errors import Conflict, KeyReused, Unavailable
from domain.shared.events import CODE, encode, known_since, name_of

APPEND = "SELECT * FROM daybook.append(%s::jsonb)"


class TrackingConflict(Exception):
    """The tracked notification is not past the one that was tracked last."""


class Expectation(NamedTuple):
    """What must hold of one stream: it is at `version`, or (None) it has no event from `first_new` on.

    A stream without `first_new` is only read.
    """

    stream_id: UUID
    version: int | None
    first_new: int | None


class EncodedEvent(NamedTuple):
    """One event as the log stores it."""

    stream_id: UUID
    version: int
    name: str
    payload: bytes


class Command(msgspec.Struct, frozen=True):
    """One command of a batch, encoded: the form in which every append reaches the database."""

    cause: Cause
    expectations: Sequence[Expectation]
    events: Sequence[EncodedEvent]
    idempotency: Idempotency | None = None
    outcome: bytes = b""
    tracking: tuple[str, int] | None = None

    def claims(self) -> set[object]:
        """What no later command of the same batch may touch: streams written, idempotency key, tracking name."""
        taken: set[object] = {
            one.stream_id for one in self.expectations if one.first_new is not None
        }
        if self.idempotency is not None:
            taken.add((self.idempotency.scope, self.idempotency.key))
        if self.tracking is not None:
            taken.add(self.tracking[0])
        return taken

    def reads(self) -> set[object]:
        """The streams that are only read: any number of commands may share them."""
        return {one.stream_id for one in self.expectations if one.first_new is None}

    def header(self) -> tuple[Any, ...]:
        """The command's entry in `commands` of the batch."""
        key: tuple[str | None, ...] = (None, None, None, None)
        if self.idempotency is not None:
            given = self.idempotency
            key = (given.scope, given.key, given.request_hash.hex(), self.outcome.hex())
        cause = self.cause
        tracking = self.tracking or (None, None)
        return (cause.actor, cause.correlation_id, cause.causation_id, *key, *tracking)


def command_of(append: Append) -> Command:
    """Encode the events of an append."""
    expectations = [
        Expectation(
            stream.stream_id,
            stream.expected_version,
            stream.expected_version + 1 if stream.events else None,
        )
        for stream in append.streams
    ] + [Expectation(read.stream_id, read.version, None) for read in append.reads]
    events = [
        EncodedEvent(stream.stream_id, version, name_of(type(fact)), encode(fact))
        for stream in append.streams
        for version, fact in enumerate(stream.events, stream.expected_version + 1)
    ]
    return Command(append.cause, expectations, events, append.idempotency, append.outcome)


def batch_of(commands: Sequence[Command], names: Collection[str] = ()) -> str:
    """The JSON argument of `daybook.append` for these commands; `names` are of events appended in another way."""
    written = {event.name for command in commands for event in command.events}
    batch = {
        "code": CODE,
        "since": known_since(written.union(names)),
        "commands": [command.header() for command in commands],
        "streams": [
            (number, *expectation)
            for number, command in enumerate(commands, 1)
            for expectation in command.expectations
        ],
        "events": [
            (number, stream_id, version, name, payload.hex())
            for number, command in enumerate(commands, 1)
            for stream_id, version, name, payload in command.events
        ],
    }
    return msgspec.json.encode(batch).decode()


def outcome_of(row: Sequence[Any]) -> Appended | Exception:
    """What became of one command: the answer, or the error that its caller shall see."""
    status, first, last, outcome, stream_id, actual = row
    match status:
        case "appended" | "repeated" | "replayed":
            return Appended(
                first_position=first,
                last_position=last,
                outcome=outcome or b"",
                replayed=status == "replayed",
            )
        case "outdated":
            return outdated(actual)
        case "key_reused":
            return KeyReused(
                "this idempotency key was used before with another request; use a new key for a new request"
            )
        case "tracking_conflict":
            return TrackingConflict("a notification at or past this one is tracked already")
        case _:
            return Conflict(
                f"stream {stream_id} is at version {actual or 0}, which is not the version expected",
                stream_id=stream_id,
                actual=actual or 0,
            )


def outdated(fence: int) -> Unavailable:
    """Why this code may not append any more: another is needed, or the request goes to a process that runs it."""
    return Unavailable(
        f"newer code has taken over: the log asks for version {fence}, and this process runs {CODE}",
        code="code_outdated",
        fence=fence,
    )
