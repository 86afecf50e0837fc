"""The forms of an answer, and the reading of JSON bodies."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.shared.formulas import plain
from domain.shared.errors import Conflict, DaybookError, Malformed, Refused
from interfaces.http.shared.bodies import parse_object
from interfaces.http.shared.problems import FAMILIES, answer_for, family_of
from interfaces.http.shared.rendering import csv_lines, encode_json


def csv_of(columns: list[str], *rows: dict[str, Any]) -> list[list[str]]:
    async def batches() -> AsyncIterator[list[dict[str, Any]]]:
        for row in rows:
            yield [row]

    async def text() -> str:
        return b"".join([chunk async for chunk in csv_lines(columns, batches())]).decode()

    return list(csv.reader(io.StringIO(asyncio.run(text()), newline="")))


FORMULAS = {
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-1": "'-1",
    "@SUM(A1)": "'@SUM(A1)",
    "\t=1": "'\t'=1",
    "\r=1": "'\r'=1",
    "\n=1": "'\n'=1",
    "＝1": "'＝1",
    "\ufeff=1": "'\ufeff=1",
    "Taxi;=1+1": "Taxi;'=1+1",
    "Taxi\t@SUM(A1)": "Taxi\t'@SUM(A1)",
    "Taxi\n\ufeff\ufeff-1": "Taxi\n'\ufeff\ufeff-1",
    "a;b;+1;-1": "a;b;'+1;'-1",
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_text_that_a_spreadsheet_would_run(formula: str) -> None:
    (cell,) = csv_of(["name"], {"name": formula})[1]
    assert cell == FORMULAS[formula]
    assert plain(cell) == formula


def test_data_within_a_cell_are_not_run_either() -> None:
    (cell,) = csv_of(["data"], {"data": {"note": "a;=1+1"}})[1]
    assert cell == '{"note":"a;\'=1+1"}'


@pytest.mark.parametrize("text", ["Taxi; -5", "a=b", "a-b;c", "'", "it's", "a;'b", "x@y.example"])
def test_text_that_none_would_run_stays_as_it_is(text: str) -> None:
    assert csv_of(["name"], {"name": text})[1] == [text]
    assert plain(text) == text


def test_values_that_are_no_text_stay_as_they_are() -> None:
    row = {
        "amount": Decimal("-12.50"),
        "count": -3,
        "day": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "none": None,
        "flag": True,
        "data": {"a": [1]},
    }
    _, cells = csv_of(list(row), row)
    assert cells == [
        "-12.50",
        "-3",
        "2026-01-02",
        "2026-01-02T03:04:00Z",
        "",
        "true",
        '{"a":[1]}',
    ]


RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.text("=-@;'\t\n\ufeffa", max_size=12)
)
def test_any_text_is_read_back(text: str) -> None:
    (cell,) = csv_of(["name"], {"name": text})[1] or [""]
    assert plain(cell) == plain(text)
    assert all(not begins.startswith(RUN) for begins in re.split("[;\t\r\n]", cell))


def test_decimals_are_exact_strings_in_json() -> None:
    assert encode_json({"amount": Decimal("1200.00")}) == b'{"amount":"1200.00"}'


class Order(msgspec.Struct):
    amount: Decimal
    note: str = "none"


def test_a_number_of_json_is_read_exactly() -> None:
    for body in (b'{"amount": 0.1}', b'{"amount": "0.1"}'):
        assert parse_object(body, Order).amount == Decimal("0.1")


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'{"amount"', b"\xff", b"[" * 100_000, b'{"a":' * 100_000]
)
def test_bodies_that_are_no_object(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        parse_object(body, Order)
    assert caught.value.code in ("not_json", "not_an_object", "malformed")


@given(st.binary(max_size=60))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with suppress(Malformed):
        assert isinstance(parse_object(body, Order), Order)


def test_members_are_named_by_json_pointers() -> None:
    with pytest.raises(Malformed) as caught:
        parse_object(b'{"amount": {"deep": 1}, "a/b~c": 1}', Order)
    assert {fault.pointer for fault in caught.value.faults} == {"/amount", "/a~1b~0c"}


def every_error(root: type[DaybookError] = DaybookError) -> set[type[DaybookError]]:
    return {root}.union(*(every_error(kind) for kind in root.__subclasses__()))


def test_every_family_of_the_domain_has_a_status() -> None:
    families = {kind for kind in every_error() if kind.__module__ == "domain.shared.errors"}
    unlisted = [kind for kind in families - {DaybookError} if kind not in FAMILIES]
    assert not unlisted


def test_an_error_belongs_to_the_nearest_family() -> None:
    class SelfApprovalForbidden(Refused):
        default_code = "self_approval"

    assert family_of(SelfApprovalForbidden("no")).status == 409
    answer = answer_for(SelfApprovalForbidden("no", approver="Ada", status="x"), "r-1")
    document = msgspec.json.decode(answer.content)
    assert document["code"] == "self_approval"
    assert document["approver"] == "Ada"
    # A fact never hides a standard member.
    assert document["status"] == 409


def test_facts_of_any_type_can_be_told() -> None:
    answer = answer_for(Conflict("late", expected=1, at=datetime(2026, 1, 1, tzinfo=UTC)), "r-1")
    assert msgspec.json.decode(answer.content)["at"] == "2026-01-01T00:00:00Z"
