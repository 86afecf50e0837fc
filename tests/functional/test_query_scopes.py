"""Queries kept within what their caller may see, on a real PostgreSQL: no filter, group, count or id leads out."""

from decimal import Decimal
from typing import Any

import pytest

from domain.shared.errors import Malformed, NotFound
from projections.shared.query.aggregates import source_of
from projections.shared.query.grouping import parse_aggregates, parse_facets
from projections.shared.query.lists import parse_export, parse_fields, parse_list
from tests.things import BY_LABEL, THINGS, Run, Things, a_thing

SCOPE = {"label": "mine"}
ROWS = [
    a_thing(1, label="mine", amount=Decimal(10)),
    a_thing(2, label="theirs", amount=Decimal(200)),
    a_thing(3, label="mine", amount=Decimal(3), kind="closed"),
    a_thing(4, label=None, amount=Decimal(4000)),
    a_thing(5, label="mine", amount=Decimal(5)),
]


@pytest.mark.parametrize(
    "filters",
    [
        [],
        [("label", "theirs")],
        [("label[in]", "mine,theirs")],
        [("label[ne]", "mine")],
        [("label[is_null]", "true")],
        [("id[gte]", "1")],
    ],
)
def test_no_filter_leads_out(run: Run, filters: list[tuple[str, str]]) -> None:
    async def scenario(things: Things) -> None:
        await things.hold(ROWS)
        query = parse_list(THINGS, [*filters, ("count", "exact")], SCOPE)
        page = await things.queries.page(THINGS, query)
        free = await things.queries.page(THINGS, parse_list(THINGS, filters))
        seen = [row for row in free.rows if row["label"] == "mine"]
        assert page.rows == seen
        assert page.count == len(seen)
        export = parse_export(THINGS, filters).within(SCOPE)
        assert [row async for part in things.queries.stream(THINGS, export) for row in part] == seen

    run(scenario)


def test_a_record_out_of_scope_is_answered_like_one_that_is_not_there(run: Run) -> None:
    fields = parse_fields(THINGS, [])

    async def scenario(things: Things) -> None:
        await things.hold(ROWS)
        assert (await things.queries.one(THINGS, 1, fields, SCOPE))["id"] == 1
        details = []
        for identity in (2, 4, 99):
            with pytest.raises(NotFound) as missing:
                await things.queries.one(THINGS, identity, fields, SCOPE)
            details.append(missing.value.detail.replace(str(identity), "N"))
        assert len(set(details)) == 1

    run(scenario)


def test_groups_totals_and_facets_count_what_is_in_scope(run: Run) -> None:
    async def scenario(things: Things) -> None:
        await things.hold(ROWS)
        asked = [("by", "kind"), ("measures", "sum:amount,count"), ("totals", "true")]
        groups = await things.queries.aggregate(
            THINGS, parse_aggregates(THINGS, asked).within(SCOPE)
        )
        assert {row["kind"]: (row["sum:amount"], row["count"]) for row in groups.rows} == {
            "open": (Decimal(15), 2),
            "closed": (Decimal(3), 1),
        }
        assert [(row["sum:amount"], row["count"]) for row in groups.totals or ()] == [
            (Decimal(18), 3)
        ]
        query = parse_facets(THINGS, [("by", "label")]).within(SCOPE)
        (facet,) = (await things.queries.facets(THINGS, query)).facets
        assert [row["value"] for row in facet.values] == ["mine"]

    run(scenario)


def test_a_rollup_without_the_columns_of_the_scope_is_not_read() -> None:
    by_label = parse_aggregates(THINGS, [("by", "kind"), ("measures", "sum:amount")])
    assert _source(by_label.within(SCOPE)) == BY_LABEL.table.name
    by_day = parse_aggregates(THINGS, [("by", "day"), ("measures", "sum:amount")])
    assert _source(by_day) == "things_by_day"
    assert _source(by_day.within(SCOPE)) == THINGS.table.name


def _source(query: Any) -> str:
    return source_of(THINGS, query.conditions, query.by, query.measures).table.name


def test_a_cursor_belongs_to_its_scope(run: Run) -> None:
    async def scenario(things: Things) -> None:
        await things.hold(ROWS)
        first = await things.queries.page(THINGS, parse_list(THINGS, [("limit", "1")], SCOPE))
        following = [("limit", "5"), ("cursor", first.next or "")]
        rest = await things.queries.page(THINGS, parse_list(THINGS, following, SCOPE))
        assert [row["id"] for row in (*first.rows, *rest.rows)] == [1, 3, 5]
        for scope in ({}, {"label": "theirs"}):
            with pytest.raises(Malformed) as refused:
                parse_list(THINGS, following, scope)
            assert refused.value.code == "cursor_mismatch"

    run(scenario)
