"""Imports whose process or server is killed in the middle: nothing is half imported, and nothing is imported twice."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

import pytest

from application.imports.requests import ImportOutcome
from application.imports.staging import PROGRESS_ROWS
from application.imports.use_cases import Imports
from application.shared.ports import EventLog
from domain.imports import ImportCompleted
from domain.shared.errors import Unavailable
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.expenses.samples import write_sample
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause, eventually
from tests.importing import asked, imports_on

ROWS = 20_000
EVENTS = ROWS + 2
LINES = ROWS // PROGRESS_ROWS


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("samples") / "expenses.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        write_sample(file, ROWS)
    return path


class Importing:
    """An importing process, stopped at its next line of progress each time it was let go on."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.importing", *arguments]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._process.__exit__(None, None, None)

    def wait_for_lines(self, count: int) -> None:
        """Let it go on until it has written so many lines; it stands still then."""
        for number in range(count):
            if number:
                self._stdin.write("\n")
                self._stdin.flush()
            assert self._stdout.readline()

    def let_go(self) -> None:
        """Let it run to its end."""
        self._stdin.close()

    def last_line(self) -> str:
        """What it wrote last before it ended."""
        return [*self._stdout][-1]

    def kill(self) -> None:
        """Kill it at once, and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    @property
    def _stdin(self) -> IO[str]:
        assert self._process.stdin
        return self._process.stdin

    @property
    def _stdout(self) -> IO[str]:
        assert self._process.stdout
        return self._process.stdout


@contextmanager
def opened(database_url: str) -> Iterator[PostgresEventLog]:
    log = PostgresEventLog(database_url)
    yield log
    log.close()


def accept(imports: Imports, sample: Path) -> None:
    with sample.open("rb") as file:
        imports.accept(asked(), file, a_cause())


def import_again(log: PostgresEventLog, database_url: str, sample: Path) -> ImportOutcome:
    with sample.open("rb") as file:
        return imports_on(log, database_url).run(asked(file_name="again.csv"), file, a_cause())


def assert_imported_once(log: EventLog) -> None:
    assert log.head() == EVENTS
    (end,) = [it.event() for it in log.page(EVENTS - 1, 10).events]
    assert isinstance(end, ImportCompleted)
    assert (end.rows, end.imported) == (ROWS, ROWS)


@pytest.mark.parametrize("lines", [1, LINES // 2, LINES])
def test_an_import_killed_before_its_commit_leaves_nothing(
    database_url: str, sample: Path, lines: int
) -> None:
    with Importing(database_url, "run", str(sample)) as importing:
        importing.wait_for_lines(lines)
        importing.kill()
    with opened(database_url) as log:
        assert log.head() == 0
        import_again(log, database_url, sample)
        assert_imported_once(log)


def test_an_import_killed_about_its_commit_leaves_nothing_or_all(
    database_url: str, sample: Path
) -> None:
    with Importing(database_url, "run", str(sample)) as importing:
        importing.wait_for_lines(LINES)
        importing.let_go()
        importing.kill()
    with opened(database_url) as log:
        again = import_again(log, database_url, sample)
        assert {again.imported, again.already_known} == {0, ROWS}
        assert log.head() == EVENTS + (2 if again.already_known else 0)


def test_an_accepted_import_whose_process_was_killed_is_adopted(
    database_url: str, sample: Path
) -> None:
    with opened(database_url) as log:
        imports = imports_on(log, database_url)
        accept(imports, sample)
        with Importing(database_url, "pending") as importing:
            importing.wait_for_lines(3)
            assert imports.run_pending() == 0  # the file is that process's, as long as it lives
            importing.kill()
        assert log.head() == 1
        eventually(imports.run_pending)
        assert_imported_once(log)
        assert imports.run_pending() == 0


def test_processes_that_want_the_same_file_import_it_once(database_url: str, sample: Path) -> None:
    with opened(database_url) as log:
        accept(imports_on(log, database_url), sample)
        with Importing(database_url, "pending") as one, Importing(database_url, "pending") as other:
            one.let_go()
            other.let_go()
            assert (one.last_line(), other.last_line()) == ("done\n", "done\n")
        assert_imported_once(log)


def test_a_killed_server_leaves_nothing_and_says_so(
    private_postgres: PostgresServer, sample: Path
) -> None:
    url = private_postgres.url("daybook")

    def kill_once(rows: int, size_bytes: int) -> None:
        if rows == ROWS // 2:
            private_postgres.kill()

    with opened(url) as log:
        imports = imports_on(log, url)
        with sample.open("rb") as file, pytest.raises(Unavailable):
            imports.run(asked(), file, a_cause(), progress=kill_once)
        private_postgres.start()
        import_again(log, url, sample)
        assert_imported_once(log)
