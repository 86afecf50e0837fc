"""Statements on pages: read, marked, shown as months; and `GET /customers/{id}/cashflow` for staff."""

from collections.abc import Iterable
from uuid import UUID

from application.shared.readings import FileReading, HandedIn
from application.shared.services import Services
from application.statements.use_cases import Statements
from domain.statements import MONTHS, MonthFigures
from interfaces.http.shared.charts import MonthFlow
from interfaces.http.shared.file_pages import FilePages, Months
from projections.shared.query.lists import parse_list
from projections.statements import STATEMENT_MONTHS


def _read(services: Services, file: HandedIn) -> tuple[FileReading, Months]:
    reading = services.of(Statements).read(file)
    return reading, _months(reading.months)


def _marked(services: Services, file: HandedIn) -> bytes:
    statements = services.of(Statements)
    return statements.marked(file, statements.read(file))


async def _recorded(services: Services, run: UUID, position: int) -> Months:
    await services.checkpoints.wait(STATEMENT_MONTHS.name, position)
    asked = [("import_id", str(run)), ("sort", "month"), ("limit", str(MONTHS))]
    collection = STATEMENT_MONTHS.collection
    page = await services.queries.page(collection, parse_list(collection, asked))
    return _months(page.rows)


def _months(told: Iterable[MonthFigures]) -> Months:
    months = [MonthFlow(one.month, one.income, one.expenses) for one in told]
    return next((one.currency for one in told), ""), months


FILE_PAGES = FilePages(
    kind="statements",
    read=_read,
    marked=_marked,
    template=lambda services: services.of(Statements).template(),
    recorded=_recorded,
)
