"""The runs of a kind that is scheduled, over HTTP: their steps, what they say, and what they put aside."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import pytest
from litestar.testing import TestClient

from application.imports.requests import FileTaken, ImportPlan, ImportRequest
from application.imports.use_cases import Imports
from application.shared.services import Services
from domain.imports import EndStep, ImportMode, LogLine
from interfaces.http.app import create_app
from tests.asking import problem
from tests.facts import a_cause
from tests.importing import services_with
from tests.meters import KEYED_METERS

DAY = dt.datetime(2026, 11, 20, tzinfo=dt.timezone(dt.timedelta(hours=1)))
PLAN = ImportPlan(
    location="file:///days/20.csv",
    trigger="cron",
    code_version="0.9",
    interval_start=DAY,
    interval_end=DAY + dt.timedelta(days=1),
)
FILE = FileTaken(file_name="20.csv", sha256="ab", size_bytes=7)
HEADER = "meter,cost,read_on\n"


@pytest.fixture
def services(database_url: str, redis_url: str) -> Iterator[Services]:
    with services_with(KEYED_METERS, database_url, redis_url) as services:
        yield services


@pytest.fixture
def client(services: Services) -> Iterator[TestClient[Any]]:
    with TestClient(create_app(services), base_url="http://127.0.0.1") as client:
        yield client


def put_aside(client: TestClient[Any], *rows: str) -> str:
    """Hand a file of these rows in; answers the path of its rejects."""
    answer = client.post(
        "/imports/meters",
        files={"file": ("meters.csv", (HEADER + "".join(f"{it}\n" for it in rows)).encode())},
        data={"source": "cellar", "mode": "quarantine"},
    )
    assert answer.status_code == 201, answer.text
    return f"/etl/runs/{answer.json()['import_id']}/rejects"


def projected(services: Services) -> None:
    services.read_models.rebuild("imports")
    services.read_models.rebuild("rejects")


def scheduled(services: Services) -> UUID:
    """A run with its first step done."""
    request = ImportRequest(
        kind=KEYED_METERS, source="cellar", file_name="x", mode=ImportMode.QUARANTINE
    )
    begun = services.of(Imports).schedule(request, PLAN, a_cause()).import_id
    line = LogLine(at=DAY, message="the column note\nis kept", level="warning")
    step = EndStep(
        step="extract",
        started_at=DAY,
        finished_at=DAY + dt.timedelta(seconds=2),
        rows=3,
        lines=(line,),
    )
    services.of(Imports).step(begun, step, a_cause())
    return begun


def test_a_run_shows_its_plan_its_steps_and_its_end(
    services: Services, client: TestClient[Any]
) -> None:
    begun = scheduled(services)
    projected(services)
    run = client.get(f"/etl/runs/{begun}").json()
    assert (run["status"], run["file_name"], run["sha256"]) == ("scheduled", None, None)
    services.of(Imports).load(begun, [], FILE, a_cause())
    projected(services)
    ended = client.get(f"/etl/runs/{begun}").json()
    assert (ended["status"], ended["file_name"], ended["trigger"]) == (
        "completed",
        "20.csv",
        "cron",
    )
    assert (ended["id"], ended["started_at"]) == (run["id"], run["started_at"])
    assert (ended["location"], ended["code_version"]) == ("file:///days/20.csv", "0.9")
    assert ended["interval_start"] == "2026-11-19T23:00:00Z"
    assert [(it["step"], it["rows"]) for it in ended["steps"]] == [("extract", 3), ("load", 0)]
    assert ended["steps"][0]["duration_ms"] == 2_000
    listed = client.get("/etl/runs", params={"trigger": "cron"}).json()["data"]
    assert [it["uid"] for it in listed] == [str(begun)]


def test_a_kind_that_lies_about_its_amounts_stores_nothing(
    database_url: str, redis_url: str
) -> None:
    told = count(1)
    liar = msgspec.structs.replace(KEYED_METERS, measure=lambda _: ("EUR", Decimal(next(told))))
    with (
        services_with(liar, database_url, redis_url) as services,
        TestClient(create_app(services), base_url="http://127.0.0.1") as client,
    ):
        form = {"source": "cellar", "mode": "quarantine"}

        def handed_in(rows: str) -> Any:
            file = {"file": ("m.csv", (HEADER + rows).encode())}
            return client.post("/imports/meters", files=file, data=form)

        assert handed_in("W1,€1,\n").status_code == 201
        # The row that corrects is asked about twice: as it is read, and once it is known what it corrects.
        answer = handed_in("W1,€2,\nW2,much,\n")
        problem(answer, 409, "unbalanced")
        projected(services)
        run = client.get(f"/imports/{answer.json()['import_id']}").json()
        assert (run["status"], run["code"]) == ("rejected", "unbalanced")
        assert client.get("/rejects").json()["data"] == []


def test_a_run_that_fails_before_there_is_a_file(
    services: Services, client: TestClient[Any]
) -> None:
    begun = scheduled(services)
    services.of(Imports).fail(begun, "no_file", "there is none", a_cause())
    projected(services)
    run = client.get(f"/etl/runs/{begun}").json()
    assert (run["status"], run["code"], run["rows"]) == ("rejected", "no_file", 0)


def test_a_run_says_what_it_did(services: Services, client: TestClient[Any]) -> None:
    begun = scheduled(services)
    services.of(Imports).load(begun, [], FILE, a_cause())
    lines = client.get(f"/etl/runs/{begun}/log").json()["data"]
    assert [(it["step"], it["level"], it["message"]) for it in lines][1:3] == [
        ("extract", "warning", "the column note is kept"),
        ("extract", "info", "done: 3 rows, 2000 ms"),
    ]
    assert lines[-1]["message"] == "completed"
    text = client.get(f"/etl/runs/{begun}/log", headers={"Accept": "text/plain"}).text
    assert text.splitlines()[1] == (
        "2026-11-20T00:00:00+01:00 warning extract: the column note is kept"
    )
    assert len(text.splitlines()) == len(lines)


def test_runs_and_rejects_of_other_kinds_are_not_there(
    services: Services, client: TestClient[Any]
) -> None:
    bad = "departments,project_name,amount,date,member_name\nIT,Harbour,much,10/2/2025,Ada\n"
    other = client.post(
        "/imports/expenses",
        files={"file": ("x.csv", bad.encode())},
        data={"source": "s", "mode": "quarantine"},
    ).json()
    path = put_aside(client, "W1,much,")
    projected(services)
    every = client.get("/rejects").json()["data"]
    assert sorted(it["kind"] for it in every) == ["expenses", "meters"]
    (own,) = client.get("/etl/rejects").json()["data"]
    assert client.get(path).json()["data"] == [own]
    (foreign,) = [it for it in every if it["uid"] != own["uid"]]
    problem(client.get(f"/etl/rejects/{foreign['uid']}"), 404, "not_found")
    patched = client.patch(f"/etl/rejects/{foreign['uid']}", json={"amount": "€1"})
    problem(patched, 404, "not_found")
    asked = {"rejects": [foreign["uid"]]}
    (told,) = client.post("/etl/rejects/replay", json=asked).json()["data"]
    assert (told["status"], told["code"]) == ("failed", "not_found")
    problem(client.get(f"/etl/runs/{other['import_id']}"), 404, "not_found")
    problem(client.get(f"/etl/runs/{other['import_id']}/log"), 404, "not_found")
    assert client.get(f"/etl/runs/{other['import_id']}/rejects").json()["data"] == []


def test_a_row_that_is_corrected_may_correct_what_an_earlier_file_said(
    services: Services, client: TestClient[Any]
) -> None:
    put_aside(client, "W1,€1,")
    path = put_aside(client, "W1,much,")
    projected(services)
    (reject,) = client.get(path).json()["data"]
    asked = {"rejects": [reject["uid"]]}
    assert client.patch(f"/etl/rejects/{reject['uid']}", json={"cost": "CHF 2"}).status_code == 200
    (told,) = client.post("/etl/rejects/replay", json=asked).json()["data"]
    assert (told["status"], told["code"]) == ("failed", "conflicting_meter")
    assert [it["pointer"] for it in told["errors"]] == ["/cost"]
    client.patch(f"/etl/rejects/{reject['uid']}", json={"cost": "€2"})
    (told,) = client.post("/etl/rejects/replay", json=asked).json()["data"]
    assert (told["status"], told["was_known"]) == ("replayed", False)
    events = client.get("/events", params={"stream_id": told["became"], "sort": "position"}).json()
    names = [it["name"] for it in events["data"]]
    assert names == ["test.meter_read.v1", "test.meter_corrected.v1"]


def test_what_only_the_run_can_tell_keeps_a_row_aside(
    services: Services, client: TestClient[Any]
) -> None:
    path = put_aside(client, "W1,€1,2190-01-01")
    projected(services)
    (reject,) = client.get(path).json()["data"]
    still = client.patch(f"/etl/rejects/{reject['uid']}", json={"read_on": "2190-01-02"})
    problem(still, 422, "bad_row")
    assert [it["pointer"] for it in still.json()["errors"]] == ["/read_on"]


def test_the_first_row_of_a_file_stays_however_often_the_other_is_replayed(
    services: Services, client: TestClient[Any]
) -> None:
    path = put_aside(client, "W1,€1,", "W1,€2,", "W3,€3,", "W3,much,")
    projected(services)
    conflicting, bad = client.get(path, params={"sort": "row"}).json()["data"]
    client.patch(f"/etl/rejects/{bad['uid']}", json={"cost": "€4"})
    asked = {"rejects": [conflicting["uid"], bad["uid"]]}
    told = client.post("/etl/rejects/replay", json=asked).json()["data"]
    assert [it["code"] for it in told] == ["conflicting_meter"] * 2
    # With a key of its own it is a row of its own; with the values of the first it is that row.
    client.patch(f"/etl/rejects/{conflicting['uid']}", json={"meter": "W7"})
    client.patch(f"/etl/rejects/{bad['uid']}", json={"cost": "€3"})
    told = client.post("/etl/rejects/replay", json=asked).json()["data"]
    assert [(it["status"], it["was_known"]) for it in told] == [
        ("replayed", False),
        ("replayed", True),
    ]


def test_a_conflict_with_an_earlier_file_is_no_correction_by_being_replayed(
    services: Services, client: TestClient[Any]
) -> None:
    put_aside(client, "W1,€1,")
    path = put_aside(client, "W1,CHF 2,")
    projected(services)
    (reject,) = client.get(path).json()["data"]
    assert reject["reason"] == "conflicting_meter"
    told = client.post("/etl/rejects/replay", json={"rejects": [reject["uid"]]}).json()["data"]
    assert [it["code"] for it in told] == ["conflicting_meter"]
