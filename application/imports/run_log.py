"""What a run has to say, line by line, read off its facts."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from application.shared.streams import Fact, Facts
from domain.imports import (
    ImportBuiltOn,
    ImportCompleted,
    ImportRejected,
    ImportReverted,
    ImportScheduled,
    ImportStarted,
    ImportStepEnded,
)


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log of a run; `step` is null where the run itself speaks."""

    at: datetime
    step: str | None
    level: str
    message: str

    def __str__(self) -> str:
        """The line as a text."""
        return f"{self.at.isoformat()} {self.level:<7} {self.step or 'run'}: {self.message}"


def run_lines(facts: Facts) -> list[RunLine]:
    """The lines of a run with these facts, in the order in which they were noted."""
    return [line for fact in facts for line in _lines(fact)]


def _lines(fact: Fact) -> Iterator[RunLine]:
    match event := fact.event:
        case ImportScheduled():
            said = f"scheduled by {event.trigger} with {event.code_version}: {event.location}"
            if event.interval_start and event.interval_end:
                said += (
                    f", for {event.interval_start.isoformat()} to {event.interval_end.isoformat()}"
                )
            yield _line(event.at, said)
        case ImportStarted():
            said = f"{event.file_name} taken in: {event.size_bytes} bytes, SHA-256 {event.sha256}"
            yield _line(event.started_at, said)
        case ImportStepEnded():
            for line in event.lines:
                yield _line(line.at, line.message, line.level, event.step)
            took = round((event.finished_at - event.started_at).total_seconds() * 1000)
            yield _line(event.finished_at, f"done: {event.rows} rows, {took} ms", step=event.step)
        case ImportCompleted():
            yield _line(event.finished_at, "completed")
        case ImportRejected():
            yield _line(event.finished_at, f"rejected, {event.code}: {event.detail}", "error")
        case ImportReverted():
            yield _line(fact.recorded_at, f"reverted by {fact.actor}: {event.reason}")
        case ImportBuiltOn():
            said = f"cannot be reverted any more: one of its rows was {event.what} ({event.by})"
            yield _line(fact.recorded_at, said)
        case _:
            yield _line(fact.recorded_at, fact.name)


def _line(at: datetime, message: str, level: str = "info", step: str | None = None) -> RunLine:
    return RunLine(at=at, step=step, level=level, message=" ".join(message.split()))
