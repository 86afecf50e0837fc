"""Whatever is written as people write it is read as what it was; and the same content has the same uid."""

import csv
import datetime as dt
import random
from decimal import Decimal
from io import BytesIO, StringIO

from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from application.imports.staging import Occurrences
from domain.expenses import ExpenseRecorded, RecordExpense, recorded, uid_hex
from domain.shared.errors import Invalid, Malformed
from domain.shared.events import decode, encode, name_of
from domain.shared.money import AMOUNT_LIMIT, CURRENCIES
from infrastructure.imports.amounts import SHARED_SYMBOLS, ReadAmount, amount_reader
from infrastructure.imports.dates import date_reader
from tests.importing import expenses_in
from tests.strategies import currencies, dates, expenses

LOCALES = sorted(locale_identifiers())


def ways_of_writing() -> list[Locale]:
    """Every locale, but one only of those that write numbers, money and the signs of currencies alike."""
    ways = {}
    for locale in map(Locale.parse, LOCALES):
        symbols, signs = locale.number_symbols["latn"], locale.currency_symbols
        patterns = locale.decimal_formats[None].pattern, locale.currency_formats["standard"].pattern
        ways[repr((sorted(symbols.items()), sorted(signs.items()), patterns))] = locale
    return list(ways.values())


def as_money(locale: Locale, currency: str) -> list[tuple[Decimal, str]]:
    """Amounts as the locale writes them, with ¤ in the place of the currency's sign."""
    unit = Decimal(1).scaleb(-CURRENCIES[currency])
    amounts = [(0 * unit, True), (-12 * unit, True), (1234567 + unit, True)]
    sign = get_currency_symbol(currency, locale)
    return [
        # CLDR rounds amounts of some currencies for display; here every decimal is written.
        (
            amount,
            format_currency(
                amount, currency, locale=locale, group_separator=grouped, decimal_quantization=False
            ).replace(sign, "¤"),
        )
        for amount, grouped in [*amounts, (unit - AMOUNT_LIMIT, False)]
    ]


def told(read: ReadAmount, text: str) -> tuple[Decimal, str] | str:
    """What was read, or the code of the refusal."""
    try:
        return read(text)
    except Invalid as refusal:
        return refusal.code


def test_an_amount_of_any_currency_as_any_locale_writes_it_is_read_as_what_it_was() -> None:
    wrong = []
    for locale in ways_of_writing():
        # Formatting is slow: once for each number of decimals.
        forms = {CURRENCIES[it]: as_money(locale, it) for it in ("JPY", "EUR", "KWD", "CLF")}
        undeclared = amount_reader(locale, None)
        for currency, decimals in CURRENCIES.items():
            sign = get_currency_symbol(currency, locale)
            ambiguous = sign.strip("\u200f") in SHARED_SYMBOLS
            read = amount_reader(locale, currency) if ambiguous else undeclared
            for amount, form in forms[decimals]:
                text = form.replace("¤", sign)
                if (got := told(read, text)) != (amount, currency):
                    wrong.append((str(locale), text, got))
    assert wrong == []


def test_an_amount_beside_the_code_of_any_currency_is_read_as_what_it_was_in_any_locale() -> None:
    wrong = []
    for locale in ways_of_writing():
        read = amount_reader(locale, None)
        for decimals in set(CURRENCIES.values()):
            amount = 1234567 + Decimal(1).scaleb(-decimals)
            number = format_decimal(amount, locale=locale, decimal_quantization=False)
            forms = [
                (amount, f"{number} ¤"),
                (amount, f"¤{number}"),
                (-amount, f"¤\u202f({number})"),
            ]
            for currency in (it for it, has in CURRENCIES.items() if has == decimals):
                for meant, form in forms:
                    text = form.replace("¤", currency)
                    if (got := told(read, text)) != (meant, currency):
                        wrong.append((str(locale), text, got))
    assert wrong == []


@given(st.text(max_size=80), st.sampled_from(LOCALES), st.none() | currencies)
def test_any_other_text_is_refused_and_never_breaks(
    text: str, locale: str, currency: str | None
) -> None:
    read = amount_reader(Locale.parse(locale), currency)
    try:
        amount, code = read(text)
    except Invalid:
        event("refused")
    else:
        assert any(character.isdigit() for character in text)
        assert currency in (None, code)
        assert abs(amount) < AMOUNT_LIMIT


@given(dates, st.sampled_from(["M/D/YYYY", "D.M.YYYY", "MM-DD-YYYY", "YYYY/M/D"]))
def test_a_date_is_read_as_what_it_was(date: dt.date, date_format: str) -> None:
    written = (
        date_format.replace("YYYY", f"{date.year:04}")
        .replace("MM", f"{date.month:02}")
        .replace("DD", f"{date.day:02}")
        .replace("M", str(date.month))
        .replace("D", str(date.day))
    )
    read = date_reader(date_format)
    assert read(written) == read(date.isoformat()) == date


@given(st.lists(expenses(), max_size=8))
def test_a_file_of_expenses_is_read_as_what_was_written(written: list[RecordExpense]) -> None:
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["member_name", "date", "amount", "project_name", "departments"])
    for it in written:
        amount = f"{it.amount:f} {it.currency}"
        writer.writerow([it.member_name, it.date, amount, it.project_name, it.departments])
    read = expenses_in(BytesIO(file.getvalue().encode()))
    assert [row for _, row in read] == [recorded(replace(it, source="erp")) for it in written]


CELL = '"'
pieces = st.sampled_from(
    ["IT", "Mars", "1€", "1/1/2021", "Sam", ",", ";", CELL, "\n", "\r", "\0", "\ufeff"]
)
junk = st.binary(max_size=200) | st.lists(pieces).map(lambda it: "".join(it).encode())


@given(junk, st.booleans())
def test_any_other_file_is_refused_or_read_and_never_breaks(content: bytes, headed: bool) -> None:
    header = b"departments,project_name,amount,date,member_name\n" if headed else b""
    try:
        rows = list(expenses_in(BytesIO(header + content)))
    except Malformed:
        event("refused")
    else:
        numbers = [number for number, _ in rows]
        assert numbers == sorted({*numbers})
        assert all(fault.reason for _, row in rows if isinstance(row, tuple) for fault in row)


@given(expenses())
def test_what_is_recorded_is_in_its_normal_form_and_survives_the_log(
    command: RecordExpense,
) -> None:
    fact = recorded(command)
    again = recorded(
        RecordExpense(**{name: getattr(fact, name) for name in fact.__struct_fields__})
    )
    assert again == fact
    assert decode(name_of(ExpenseRecorded), encode(fact)) == fact


@given(st.lists(st.sampled_from(range(5)), max_size=40), st.randoms(use_true_random=False))
def test_the_uids_of_a_file_depend_on_what_is_in_it_and_not_on_the_order(
    picks: list[int], dice: random.Random
) -> None:
    def uids(of: list[int]) -> list[str]:
        occurrences = Occurrences(uid_hex)
        return [str(occurrences.uid(EXPENSES[pick])) for pick in of]

    shuffled = picks.copy()
    dice.shuffle(shuffled)
    assert len({*uids(picks)}) == len(picks)
    assert {*uids(picks)} == {*uids(shuffled)}
    assert {*uids(picks)} <= {*uids([*picks, 0])}


EXPENSES = [
    ExpenseRecorded(
        source="erp",
        departments="IT",
        project_name="Mars",
        amount=Decimal(cents).scaleb(-2),
        currency="EUR",
        date=dt.date(2021, 1, 1),
        member_name="Sam",
    )
    for cents in range(5)
]
