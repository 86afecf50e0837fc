"""Invented data for a first look, as contexts export them: files of rows, and people to sign in as."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TextIO

import msgspec

from application.shared.import_kinds import ImportKind
from application.shared.ports import EventLog
from application.shared.services import Services
from domain.shared.events import names_read_as
from domain.shared.exports import exported


class SampleFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of one kind; `write` is given the file, open with newline="", the number of rows and a seed."""

    kind: ImportKind[Any]
    write: Callable[[TextIO, int, int], None]

    def is_loaded(self, log: EventLog) -> bool:
        """Whether the book has anything of the kind (blocking)."""
        return bool(log.page(0, 1, names=names_read_as(self.kind.event)).events)


class SignIn(msgspec.Struct, frozen=True):
    """Whom one can sign in as."""

    email: str
    what: str


class SamplePeople(msgspec.Struct, frozen=True, kw_only=True):
    """People who all have one published password. `is_loaded` says whether all are there (blocking)."""

    password: str
    sign_ins: Sequence[SignIn]
    is_loaded: Callable[[EventLog], bool]
    load: Callable[[Services], Awaitable[None]]


def sample_files() -> tuple[SampleFile, ...]:
    """The sample files of every context."""
    return tuple(exported("infrastructure", "SAMPLE_FILE", part="samples"))


def sample_people() -> tuple[SamplePeople, ...]:
    """The people there are for a first look."""
    return tuple(exported("infrastructure", "SAMPLE_PEOPLE", part="demo"))


def are_loaded(log: EventLog, *, people: bool) -> bool:
    """Whether the samples are in the book, with or without people (blocking)."""
    files = all(sample.is_loaded(log) for sample in sample_files())
    return files and (not people or all(sample.is_loaded(log) for sample in sample_people()))
