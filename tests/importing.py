"""Imports in a process that can be killed: `python -m tests.importing URL run|pending [FILE]`.

It writes a line per progress, and goes on when it is sent one, or for good when its input is closed.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from application.imports.requests import ImportRequest
from application.imports.use_cases import ExpenseImports
from infrastructure.expenses.reader import CsvExpenseReader
from infrastructure.imports.uploads import PostgresUploads
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause


class SystemClock:
    """The present."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def expense_imports(log: PostgresEventLog, database_url: str) -> ExpenseImports:
    """The use cases as production composes them."""
    uploads = PostgresUploads(database_url)
    return ExpenseImports(log, CsvExpenseReader(), uploads, SystemClock(), uuid4)


def main(database_url: str, what: str, *files: str) -> None:
    """Run one import, or those that wait, and say how far it is."""
    log = PostgresEventLog(database_url)
    imports = expense_imports(log, database_url)
    if what == "pending":
        imports.run_pending(_tell)
    for name in files:
        with Path(name).open("rb") as file:
            request = ImportRequest(source="erp", file_name=name)
            imports.run(request, file, a_cause(), progress=_tell)
    log.close()
    sys.stdout.write("done\n")


def _tell(rows: int, size_bytes: int) -> None:
    sys.stdout.write(f"{rows} {size_bytes}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
