"""Dates in a declared format; ISO always."""

from datetime import date

import pytest
from babel import Locale

from domain.shared.errors import Invalid
from infrastructure.imports.dates import date_reader

MANY = "YYYY-MM-DD;M/D/YYYY;D-M-YYYY;YYYY/M/D"


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("M/D/YYYY", "2/4/2021"),
        ("M/D/YYYY", "02/04/2021"),
        ("M/D/YYYY", " 2/4/2021 "),
        ("MM/DD/YYYY", "02/04/2021"),
        ("D.M.YYYY", "4.2.2021"),
        ("DD-MM-YYYY", "04-02-2021"),
        ("D. M. YYYY", "4. 2. 2021"),
        ("YYYY/MM/DD", "2021/02/04"),
        ("YYYY年M月D日", "2021年2月4日"),
        ("M/D/YYYY", "2021-02-04"),
        ("D.M.YYYY", "2021-02-04"),
        ("M/D/YYYY", "2/4/2021 0:00"),
        ("M/D/YYYY", "2/4/2021 12:00:00 AM"),
        ("M/D/YYYY", "2021-02-04T00:00:00"),
        ("D-MMM-YY", "4-Feb-21"),
        ("D-MMM-YYYY", "04-February-2021"),
        ("D. MMM YYYY", "4. Feb. 2021"),
        ("M/D/YYYY;SERIAL", "44231"),
        (MANY, "2021-02-04"),
        (MANY, "2/4/2021"),
        (MANY, "04-02-2021"),
        (MANY, "2021/2/4"),
        ("M/D/YYYY; D/M/YYYY", "2/4/2021"),
    ],
)
def test_reads_a_date(date_format: str, text: str) -> None:
    assert date_reader(date_format)(text) == date(2021, 2, 4)


@pytest.mark.parametrize(
    ("date_format", "text", "code"),
    [
        ("M/D/YYYY", "", "blank"),
        *(
            ("M/D/YYYY", text, "unreadable_date")
            for text in ("4.2.2021", "2/4/21", "2/4/2021 10:00", "٢/4/2021", "2/4/2021 0:00 PM")
        ),
        (MANY, "4.2.2021", "unreadable_date"),
        (MANY, "13/4/2021", "no_such_date"),
        ("D-MMM-YY", "4-Foo-21", "no_such_date"),
        ("D-MMM-YY", "31-Feb-21", "no_such_date"),
        ("MM/DD/YYYY", "2/4/2021", "unreadable_date"),
        *(
            ("M/D/YYYY", text, "no_such_date")
            for text in ("13/4/2021", "2/29/2021", "2021-02-30", "0/1/2021", "1/1/0000")
        ),
    ],
)
def test_refuses_what_is_no_date(date_format: str, text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        date_reader(date_format)(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "date_format",
    [
        "",
        ";",
        "M/D/YYYY;",
        "M/D/YYYY;" * 11,
        "M/D/YY",
        "M/D",
        "D/D/YYYY",
        "MDYYYY",
        "%m/%d/%Y",
        "YYYY-DD-MM",
        "M\x00D\x00YYYY",
    ],
)
def test_refuses_a_format_that_says_too_little(date_format: str) -> None:
    with pytest.raises(Invalid) as refusal:
        date_reader(date_format)
    assert refusal.value.code == "unknown_date_format"


def test_the_first_format_that_makes_it_a_day_has_it() -> None:
    read = date_reader("M/D/YYYY;D/M/YYYY")
    assert read("2/4/2021") == date(2021, 2, 4)
    assert read("13/4/2021") == date(2021, 4, 13)


def test_months_have_the_names_of_the_locale() -> None:
    read = date_reader("D. MMM YYYY;D-MMM-YY", Locale.parse("de_DE"))
    for text in ("2. Okt. 2021", "2. Oktober 2021", "2-Oct-21", "02-okt-21"):
        assert read(text) == date(2021, 10, 2)
    assert read("1-Mrz-21") == date(2021, 3, 1)
    assert (read("1-Jan-29").year, read("1-Jan-30").year) == (2029, 1930)
