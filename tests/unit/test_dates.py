"""Dates in a declared format; ISO always."""

from datetime import date

import pytest

from domain.shared.errors import Invalid
from infrastructure.imports.dates import date_reader


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
            for text in ("4.2.2021", "2/4/21", "2/4/2021 10:00", "٢/4/2021")
        ),
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
    ["", "M/D/YY", "M/D", "D/D/YYYY", "MDYYYY", "%m/%d/%Y", "YYYY-DD-MM", "M\x00D\x00YYYY"],
)
def test_refuses_a_format_that_says_too_little(date_format: str) -> None:
    with pytest.raises(Invalid) as refusal:
        date_reader(date_format)
    assert refusal.value.code == "unknown_date_format"
