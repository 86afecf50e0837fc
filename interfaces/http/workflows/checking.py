"""What only somebody who handed in a file can say of it: asked on a page of its own, with what was read beside it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name

from application.shared.import_kinds import CURRENCY, LAST_MONTH, LOCALE, RENAMED, written_names
from application.shared.readings import FileReading, Question
from domain.shared.money import CURRENCIES
from interfaces.http.workflows.forms import SEEN_MAX, FormField

CHECKED = "checked"
"""The field by which somebody says that they have seen how their file is read."""

_OPTION = "option."
_COLUMN = f"{_OPTION}{RENAMED.name}."
_TITLES = {
    CURRENCY.name: "Which currency are the amounts in?",
    LAST_MONTH.name: "Which is the last month in the file?",
    LOCALE.name: "How does the file write amounts?",
    "date_format": "How are the days written?",
    "sheet": "Which sheet is it?",
    "header_row": "Which row names the columns?",
    "spending": "How is money spent written?",
    "encoding": "How does the file write characters?",
    "delimiter": "What stands between the values?",
}
_HELP = {
    CURRENCY.name: "The file shows amounts without a currency, or with a sign that several share.",
    LAST_MONTH.name: "The file names months without their years.",
    LOCALE.name: "Its amounts could be read in more than one way.",
    "sheet": "More than one sheet of the workbook has values.",
}
_WORDS = {
    "spending": {"positive": "500.00 was spent", "negative": "−500.00 or (500.00) was spent"},
    "delimiter": {",": "a comma", ";": "a semicolon", "tab": "a tab", "|": "a bar"},
}
_MONTHS_BACK = 36


def is_to_be_checked(reading: FileReading) -> bool:
    """Whether somebody has to look before the file is taken: it asks something, or says what may not be meant."""
    return bool(reading.unsure) or any(one.cell for one in reading.warnings)


def question_fields(
    reading: FileReading, columns: Sequence[str], answers: Mapping[str, str], today: date
) -> Iterator[FormField]:
    """A field for each question; `answers` are those that stood before, by the names of the fields."""
    for question in reading.unsure:
        if question.option == RENAMED.name:
            yield from _columns(reading, question, columns, answers)
        else:
            yield _field(question, answers, today)


def _columns(
    reading: FileReading, question: Question, columns: Sequence[str], answers: Mapping[str, str]
) -> Iterator[FormField]:
    names = {one: one for one in question.choices or reading.header if one}
    for column in columns:
        name = f"{_COLUMN}{column}"
        yield FormField(
            name=name,
            kind="select",
            title=f"Which column has the {column}?",
            is_required=True,
            choices=names,
            value=answers.get(name, ""),
        )


def _field(question: Question, answers: Mapping[str, str], today: date) -> FormField:
    option, name = question.option, f"{_OPTION}{question.option}"
    choices = _choices(question, today)
    return FormField(
        name=name,
        kind="text" if not choices else "choice" if len(choices) <= SEEN_MAX else "select",
        title=_TITLES.get(option, option.replace("_", " ").capitalize()),
        help=_HELP.get(option, question.reason[:1].upper() + question.reason[1:]),
        is_required=True,
        choices=choices,
        value=answers.get(name, question.proposal or ""),
    )


def _choices(question: Question, today: date) -> dict[str, str]:
    option, given = question.option, question.choices
    if option == CURRENCY.name:
        return {
            one: f"{one}, {get_currency_name(one, locale='en')}"
            for one in given or sorted(CURRENCIES)
        }
    if option == LOCALE.name:
        return {one: _written(one) for one in given}
    if option == LAST_MONTH.name:
        months = given or [
            *_months_before(today),
            *([question.proposal] if question.proposal else []),
        ]
        return {one: _month(one) for one in dict.fromkeys(months)}
    words = _WORDS.get(option, {})
    return {one: words.get(one, one) for one in given or words}


def _written(locale: str) -> str:
    return str(format_decimal(Decimal("1234.56"), locale=Locale.parse(locale)))


def _month(text: str) -> str:
    return format_date(date.fromisoformat(f"{text}-01"), "MMMM y", locale="en")


def _months_before(today: date) -> Iterator[str]:
    for back in range(_MONTHS_BACK):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        yield f"{year}-{month + 1:02}"


def option_names(options: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The fields in which answers come."""
    return [
        CHECKED,
        *(f"{_OPTION}{one}" for one in options),
        *(f"{_COLUMN}{one}" for one in columns),
    ]


def answered(typed: Mapping[str, str]) -> dict[str, str]:
    """The answers among what was typed, by the names of their fields."""
    return {name: text for name, text in typed.items() if name.startswith(_OPTION) and text}


def of_columns(answers: Mapping[str, str]) -> dict[str, str]:
    """Those answers that another file with the same header may be read by: which column is which, and nothing else."""
    return {name: text for name, text in answers.items() if name.startswith(_COLUMN) and text}


def said_of_columns(reading: FileReading) -> dict[str, str]:
    """Which column is which as the file was read, as answers."""
    return {f"{_COLUMN}{column}": name for column, name in reading.columns.items() if name}


def options_of(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers as the options of an import."""
    columns = {
        text: name.removeprefix(_COLUMN)
        for name, text in answers.items()
        if name.startswith(_COLUMN)
    }
    others = {
        name.removeprefix(_OPTION): text
        for name, text in answers.items()
        if not name.startswith(_COLUMN)
    }
    return {**others, **({RENAMED.name: written_names(columns)} if columns else {})}
