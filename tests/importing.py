"""Imports in a process that can be killed: `python -m tests.importing URL run|pending [FILE]`.

It writes a line per progress, and goes on when it is sent one, or for good when its input is closed.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from application.expenses.import_kind import KIND as EXPENSE_FILES
from application.identity.authentication import SingleUser
from application.imports.ports import BadRow, Readable
from application.imports.rejects import Rejects
from application.imports.requests import ImportRequest
from application.imports.use_cases import Imports
from application.shared.import_kinds import ImportKind, import_kinds
from application.shared.ports import Clock, Record
from application.shared.services import Services
from application.usage_types import FIRST_TYPES
from domain.imports import ImportMode, RowFault
from domain.shared.events import Event, name_of
from domain.usage_types import DECIDER, UsageTypeDefined, usage_type_uid
from infrastructure.bootstrap import build
from infrastructure.imports.reader import CsvReader
from infrastructure.imports.uploads import PostgresUploads
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.settings import Settings
from infrastructure.shared.units import PintUnits
from tests.facts import a_cause


class SystemClock:
    """The present."""

    def now(self) -> datetime:
        return datetime.now(UTC)


CLOCK = SystemClock()


def imports_on(log: Any, database_url: str, clock: Clock = CLOCK) -> Imports:
    """The use cases as production composes them."""
    uploads = PostgresUploads(database_url)
    return Imports(log, CsvReader(), uploads, clock, uuid4, import_kinds())


@contextmanager
def services_with(kind: ImportKind[Any], database_url: str, redis_url: str) -> Iterator[Services]:
    """The services of production, with one kind of import more, for anybody on this machine."""
    built = build(Settings(home=Path(), database_url=database_url, redis_url=redis_url))
    kinds = [it for it in import_kinds() if not (it.scheduled and kind.scheduled)]
    uploads, reader, kinds = PostgresUploads(database_url), CsvReader(), [*kinds, kind]
    imports = Imports(built.log, reader, uploads, built.clock, uuid4, kinds)
    rejects = Rejects(built.commands, reader, kinds)
    with closing(built):
        use_cases = {**built.use_cases, Imports: imports, Rejects: rejects}
        yield replace(built, use_cases=use_cases, authentication=SingleUser())


def asked(source: str = "erp", mode: str = "all_or_nothing", **more: Any) -> ImportRequest:
    """What is asked of a file of expenses."""
    values = {"kind": EXPENSE_FILES, "file_name": "a.csv", "mode": ImportMode(mode), **more}
    return ImportRequest(source=source, **values)


Read = tuple[int, Event | tuple[RowFault, ...]]
"""The number of a row, and the fact that it is or what is wrong with it."""


def expenses_in(file: Readable, source: str = "erp", **options: str) -> Iterator[Read]:
    """The rows of a file of expenses, read but not imported."""
    request = asked(source, options=options)
    make = EXPENSE_FILES.facts(source, {})
    for number, row, _ in CsvReader().rows(file, EXPENSE_FILES.columns, request.declared, make):
        yield number, row.faults if isinstance(row, BadRow) else row


def main(database_url: str, what: str, *files: str) -> None:
    """Run one import, or those that wait, and say how far it is."""
    log = PostgresEventLog(database_url)
    imports = imports_on(log, database_url)
    if what == "pending":
        imports.run_pending(_tell)
    for name in files:
        with Path(name).open("rb") as file:
            imports.run(asked(file_name=name), file, a_cause(), progress=_tell)
    log.close()
    sys.stdout.write("done\n")


def _tell(rows: int, size_bytes: int) -> None:
    sys.stdout.write(f"{rows} {size_bytes}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])


class FirstGrounds:
    """A log that holds the usage types of the beginning, and nothing else."""

    units = PintUnits()

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)

    def stream(self, uid: UUID) -> Sequence[Record[Any]]:
        """The facts of one type."""
        found = [each for each in FIRST_TYPES if usage_type_uid(each.id) == uid]
        facts = [it for each in found for it in DECIDER.decide(DECIDER.initial, each, self.now())]
        return [
            Record(place, uid, place, name_of(type(fact)), "test", uid, uid, self.now(), fact)
            for place, fact in enumerate(facts, 1)
        ]

    def streams_begun_by(self, kind: type[Event]) -> Sequence[Sequence[Record[Any]]]:
        """Those of every type."""
        types = FIRST_TYPES if kind is UsageTypeDefined else ()
        return [self.stream(usage_type_uid(each.id)) for each in types]


GROUNDS = FirstGrounds()
