"""Invented data for a first look, as contexts export them: files of rows, and people to sign in as."""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TextIO
from uuid import UUID

import msgspec

from application.shared.import_kinds import ImportKind
from application.shared.ports import EventLog, RecordedEvent
from application.shared.services import Services
from domain.shared.events import names_read_as
from domain.shared.exports import exported

SAMPLE_SOURCE = "sample"
"""The source of what is loaded for a first look."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Files of one kind."""

    kind: ImportKind[Any]

    def is_loaded(self, log: EventLog) -> bool:
        """Whether the book has anything of the kind (blocking)."""
        return bool(self._first(log))

    def was_begun(self, log: EventLog) -> bool:
        """Whether what the book has of the kind began with the sample (blocking)."""
        return any(
            getattr(one.event(), "source", None) == SAMPLE_SOURCE for one in self._first(log)
        )

    def _first(self, log: EventLog) -> Sequence[RecordedEvent]:
        return log.page(0, 1, names=names_read_as(self.kind.event)).events


class SampleFile(Sample, frozen=True, kw_only=True):
    """One file; `write` is given the file, open with newline="", the number of rows and a seed."""

    write: Callable[[TextIO, int, int], None]


class SampleDay(msgspec.Struct, frozen=True):
    """The file of one day: its path in a folder of such files, the day, and what is in it."""

    path: str
    day: dt.date
    text: str


class SampleDays(Sample, frozen=True, kw_only=True):
    """Files of a day each; `write` is told how many days, about how many rows each, a seed and the first day.

    The files stand in the order in which they would be delivered; those of `days`, `rows` and `first` are loaded, and
    the last of them begins the stream `last_uid`.
    """

    write: Callable[[int, int, int, dt.date], Iterable[SampleDay]]
    days: int
    rows: int
    first: dt.date
    last_uid: UUID

    def is_loaded(self, log: EventLog) -> bool:
        """Whether the book has all of the sample, or something of the kind that is no sample (blocking)."""
        if self.was_begun(log):
            return bool(log.stream_blocking(self.last_uid))
        return bool(self._first(log))


class SignIn(msgspec.Struct, frozen=True):
    """Whom one can sign in as."""

    email: str
    what: str


class SamplePeople(msgspec.Struct, frozen=True, kw_only=True):
    """People who all have one password, published unless another is set.

    `is_loaded` says whether all are there, `came_first` whether nobody else was in the book before them (blocking);
    `load` is given the password.
    """

    password: str
    sign_ins: Sequence[SignIn]
    is_loaded: Callable[[EventLog], bool]
    came_first: Callable[[EventLog], bool]
    load: Callable[[Services, str], Awaitable[None]]


class FirstLook(msgspec.Struct, frozen=True):
    """Whom strangers on this machine may sign in as: the people whose published password lets them in, if any."""

    people: SamplePeople | None = None


def sample_files() -> tuple[SampleFile, ...]:
    """The sample files of every context."""
    return tuple(exported("infrastructure", "SAMPLE_FILE", part="samples"))


def sample_days() -> tuple[SampleDays, ...]:
    """The sample files, a day each, of every context."""
    return tuple(exported("infrastructure", "SAMPLE_DAYS", part="samples"))


def samples() -> tuple[Sample, ...]:
    """All samples that are files."""
    return (*sample_files(), *sample_days())


def sample_people() -> tuple[SamplePeople, ...]:
    """The people there are for a first look."""
    return tuple(exported("infrastructure", "SAMPLE_PEOPLE", part="demo"))


def are_loaded(log: EventLog, *, people: bool) -> bool:
    """Whether the samples are in the book, with or without people (blocking)."""
    files = all(sample.is_loaded(log) for sample in samples())
    return files and (not people or all(sample.is_loaded(log) for sample in sample_people()))


def is_of_others(log: EventLog) -> bool:
    """Whether the book is in earnest: it has people of its own, and had them before any sample (blocking)."""
    begun = any(sample.was_begun(log) for sample in samples())
    return not begun and not all(sample.came_first(log) for sample in sample_people())
