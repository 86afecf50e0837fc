"""A kind of import is its declaration: files of one that only the tests have go the whole way."""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from litestar.testing import TestClient

from application.imports.requests import ImportRequest
from application.imports.use_cases import Imports
from application.shared.services import Services
from domain.imports import ImportMode
from domain.shared.errors import Invalid
from infrastructure.bootstrap import build
from infrastructure.shared.settings import Settings
from interfaces.cli.imports import import_command
from interfaces.http.app import create_app
from tests.facts import a_cause, eventually
from tests.importing import services_with
from tests.meters import METERS, MeterRead

HEADER = "meter,cost,read_on\n"
GOOD = "W1,€12.50,10/2/2025\nW2,€1.20,\n"
BAD = 'W1,much,13/13/2025\nW2,€500,10/2/2025\nW1,"€1,200.00",2025-10-02\n'


@pytest.fixture
def services(database_url: str, redis_url: str) -> Iterator[Services]:
    """The services of production, with one kind of import more."""
    with services_with(METERS, database_url, redis_url) as services:
        yield services


def asked(**more: Any) -> ImportRequest:
    return ImportRequest(kind=METERS, source="cellar", file_name="meters.csv", **more)


def readings(services: Services) -> list[MeterRead]:
    facts = [record.event() for record in services.log.page(0, 1_000).events]
    return [fact for fact in facts if isinstance(fact, MeterRead)]


def test_its_rows_are_recorded_once(services: Services) -> None:
    file = (HEADER + GOOD).encode()
    first = services.of(Imports).run(asked(), BytesIO(file), a_cause())
    again = services.of(Imports).run(asked(), BytesIO(file), a_cause())
    assert (first.imported, again.imported, again.already_known) == (2, 0, 2)
    assert [
        (it.meter, str(it.cost), it.read_on and it.read_on.day) for it in readings(services)
    ] == [
        ("W1", "12.50", 2),
        ("W2", "1.20", None),
    ]


def test_a_column_that_is_not_required_may_be_missing(services: Services) -> None:
    services.of(Imports).run(asked(), BytesIO("cost;meter\n€1;W1\n".encode()), a_cause())
    assert [(it.meter, it.read_on) for it in readings(services)] == [("W1", None)]


def test_what_is_wrong_with_a_row_is_told_by_column_by_row_and_by_key(services: Services) -> None:
    request = asked(mode=ImportMode.VALID_ONLY)
    outcome = services.of(Imports).run(request, BytesIO((HEADER + GOOD + BAD).encode()), a_cause())
    assert [(it.row, it.column, it.code) for it in outcome.faults] == [
        (4, "cost", "unreadable_amount"),
        (4, "read_on", "no_such_date"),
        (5, None, "flood"),
        (6, None, "repeated"),
    ]
    assert (outcome.imported, outcome.bad_rows) == (2, 3)


def test_only_its_own_options_are_checked_and_kept(services: Services) -> None:
    with pytest.raises(Invalid) as refusal:
        services.of(Imports).check(asked(options={"locale": "xx"}))
    assert [fault.pointer for fault in refusal.value.faults] == ["/locale"]


def test_it_has_a_route(services: Services) -> None:
    with TestClient(create_app(services), base_url="http://127.0.0.1") as client:
        document = client.get("/openapi.json").json()
        operation = document["paths"]["/imports/meters"]["post"]
        assert (operation["operationId"], operation["summary"]) == (
            "importMeters",
            "Import a file of meters",
        )
        fields = document["components"]["schemas"]["ReadingFile"]["properties"]
        known = ["file", "source", "mode", "max_reject_ratio", "locale", "currency", "date_format"]
        assert list(fields)[:7] == known
        assert "meter, cost, read_on" in fields["file"]["description"]
        now = upload(client)
        assert (now.status_code, now.json()["imported"]) == (201, 2)
        services.read_models.rebuild("imports")
        assert client.get(now.headers["location"]).json()["kind"] == "meters"
        later = upload(
            client, locale="de_DE", text='meter,cost\nW3,"1.200,00 €"\n', prefer="respond-async"
        )
        assert later.status_code == 202
        eventually(lambda: len(readings(services)) == 3)
        assert readings(services)[-1].cost == 1200
        wrong = upload(client, bank=str(uuid4()))
        assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "unknown_field")


def upload(
    client: TestClient[Any], text: str = HEADER + GOOD, prefer: str = "", **fields: str
) -> Any:
    return client.post(
        "/imports/meters",
        files={"file": ("meters.csv", text.encode())},
        data={"source": "cellar", **fields},
        headers={"Prefer": prefer},
    )


def test_it_has_a_command(
    services: Services, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "meters.csv"
    file.write_text("meter,cost,read_on\nW1,€12.50,2.10.2025\n")
    command, runner = import_command(METERS), CliRunner()
    shown = runner.invoke(command, ["--help"]).output
    assert "The header names the columns meter, cost and read_on." in " ".join(shown.split())
    env = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    done = runner.invoke(command, [str(file), "--date-format", "D.M.YYYY"], env=env)
    assert done.output.startswith("1 of 1 rows recorded"), done.output
    (reading,) = readings(services)
    assert (reading.source, reading.read_on and reading.read_on.month) == ("meters", 10)


def test_an_accepted_file_of_a_kind_that_is_not_known_waits(
    services: Services, database_url: str
) -> None:
    """As one that a newer version accepted does: for a process that knows its kind."""
    services.of(Imports).accept(asked(), BytesIO((HEADER + GOOD).encode()), a_cause())
    older = build(Settings(home=Path(), database_url=database_url))
    with closing(older), pytest.raises(LookupError, match="meters"):
        older.of(Imports).run_pending()
    assert services.of(Imports).run_pending() == 1
    assert len(readings(services)) == 2
