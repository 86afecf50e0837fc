"""CSV files of expenses, row by row."""

from collections.abc import Callable, Iterator
from operator import itemgetter

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from application.imports.ports import Readable, ReadRow
from application.imports.requests import FileForm
from domain.expenses import RecordExpense
from domain.imports import RowFault, row_fault
from domain.shared.errors import Invalid, nearest
from domain.shared.money import decimals_of
from domain.shared.rules import clean_text, fault_of
from infrastructure.expenses.amounts import ReadAmount, amount_reader
from infrastructure.expenses.dates import ReadDate, date_reader
from infrastructure.expenses.lines import text_lines
from infrastructure.expenses.table import Cells, Table, UnreadableRow

COLUMNS = ("departments", "project_name", "amount", "date", "member_name")
_SHOWN_LENGTH = 200


class CsvExpenseReader:
    """The reader of `application.imports.ports.ExpenseReader` for CSV in UTF-8."""

    def check(self, form: FileForm) -> None:
        """Refuse an unknown locale or currency and a date format that says too little, as the port says."""
        faults = [fault_of("locale", _locale_of, form.locale)]
        faults.append(fault_of("date_format", date_reader, form.date_format))
        if form.currency is not None:
            faults.append(fault_of("currency", decimals_of, form.currency))
        found = [fault for fault in faults if fault]
        if found:
            raise Invalid("the form of the file cannot be used", faults=found)

    def rows(self, file: Readable, source: str, form: FileForm) -> Iterator[ReadRow]:
        """The rows of the file, as the port says. Blank rows are passed over."""
        table = Table(text_lines(file), COLUMNS)
        read_row = _row_reader(
            source,
            amount_reader(_locale_of(form.locale), form.currency),
            date_reader(form.date_format),
        )
        pick, width = itemgetter(*table.places), table.width
        for number, cells in table:
            if isinstance(cells, UnreadableRow) or len(cells) != width:
                yield number, (_misshapen(number, cells, width),)
            else:
                yield number, read_row(number, *pick(cells))


def _row_reader(
    source: str, read_amount: ReadAmount, read_date: ReadDate
) -> Callable[[int, str, str, str, str, str], RecordExpense | tuple[RowFault, ...]]:
    """A function from the values of one row to the expense it asks for, or to all that is wrong with it."""

    def faults_in(number: int, values: dict[str, str]) -> tuple[RowFault, ...]:
        rules: dict[str, Callable[[str], object]] = {"amount": read_amount, "date": read_date}
        faults = [
            fault_of(name, rules.get(name, clean_text), value) for name, value in values.items()
        ]
        return tuple(row_fault(number, fault) for fault in faults if fault)

    def read(
        number: int, departments: str, project_name: str, amount: str, date: str, member_name: str
    ) -> RecordExpense | tuple[RowFault, ...]:
        try:
            exact, currency = read_amount(amount)
            return RecordExpense(
                source=source,
                departments=departments,
                project_name=project_name,
                amount=exact,
                currency=currency,
                date=read_date(date),
                member_name=member_name,
            )
        except Invalid:
            values = (departments, project_name, amount, date, member_name)
            return faults_in(number, dict(zip(COLUMNS, values, strict=True)))

    return read


def _misshapen(number: int, cells: Cells | UnreadableRow, width: int) -> RowFault:
    if isinstance(cells, UnreadableRow):
        return RowFault(row=number, code="unreadable_row", reason=f"not readable as CSV: {cells}")
    return RowFault(
        row=number,
        value=",".join(cells)[:_SHOWN_LENGTH],
        code="ragged_row",
        reason=f"it has {len(cells)} values, and the header names {width} columns",
    )


def _locale_of(name: str) -> Locale:
    """The locale of a name such as `en_US` or `de-DE`.

    Raises:
        Invalid: CLDR knows no locale of this name; the nearest is named.
    """
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        near = nearest(name[:50].replace("-", "_"), locale_identifiers())
        hint = f"; {near} is near" if near else ""
        raise Invalid(
            f"{name[:50]!r} is not a locale such as en_US or de_DE{hint}", code="unknown_locale"
        ) from None
