"""Whatever is in a file, each of its rows and amounts is accounted for once, and the log holds what was counted."""

from collections import Counter
from io import BytesIO
from itertools import count
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.imports.requests import ImportOutcome, ImportRequest
from application.imports.use_cases import Imports
from domain.imports import ImportMode
from domain.shared.errors import Invalid
from infrastructure.imports.reader import CsvReader
from infrastructure.imports.uploads import PostgresUploads
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.facts import a_cause
from tests.importing import CLOCK
from tests.meters import KEYED_METERS

SOURCES = map(str, count())

METERS_SEEN = st.sampled_from(["W1", "W2", "W3", "W4", ""])
COSTS = st.sampled_from(["€1", "€2.50", "1.00 EUR", "(€3)", "€0", "CHF 4", "€500", "much", ""])
ROWS = st.builds("{},{},{}".format, METERS_SEEN, COSTS, st.sampled_from(["", "13/13/2025"]))
MISSHAPEN = st.sampled_from(["W1", "W1,€1,,,x", 'W1,"€1"x,', ",,"])
FILES = st.lists(st.lists(ROWS | ROWS | MISSHAPEN, max_size=12), min_size=1, max_size=4)


@pytest.fixture
def imports(log: PostgresEventLog, database_url: str) -> Imports:
    uploads = PostgresUploads(database_url)
    return Imports(log, CsvReader(), uploads, CLOCK, uuid4, [KEYED_METERS])


def outcome(
    imports: Imports, source: str, rows: list[str], mode: ImportMode
) -> ImportOutcome | None:
    """What became of a file of these rows; None if it was refused for them."""
    file = "meter,cost,read_on\n" + "".join(f"{row}\n" for row in rows)
    asked = ImportRequest(kind=KEYED_METERS, source=source, file_name="f", mode=mode)
    try:
        return imports.run(asked, BytesIO(file.encode()), a_cause())
    except Invalid as error:
        if error.code != "bad_rows" or mode is not ImportMode.ALL_OR_NOTHING:
            raise
        return None


@given(files=FILES, mode=st.sampled_from(ImportMode))
def test_rows_and_sums_balance_and_the_log_holds_them(
    imports: Imports, log: PostgresEventLog, files: list[list[str]], mode: ImportMode
) -> None:
    source = next(SOURCES)
    for rows in files:
        before = log.head()
        told = outcome(imports, source, rows, mode)
        names = Counter(record.name for record in log.page(before, 1_000).events)
        if told is None:
            assert names.keys() == {"import.started.v1", "import.rejected.v1"}
            continue
        counted = (
            (told.imported + told.already_known + told.corrected + told.duplicates)
            + told.quarantined
            + told.bad_rows
        )
        assert counted == told.rows == sum(1 for row in rows if row.strip(","))
        assert names["test.meter_read.v1"] == told.imported
        assert names["test.meter_corrected.v1"] == told.corrected
        assert names["reject.quarantined.v1"] == told.quarantined
        assert (told.bad_rows == 0) or mode is ImportMode.VALID_ONLY
        for sums in told.sums.values():
            parts = sums.loaded + sums.unchanged + sums.corrected + sums.duplicates
            assert sums.read == parts + sums.quarantined
        again = outcome(imports, source, rows, mode)
        assert again is not None
        assert (again.imported, again.corrected) == (0, 0)
        assert again.rows == told.rows
