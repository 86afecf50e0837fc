"""Queries on a real PostgreSQL, by example."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from domain.shared.errors import Invalid, Malformed, NotFound
from projections.shared.query.grouping import parse_aggregates, parse_facets
from projections.shared.query.lists import parse_export, parse_fields, parse_list
from projections.shared.query.reading import EXPORT_ROWS
from tests.things import (
    THINGS,
    Run,
    Things,
    a_thing,
)

SPENT = [
    a_thing(1, label="Sales", amount=Decimal(10), day=date(2024, 1, 31)),
    a_thing(2, label="Sales", amount=Decimal(20), day=date(2024, 4, 1)),
    a_thing(3, label="Sales", amount=Decimal(500), currency="JPY", day=date(2024, 1, 1)),
    a_thing(4, label="IT", amount=Decimal("0.5"), day=date(2024, 2, 1)),
    a_thing(5, label=None, amount=Decimal("-1.25"), day=None),
]


def test_groups_never_add_currencies_and_show_their_decimals(run: Run) -> None:
    pairs = [("by", "label"), ("measures", "sum:amount,avg:amount,count"), ("totals", "true")]

    async def scenario(table: Things) -> None:
        await table.hold(SPENT)
        answer = await table.queries.aggregate(THINGS, parse_aggregates(THINGS, pairs))
        told = [(row["label"], row["currency"], str(row["sum:amount"])) for row in answer.rows]
        assert told == [
            ("IT", "EUR", "0.50"),
            ("Sales", "EUR", "30.00"),
            ("Sales", "JPY", "500"),
            (None, "EUR", "-1.25"),
        ]
        assert [str(row["avg:amount"]) for row in answer.rows[:2]] == ["0.500000", "15.000000"]
        totals = {row["currency"]: str(row["sum:amount"]) for row in answer.totals or []}
        assert totals == {"EUR": "29.25", "JPY": "500"}

    run(scenario)


def test_an_average_is_rounded_half_to_even(run: Run) -> None:
    halves = {"a": "0.000001", "b": "0.000003", "c": "-0.000001", "d": "-0.000003"}
    rows = [a_thing(2 * n, label=label, rate=Decimal(0)) for n, label in enumerate(halves)]
    rows += [
        a_thing(2 * n + 1, label=label, rate=Decimal(rate))
        for n, (label, rate) in enumerate(halves.items())
    ]

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        query = parse_aggregates(THINGS, [("by", "label"), ("measures", "avg:rate")])
        answer = await table.queries.aggregate(THINGS, query)
        told = [f"{row['avg:rate']:f}" for row in answer.rows]
        assert told == ["0.000000", "0.000002", "0.000000", "-0.000002"]

    run(scenario)


def test_fill_leaves_no_period_out(run: Run) -> None:
    pairs = [
        ("by", "day:month,label"),
        ("measures", "sum:amount,count,avg:amount"),
        ("fill", "true"),
        ("sort", "label,day:month"),
    ]

    async def scenario(table: Things) -> None:
        await table.hold(SPENT[:4])
        answer = await table.queries.aggregate(THINGS, parse_aggregates(THINGS, pairs))
        told = [
            (
                row["label"],
                row["currency"],
                row["day:month"].month,
                str(row["sum:amount"]),
                row["count"],
            )
            for row in answer.rows
            if row["currency"] == "EUR"
        ]
        assert told == [
            ("IT", "EUR", 1, "0.00", 0),
            ("IT", "EUR", 2, "0.50", 1),
            ("IT", "EUR", 3, "0.00", 0),
            ("IT", "EUR", 4, "0.00", 0),
            ("Sales", "EUR", 1, "10.00", 1),
            ("Sales", "EUR", 2, "0.00", 0),
            ("Sales", "EUR", 3, "0.00", 0),
            ("Sales", "EUR", 4, "20.00", 1),
        ]
        yen = [row for row in answer.rows if row["currency"] == "JPY"]
        assert [(row["count"], str(row["sum:amount"]), row["avg:amount"]) for row in yen] == [
            (1, "500", Decimal(500)),
            (0, "0", None),
            (0, "0", None),
            (0, "0", None),
        ]

    run(scenario)


def test_fill_sorts_and_limits_the_filled_groups_and_keeps_those_without_a_date(run: Run) -> None:
    pairs = [("by", "day:month"), ("fill", "true"), ("currency", "EUR")]

    async def scenario(table: Things) -> None:
        await table.hold(SPENT)
        ordered = parse_aggregates(THINGS, [*pairs, ("sort", "-day:month"), ("limit", "3")])
        answer = await table.queries.aggregate(THINGS, ordered)
        assert [row["day:month"] for row in answer.rows] == [
            None,
            date(2024, 4, 1),
            date(2024, 3, 1),
        ]
        assert answer.truncated
        nothing = parse_aggregates(THINGS, [*pairs, ("label", "absent")])
        assert (await table.queries.aggregate(THINGS, nothing)).rows == []

    run(scenario)


def test_fill_refuses_to_make_more_groups_than_an_answer_may_have(run: Run) -> None:
    rows = [a_thing(1, day=date(1, 1, 1)), a_thing(2, day=date(9999, 12, 31))]

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        query = parse_aggregates(THINGS, [("by", "day"), ("fill", "true")])
        with pytest.raises(Invalid) as caught:
            await table.queries.aggregate(THINGS, query)
        assert caught.value.code == "too_many_groups"

    run(scenario)


def test_facets_tell_how_often_and_how_much_per_value_and_currency(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold(SPENT)
        query = parse_facets(THINGS, [("by", "label"), ("measures", "sum:amount"), ("limit", "2")])
        (facet,) = (await table.queries.facets(THINGS, query)).facets
        assert facet.truncated
        assert facet.values == [
            {"value": "Sales", "currency": "EUR", "count": 2, "sum:amount": Decimal("30.00")},
            {"value": "IT", "currency": "EUR", "count": 1, "sum:amount": Decimal("0.50")},
        ]

    run(scenario)


def test_an_empty_collection_answers_everything(run: Run) -> None:
    async def scenario(table: Things) -> None:
        page = await table.queries.page(THINGS, parse_list(THINGS, [("count", "exact")]))
        assert (page.rows, page.next, page.prev, page.count) == ([], None, None, 0)
        groups = await table.queries.aggregate(
            THINGS, parse_aggregates(THINGS, [("totals", "true")])
        )
        assert (groups.rows, groups.totals) == ([], [])
        assert [part async for part in table.queries.stream(THINGS, parse_export(THINGS, []))] == []

    run(scenario)


def test_a_page_whose_rows_have_gone_leads_back_to_the_row_it_came_from(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(number) for number in range(6)])

        async def page(*pairs: tuple[str, str]) -> Any:
            return await table.queries.page(THINGS, parse_list(THINGS, [("limit", "2"), *pairs]))

        first = await page()
        await table.remove([2, 3, 4, 5])
        gone = await page(("cursor", first.next))
        assert (gone.rows, gone.next) == ([], None)
        back = await page(("cursor", gone.prev))
        assert [row["id"] for row in back.rows] == [0, 1]

    run(scenario)


def test_what_is_not_there_is_not_found_and_what_is_no_id_is_malformed(run: Run) -> None:
    fields = parse_fields(THINGS, [])

    async def scenario(table: Things) -> None:
        for absent in (7, "7", -1, uuid4()):
            with pytest.raises(NotFound):
                await table.queries.one(THINGS, absent, fields)
        for wrong in ("seven", "", "7.0", str(2**63)):
            with pytest.raises(Malformed) as caught:
                await table.queries.one(THINGS, wrong, fields)
            assert caught.value.faults[0].parameter == "id"

    run(scenario)


def test_json_kept_as_bytes_is_shown_as_what_it_says(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(7)])
        fields = parse_fields(THINGS, [("fields", "details")])
        assert await table.queries.one(THINGS, 7, fields) == {"id": 7, "details": {"number": 7}}

    run(scenario)


@pytest.mark.parametrize(
    ("parameter", "text", "found"),
    [
        ("label[contains]", "%", ["50% off"]),
        ("label[contains]", "_", ["a_b"]),
        ("label[contains]", "/", ["a/b"]),
        ("label[contains]", "\\", ["a\\b"]),
        (
            "label[contains]",
            "",
            ["50% off", "a/b", "a\\b", "a_b", "ab", "Ärger", "\ud7ffx", "\ue000", "\U0010ffffx"],
        ),
        ("label[contains]", "B", []),
        ("label[starts_with]", "a", ["a/b", "a\\b", "a_b", "ab"]),
        ("label[starts_with]", "a_", ["a_b"]),
        ("label[starts_with]", "Ä", ["Ärger"]),
        ("label[starts_with]", "\ud7ff", ["\ud7ffx"]),
        ("label[starts_with]", "\U0010ffff", ["\U0010ffffx"]),
        ("label[in]", '"a/b",ab', ["a/b", "ab"]),
    ],
)
def test_text_is_compared_literally_and_by_code_point(
    run: Run, parameter: str, text: str, found: list[str]
) -> None:
    labels = ["ab", "a_b", "a/b", "a\\b", "50% off", "Ärger", "\ud7ffx", "\ue000", "\U0010ffffx"]

    async def scenario(table: Things) -> None:
        await table.hold([a_thing(n, label=label) for n, label in enumerate(labels)])
        query = parse_list(THINGS, [(parameter, text), ("sort", "label")])
        page = await table.queries.page(THINGS, query)
        assert [row["label"] for row in page.rows] == found

    run(scenario)


def test_an_export_comes_in_parts_of_bounded_size(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold([a_thing(number) for number in range(EXPORT_ROWS + 10)])
        query = parse_export(THINGS, [("sort", "-id"), ("fields", "number")])
        sizes = [len(part) async for part in table.queries.stream(THINGS, query)]
        assert sizes == [EXPORT_ROWS, 10]
        few = parse_export(THINGS, [("limit", "3")])
        assert [len(part) async for part in table.queries.stream(THINGS, few)] == [3]

    run(scenario)


def test_an_estimate_is_near_once_the_table_is_analysed(run: Run) -> None:
    async def scenario(table: Things) -> None:
        await table.hold(
            [a_thing(number, label="a%b" if number % 2 else None) for number in range(1_000)]
        )
        async with table.engine.begin() as connection:
            await connection.execute(sa.text("ANALYZE read.things"))
        for pairs, about in (([], 1_000), ([("label[in]", "a%b"), ("id[gte]", "0")], 500)):
            query = parse_list(THINGS, [*pairs, ("count", "estimated"), ("limit", "1")])
            count = (await table.queries.page(THINGS, query)).count
            assert count is not None
            assert about * 0.9 <= count <= about * 1.1
        hit = parse_list(THINGS, [("label[contains]", "%"), ("count", "estimated")])
        assert (await table.queries.page(THINGS, hit)).count is not None

    run(scenario)
