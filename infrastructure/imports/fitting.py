"""Options under which the cells of whole columns can be read: how numbers, days and months are written, of which
currency amounts are.

An option is sure where nothing else that fits would give other values; otherwise those that would are its choices.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import get_decimal_symbol

from application.imports.ports import Guess
from application.shared.import_kinds import (
    AMOUNT,
    CURRENCY,
    DATE,
    DATE_FORMAT,
    LAST_MONTH,
    LOCALE,
    MONTH,
    SPENDING,
    SPENT,
    FileColumn,
)
from domain.shared.errors import Invalid
from domain.shared.money import CURRENCIES, decimals_of
from infrastructure.imports.amounts import (
    ReadAmount,
    amount_reader,
    bare_number,
    currencies_in,
    currencies_named,
)
from infrastructure.imports.cells import NumberText
from infrastructure.imports.dates import SERIAL, date_reader
from infrastructure.imports.months import (
    follow_each_other,
    month_reader,
    number_of,
    proposed_last_month,
)

_LOCALES = ("en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "sv_SE", "es_ES", "pl_PL")
_DATE_FORMATS = (
    "M/D/YYYY",
    "D/M/YYYY",
    "D.M.YYYY",
    "D-M-YYYY",
    "M-D-YYYY",
    "YYYY/M/D",
    "YYYY.M.D",
    "D-MMM-YYYY",
    "D-MMM-YY",
    "D. MMM YYYY",
    "D MMM YYYY",
    "YYYY年M月D日",
    SERIAL,
)
_CONTRARY = ({"M/D/YYYY", "D/M/YYYY"}, {"M-D-YYYY", "D-M-YYYY"})
"""What no file means at once; if it seems so, somebody has to look."""

_OF_CURRENCY = ("currency_missing", "ambiguous_symbol", "currency_contradicts", "unknown_currency")
_USUAL = ("USD", "GBP", "CNY", "SEK", "INR")
"""Which of the currencies that share a sign is named first."""

_AMOUNTS = (AMOUNT, SPENT)
_SHOWN_LENGTH = 50
_USUAL_DECIMALS = 2

Sample = Sequence[Sequence[str]]
Options = Mapping[str, str]


def fitting_options(
    columns: Sequence[FileColumn],
    options: Options,
    sample: Sample,
    names: Sequence[str] = (),
    today: dt.date | None = None,
) -> Iterator[Guess]:
    """Options under which whole columns can be read that cannot be read under the given ones, or otherwise.

    `names` are what the file calls its columns: they may say of which currency it is.
    """
    texts = [
        [
            row[at] if isinstance(row[at], NumberText) else row[at].strip()
            for row in sample
            if row[at].strip()
        ]
        for at in range(len(columns))
    ]
    amounts = [
        (column, held)
        for column, held in zip(columns, texts, strict=True)
        if column.cell in _AMOUNTS and held
    ]
    if amounts:
        label = " and ".join(column.name for column, _ in amounts)
        yield from _amount_options(
            label, [it for _, held in amounts for it in held], options, names
        )
    for column, held in zip(columns, texts, strict=True):
        if held and column.cell is DATE:
            yield from _date_options(column.name, held, options)
        elif held and column.cell is MONTH:
            yield from _month_options(column.name, held, options, today)
        elif held and column.cell is SPENT:
            yield from _spending_options(held, options)


def _amount_options(
    column: str, texts: Sequence[str], options: Options, names: Sequence[str]
) -> Iterator[Guess]:
    given = options[LOCALE.name].replace("-", "_")
    money = next(_currency_options(texts, names), None) if CURRENCY.name not in options else None
    declared = money.value if money else options.get(CURRENCY.name)
    read = {it: _values(texts, it, declared) for it in dict.fromkeys((given, *_LOCALES))}
    fitting = [it for it, values in read.items() if values is not None]
    fitting.sort(key=lambda it: _has_mills(read[it]))  # seldom meant, of whichever currency
    others = [it for it in fitting if read[it] != read[fitting[0]]]
    apart = [it for at, it in enumerate(others) if read[it] not in [read[o] for o in others[:at]]]
    shown = texts[0][:_SHOWN_LENGTH]
    if fitting and (fitting[0] != given or apart):
        if fitting[0] == given:
            reason = f"it is the usual one, but {apart[0]} would give other amounts: {shown}"
        else:
            would = f", and so {', '.join(fitting[1:])} would" if fitting[1:] else ""
            reason = f"every {column} looks like {fitting[0]}{would}: {shown}"
        yield Guess(
            option=LOCALE.name,
            value=fitting[0],
            reason=reason,
            choices=(fitting[0], *apart),
            is_sure=not apart,
        )
    if money:
        yield money


def _currency_options(texts: Sequence[str], names: Sequence[str]) -> Iterator[Guess]:
    """Of which currency those amounts are that do not say it themselves."""
    signs = [currencies_in(text) for text in texts]
    silent = next((it for it, found in zip(texts, signs, strict=True) if len(found) != 1), None)
    if silent is None:
        return
    known = frozenset[str]().union(*(it for it in signs if len(it) == 1)) or frozenset[str]().union(
        *(it for it in map(currencies_named, names) if len(it) == 1)
    )
    known &= frozenset(CURRENCIES)
    if known:
        # Where amounts contradict each other that is a fault of theirs, and no question.
        if len(known) == 1 and all(it >= known for it in signs if it):
            (code,) = known
            reason = f"nothing else of the file names another one than {code}"
            yield Guess(option=CURRENCY.name, value=code, reason=reason, is_sure=True)
        return
    shared = frozenset[str]().union(*signs) & {*CURRENCIES}  # what is no amount has no sign either
    why = "ambiguous_symbol" if shared else "currency_missing"
    reason = f"{silent[:_SHOWN_LENGTH]!r} does not say of which currency it is ({why}): declare it"
    usual = [it for it in _USUAL if it in shared]
    choices = tuple(dict.fromkeys((*usual, *sorted(shared))))
    yield Guess(option=CURRENCY.name, value=None, reason=reason, choices=choices)


def _values(texts: Sequence[str], locale: str, currency: str | None) -> list[Decimal | None] | None:
    """What these amounts come to, if each can be read in this locale."""
    number = amount_reader(Locale.parse(locale), currency)
    decimal = get_decimal_symbol(Locale.parse(locale))
    values = list[Decimal | None]()
    for text in texts:
        written = text.written(decimal) if isinstance(text, NumberText) else text
        try:
            values.append(number(written)[0])
        except Invalid as error:
            if error.code not in _OF_CURRENCY:
                return None
            value = bare_number(written, locale)
            if _decimals(value) > max(
                map(decimals_of, currencies_in(text) & {*CURRENCIES}), default=4
            ):
                return None
            values.append(value)
    return values


def _decimals(value: Decimal | None) -> int:
    exponent = value.as_tuple().exponent if value is not None else 0
    return -exponent if isinstance(exponent, int) else 0


def _has_mills(values: Sequence[Decimal | None] | None) -> bool:
    return any(_decimals(it) > _USUAL_DECIMALS for it in values or ())


def locales_of(texts: Sequence[str], locale: Locale | None = None) -> list[str]:  # noqa: ARG001
    """The locales in which all of these are amounts."""
    return [name for name in _LOCALES if _values(texts, name, None) is not None]


def is_number(text: str) -> bool:
    """Whether a cell holds a number, of money or of anything else."""
    if isinstance(text, NumberText):
        return True
    return any(map(str.isdigit, text)) and any(
        _code(_reader(it), text.strip()) in (None, "currency_missing", "ambiguous_symbol")
        for it in _LOCALES
    )


@cache
def _reader(locale: str) -> ReadAmount:
    return amount_reader(Locale.parse(locale), None)


def _code(read: Callable[[str], object], text: str) -> str | None:
    try:
        read(text)
    except Invalid as error:
        return error.code
    return None


def _date_options(column: str, texts: Sequence[str], options: Options) -> Iterator[Guess]:
    locale = (
        Locale.parse(options[LOCALE.name].replace("-", "_")) if LOCALE.name in options else None
    )
    held = options[DATE_FORMAT.name]
    given = date_reader(held, locale)
    if all(_code(given, text) is None for text in texts):
        if other := _other_days(texts, given, locale):
            reason = f"it is the usual one, but {other} would give other days: {texts[0][:50]}"
            yield Guess(option=DATE_FORMAT.name, value=held, reason=reason, choices=(held, other))
        return
    formats = formats_of(texts, locale)
    if formats:
        single = [it for it in _DATE_FORMATS if ";" not in formats[0] and it in formats]
        others = f", and so {', '.join(single[1:])} would" if single[1:] else ""
        reason = f"every {column} looks like {formats[0]}{others}: {texts[0][:50]}"
        yield Guess(
            option=DATE_FORMAT.name, value=formats[0], reason=reason, choices=tuple(formats)
        )


def _other_days(
    texts: Sequence[str], given: Callable[[str], object], locale: Locale | None
) -> str | None:
    """A format that reads all of these texts, too, as other days."""
    days = list(map(given, texts))
    for each in formats_of(texts, locale):
        if ";" not in each and list(map(date_reader(each, locale), texts)) != days:
            return each
    return None


def formats_of(texts: Sequence[str], locale: Locale | None = None) -> list[str]:
    """The formats that read all of these texts; if none does, the few that do together, as one."""
    readers = {it: date_reader(it, locale) for it in _DATE_FORMATS}
    read = {
        it: {text for text in texts if _code(reader, text) is None}
        for it, reader in readers.items()
    }
    whole = [it for it in _DATE_FORMATS if len(read[it]) == len({*texts})]
    if whole:
        return whole
    left, together = {*texts}, list[str]()
    while left:
        best = max(_DATE_FORMATS, key=lambda it: len(read[it] & left))
        if not read[best] & left:
            return []
        together.append(best)
        left -= read[best]
    return [] if any({*together} >= pair for pair in _CONTRARY) else [";".join(together)]


def _month_options(
    column: str, texts: Sequence[str], options: Options, today: dt.date | None
) -> Iterator[Guess]:
    last = options.get(LAST_MONTH.name)
    bare = [number for text in texts if (number := number_of(text)) is not None]
    if bare and last is None:
        proposed = proposed_last_month(bare, today) if today else None
        reason = f"{texts[0][:_SHOWN_LENGTH]!r} does not say of which year it is"
        yield Guess(option=LAST_MONTH.name, value=proposed, reason=reason)
        last = proposed or "2000-12"
    held = options[DATE_FORMAT.name]
    read = {it: _months(texts, it, last) for it in dict.fromkeys((held, *_DATE_FORMATS))}
    fitting = {it: months for it, months in read.items() if months}
    whole = {it: months for it, months in fitting.items() if follow_each_other(months)} or fitting
    apart = dict[tuple[dt.date, ...], str]()
    for name, months in whole.items():
        apart.setdefault(months, name)
    choices = tuple(apart.values())
    if choices and (choices != (held,)):
        reason = f"every {column} looks like {choices[0]}: {texts[0][:_SHOWN_LENGTH]}"
        yield Guess(
            option=DATE_FORMAT.name,
            value=choices[0],
            reason=reason,
            choices=choices,
            is_sure=len(choices) == 1,
        )


def _months(texts: Sequence[str], date_format: str, last: str | None) -> tuple[dt.date, ...] | None:
    read = month_reader(date_format, last)
    try:
        return tuple(map(read, texts))
    except Invalid:
        return None


def _spending_options(texts: Sequence[str], options: Options) -> Iterator[Guess]:
    if options.get(SPENDING.name) != SPENDING.default:
        return
    values = _values(texts, options[LOCALE.name].replace("-", "_"), options.get(CURRENCY.name))
    spent = [it for it in values or () if it is not None]
    below = sum(it < 0 for it in spent)
    if len(spent) != len(texts) or not below:
        return
    above = sum(it > 0 for it in spent)
    reason = f"{below} amounts that were spent are negative or in parentheses, and {above} are not"
    choices = ("negative", "positive") if below >= above else ("positive", "negative")
    yield Guess(
        option=SPENDING.name, value=choices[0], reason=reason, choices=choices, is_sure=not above
    )


FITS: Mapping[object, Callable[..., list[str]]] = {
    AMOUNT: locales_of,
    SPENT: locales_of,
    DATE: formats_of,
}
"""By kind of cell, how values of it would be written; none if they are not such values."""
