"""The pipeline on a real log, with days of files in a folder or on a web server that fails as real ones do."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from application.etl.nightly import NightlyRuns
from application.etl.pipeline import DayOrder, Pipeline, PipelineSetting, Worker
from application.imports.requests import ImportOutcome
from application.transactions.import_kind import KIND
from domain.etl import Nightly
from domain.imports import ImportRejected, ImportStepEnded
from domain.shared.errors import DaybookError
from domain.shared.events import Event
from infrastructure.etl.turns import PostgresTurns
from infrastructure.etl.workshop import FolderWorkshop
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.shared.catalog import PROJECTIONS
from tests.importing import imports_on

HEADER = "transaction_id,user_id,amount,transaction_date\n"
DAY = dt.date(2026, 3, 2)


SILENCE_S = 1.0

UNCLEAR = [
    "http://[::1/x?sig=secret",
    "//user:secret@host/x",
    "user:secret@host:/x",
    "http:/bob:secret@h/x",
    "http:bob:secret@h/x",
    r"http://h\@secret/x",
    "filecache::http://[::1?secret",
    "x://a b?secret",
    "https://a b?secret",
    " https://bob:secret@h/x",
    "/https://bob:secret@h/x",
    "https://bob:secret/x",
    "https://bob:12#secret@h/x",
    "bob@h/x?secret",
    "file://bob:secret@h/x",
    "https://h/x::1?secret",
    "https://h/x::/bob:secret@h",
]
"""Addresses that somebody mistyped, each with a secret where another part would be."""


class SetClock:
    """A clock that shows what it is set to."""

    def __init__(self) -> None:
        self.at = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(12), dt.UTC)

    def now(self) -> dt.datetime:
        return self.at


class Line:
    """A pipeline on the log of a database; its work files are in `folder`, its days where `source` says."""

    def __init__(self, database_url: str, folder: Path, source: str | None, **setting: Any) -> None:
        self.url = database_url
        self.log = PostgresEventLog(database_url)
        self.clock = SetClock()
        self.said: list[str] = []
        self.worker = Worker("local:operator", lambda line: self.said.append(line.message))
        bytes_max = setting.pop("bytes_max", 100_000_000)
        values = {
            "kind": KIND,
            "nightly": Nightly(at=dt.time(0, 30), zone="UTC", reach_days=3),
            "source": source,
            "max_reject_ratio": None,
            "code_version": "1",
        }
        self.work = folder
        self.imports = imports_on(self.log, database_url, self.clock)
        self.pipeline = Pipeline(
            self.log,
            self.imports,
            FolderWorkshop(folder, bytes_max, SILENCE_S),
            self.clock,
            uuid4,
            PipelineSetting(**{**values, **setting}),
        )
        turns = PostgresTurns(database_url)
        self.nightly = NightlyRuns(self.pipeline, self.log, turns, self.clock)

    def load(self, day: dt.date = DAY, **order: Any) -> ImportOutcome:
        """Load a day from beginning to end."""
        return self.pipeline.run(DayOrder(day=day, **order), self.worker)

    def failed(self, day: dt.date = DAY, **order: Any) -> DaybookError:
        """The error that loading a day ends with, once it is on record as the end of its run."""
        with pytest.raises(DaybookError) as failure:
            self.load(day, **order)
        *_, step, end = self.facts(self.runs()[-1])
        assert isinstance(step, ImportStepEnded)
        assert isinstance(end, ImportRejected)
        assert (end.code, end.detail) == (failure.value.code, failure.value.detail)
        assert step.lines[-1].level == "error"
        assert [line.message for line in step.lines] == self.said[-len(step.lines) :]
        return failure.value

    def runs(self) -> list[UUID]:
        """The runs there are, the earliest first."""
        return [it.stream_id for it in self.recorded() if it.name == "import.scheduled.v1"]

    def recorded(self) -> list[Any]:
        """The whole log."""
        return list(self.log.page(0, 10_000).events)

    def facts(self, run: UUID) -> list[Event]:
        """What is on record of a run."""
        return [it.event() for it in self.log.stream_blocking(run)]

    def table(self) -> list[tuple[Any, ...]]:
        """The table of transactions, replayed, by their numbers."""
        PostgresReadModels(self.url, self.log, PROJECTIONS).rebuild("transactions")
        with psycopg.connect(self.url) as connection:
            return connection.execute(
                "SELECT transaction_id, user_id, amount, transaction_date FROM read.transactions ORDER BY 1"
            ).fetchall()


def file_of(*amounts: str, day: dt.date = DAY) -> str:
    """A file of transactions of a day with these amounts."""
    rows = (f"{day}-{place},7,{amount},{day}\n" for place, amount in enumerate(amounts, 1))
    return HEADER + "".join(rows)


def put(folder: Path, text: str, day: dt.date = DAY) -> Path:
    """The file of a day in a folder."""
    folder.mkdir(exist_ok=True)
    file = folder / f"transactions-{day}.csv"
    file.write_text(text, encoding="utf-8", newline="")
    return file


def amounts(table: list[tuple[Any, ...]]) -> list[Decimal]:
    """The amounts in a table."""
    return [row[2] for row in table]


class Files:
    """What a web server has: texts by path, how many bytes it keeps back or does not announce, or an error status."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.status: dict[str, int] = {}
        self.cut: dict[str, int] = {}
        self.unannounced: set[str] = set()
        self.url = ""


@contextmanager
def web_server() -> Iterator[Files]:
    """A web server on this machine; a cut is mended by the request that met it, as a real one is by the next."""
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            path = self.path.partition("?")[0]
            text = files.texts.get(path)
            status = files.status.get(path, 200 if text is not None else 404)
            body = (text or "").encode()
            self.send_response(status)
            if path not in files.unannounced:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body and status == 200:
                self.wfile.write(body[: len(body) - files.cut.pop(path, 0)])

        def log_message(self, *_: object) -> None:
            """Nothing: the tests look at what arrives."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = Thread(target=server.serve_forever)
    serving.start()
    files.url = f"http://reader:secret@127.0.0.1:{server.server_port}"
    try:
        yield files
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
