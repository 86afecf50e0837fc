"""Runs that rest on one another: what corrects others' rows, what is replayed, and what a revert does to either."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from application.imports.rejects import Rejects, ReplayOutcome
from application.imports.requests import ImportOutcome, ImportRequest
from application.imports.use_cases import Imports
from application.shared.commands import Commands
from application.shared.ports import Append, StreamAppend
from domain import imports as rules
from domain.imports import BuiltOn, CorrectedOthers, ImportMode, ImportReverted, RevertImport
from domain.shared.errors import Unavailable
from domain.shared.ids import anew
from infrastructure.imports.reader import CsvReader
from infrastructure.imports.uploads import PostgresUploads
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_call, a_cause
from tests.importing import CLOCK
from tests.kits import NOW
from tests.meters import KEYED_METERS
from tests.sites import Site

COMMON_SITE = True

HEADER = "departments,project_name,amount,date,member_name\n"


class Meters:
    """Imports of readings, by what `kind` says of rows that are known."""

    def __init__(self, log: PostgresEventLog, database_url: str) -> None:
        self.log, self.url, self.kind = log, database_url, KEYED_METERS

    def load(self, *rows: str) -> ImportOutcome:
        """Import a file with these rows."""
        imports = Imports(
            self.log, CsvReader(), PostgresUploads(self.url), CLOCK, uuid4, [self.kind]
        )
        request = ImportRequest(
            kind=self.kind, source="cellar", file_name="m.csv", mode=ImportMode.QUARANTINE
        )
        file = "meter,cost,read_on\n" + "".join(f"{row},\n" for row in rows)
        return imports.run(request, BytesIO(file.encode()), a_cause())

    def state(self, run: UUID) -> rules.State:
        """What has become of a run."""
        state: rules.State = rules.INITIAL
        for record in self.log.stream_blocking(run):
            state = rules.evolve(state, record.event())
        return state

    def revert(self, run: UUID) -> None:
        """Revert a run, if it can be."""
        facts = rules.decide(self.state(run), RevertImport(reason="Wrong file"), NOW)
        append = StreamAppend(run, len(self.log.stream_blocking(run)), tuple(facts))
        self.log.append_blocking(Append(streams=(append,), cause=a_cause()))

    def streams(self, run: UUID) -> list[UUID]:
        """The streams that began in a run."""
        page = self.log.page(0, 1_000, names=["test.meter_read.v1"]).events
        return [each.stream_id for each in page if each.correlation_id == run]


@pytest.fixture
def meters(log: PostgresEventLog, database_url: str) -> Meters:
    return Meters(log, database_url)


def test_a_run_that_corrects_another_keeps_both_as_they_are(meters: Meters) -> None:
    first, other = meters.load("W1,€1", "W2,€2"), meters.load("W3,€3")
    second = meters.load("W1,€1.50", "W2,€2.50", "W3,€3")
    assert (second.corrected, second.already_known) == (2, 1)
    with pytest.raises(BuiltOn) as refusal:
        meters.revert(first.import_id)
    assert refusal.value.facts == {"by": str(second.import_id), "what": "corrected by an import"}
    with pytest.raises(CorrectedOthers):
        meters.revert(second.import_id)
    third = meters.load("W1,€1.75")
    assert third.corrected == 1
    names = [each.name for each in meters.log.stream_blocking(first.import_id)]
    assert names == ["import.started.v1", "import.completed.v1", "import.built_on.v1"]
    meters.revert(other.import_id)  # what it recorded was known, and not corrected


def test_rows_of_a_reverted_run_are_recorded_anew_and_not_corrected(meters: Meters) -> None:
    first = meters.load("W1,€1", "W2,€2").import_id
    meters.revert(first)
    second = meters.load("W1,€1.50", "W2,€2")
    assert (second.imported, second.corrected, second.already_known) == (2, 0, 0)
    assert meters.streams(second.import_id) == [anew(it, first) for it in meters.streams(first)]
    third = meters.load("W1,€1.75", "W2,€2")
    assert (third.imported, third.corrected, third.already_known) == (0, 1, 1)


def test_a_run_is_not_corrected_while_it_is_reverted(meters: Meters) -> None:
    first = meters.load("W1,€1").import_id
    amend, kind = KEYED_METERS.amend, meters.kind

    def meanwhile(facts: Any, new: Any, run: Any) -> Any:
        if not any(
            isinstance(it.event(), ImportReverted) for it in meters.log.stream_blocking(first)
        ):
            meters.revert(first)
        return amend(facts, new, run) if amend else None

    meters.kind = msgspec.structs.replace(kind, amend=meanwhile)
    with pytest.raises(Unavailable, match="reverted meanwhile"):
        meters.load("W1,€2")
    assert (meters.load("W1,€2").imported, len(meters.log.stream_blocking(first))) == (1, 3)


def test_a_reject_that_corrects_another_run_keeps_both(meters: Meters) -> None:
    first = meters.load("W1,€1").import_id
    second = meters.load("W1,much").import_id
    (reject,) = meters.log.page(0, 100, names=["reject.quarantined.v1"]).events
    log = PostgresEventLog(meters.url)
    rejects = Rejects(Commands(log, CLOCK, uuid4), CsvReader(), [KEYED_METERS])

    async def put_right() -> ReplayOutcome:
        try:
            await rejects.correct(reject.stream_id, {"cost": "€2"}, a_call())
            return await rejects.replay(reject.stream_id, a_call())
        finally:
            await log.aclose()

    outcome = asyncio.run(put_right())
    (stream,) = meters.streams(first)
    assert (outcome.status, outcome.became) == ("replayed", stream)
    for run, told in (
        (first, f"that this import recorded was corrected: {stream}"),
        (second, f"that others recorded was corrected by a replayed row of this import: {stream}"),
    ):
        with pytest.raises(BuiltOn) as refusal:
            rules.decide(meters.state(run), RevertImport(reason="Wrong file"), NOW)
        assert refusal.value.facts["by"] == str(stream)
        assert refusal.value.detail == f"an entry {told}"


def a_row(project: str, amount: str) -> str:
    return f"IT,{project},{amount},1/2/2026,Ada\n"


def replayed(site: Site, import_id: str, cells: dict[str, str]) -> dict[str, Any]:
    """What became of the only reject of an import, corrected and replayed."""
    (reject,) = site.http.get(
        f"/imports/{import_id}/rejects", headers={"Daybook-Min-Position": str(head(site))}
    ).json()["data"]
    site.http.patch(f"/rejects/{reject['uid']}", json=cells)
    told = site.http.post("/rejects/replay", json={"rejects": [reject["uid"]]}).json()
    (outcome,) = told["data"]
    result: dict[str, Any] = outcome
    return result


def head(site: Site) -> int:
    """The last position of the log."""
    return int(site.http.get("/events?sort=-position&limit=1").json()["data"][0]["position"])


def test_a_reject_is_replayed_onto_what_stands(site: Site) -> None:
    project = f"P-{uuid4().hex[:8]}"
    source = {"source": project}
    first = site.upload(HEADER + a_row(project, "1.00 EUR"), **source).json()["import_id"]
    second = site.upload(HEADER + a_row(project, "much"), mode="quarantine", **source)
    site.http.post(f"/imports/{first}/revert", json={"reason": "Wrong file"})
    outcome = replayed(site, second.json()["import_id"], {"amount": "1.00 EUR"})
    assert (outcome["status"], outcome["was_known"]) == ("replayed", False)
    rows = site.http.get(
        "/expenses",
        params={"project_name": project},
        headers={"Daybook-Min-Position": str(outcome["position"])},
    ).json()["data"]
    assert [row["uid"] for row in rows] == [outcome["became"]]


def test_a_reject_of_a_reverted_run_stays_put_aside(site: Site) -> None:
    project = f"P-{uuid4().hex[:8]}"
    rows = a_row(project, "1.00 EUR") + a_row(project, "much")
    run = site.upload(HEADER + rows, mode="quarantine", source=project).json()["import_id"]
    site.http.post(f"/imports/{run}/revert", json={"reason": "Wrong file"})
    outcome = replayed(site, run, {"amount": "2.00 EUR"})
    assert (outcome["status"], outcome["code"]) == ("failed", "import_undone")
