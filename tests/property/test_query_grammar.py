"""On random rows and random queries the answer from PostgreSQL equals that of the grammar in plain Python."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.shared.query.fields import Collection, Field, FieldType
from projections.shared.query.grouping import (
    group_names,
    measure_names,
    parse_aggregates,
    parse_facets,
)
from projections.shared.query.lists import parse_export, parse_fields, parse_list
from tests.drawing import examples
from tests.grammar_model import (
    Filter,
    Row,
    groups_of,
    in_order,
    passing,
    text_of,
    with_tie_break,
    written,
)
from tests.strategies import VALUES, things
from tests.things import THINGS, WITHOUT_ROLLUPS, Run, Things, a_thing

Pairs = list[tuple[str, str]]


FILTERABLE = [field for field in THINGS.fields if field.name in VALUES]
SORTABLE = [field.name for field in FILTERABLE]
DEFAULTS = [field.name for field in THINGS.fields if field.shown]


@st.composite
def filters(draw: st.DrawFn, fields: Sequence[Field] = FILTERABLE) -> Filter:
    """A filter on one of the fields, with an operator and values it may have."""
    field = draw(st.sampled_from(fields))
    operator = str(draw(st.sampled_from(field.operators)))
    values = VALUES[field.name]
    match operator:
        case "is_null":
            return Filter(field.name, operator, (draw(st.booleans()),))
        case "between":
            return Filter(field.name, operator, tuple(sorted((draw(values), draw(values)))))
        case "in" | "nin":
            return Filter(
                field.name, operator, tuple(draw(st.lists(values, min_size=1, max_size=4)))
            )
        case _:
            return Filter(field.name, operator, (draw(values),))


ORDERS = st.lists(
    st.tuples(st.sampled_from(SORTABLE), st.booleans()), max_size=3, unique_by=lambda term: term[0]
)


def sort_pairs(terms: Sequence[tuple[str, bool]], *, in_words: bool = False) -> Pairs:
    """A sort order in one of its two forms."""
    if not terms:
        return []
    if in_words:
        names = ",".join(name for name, _ in terms)
        return [
            ("sort", names),
            ("order", ",".join("desc" if down else "asc" for _, down in terms)),
        ]
    return [("sort", ",".join("-" * down + name for name, down in terms))]


async def walked(table: Things, pairs: Pairs) -> list[list[Row]]:
    """All pages from the first to the last, after making sure that walking back gives the same ones."""
    page = await table.queries.page(THINGS, parse_list(THINGS, pairs))
    assert page.prev is None
    pages, backs = [page.rows], [page.prev]
    while page.next:
        page = await table.queries.page(THINGS, parse_list(THINGS, [*pairs, ("cursor", page.next)]))
        pages.append(page.rows)
        backs.append(page.prev)
    for number in range(len(pages) - 1, 0, -1):
        back = await table.queries.page(
            THINGS, parse_list(THINGS, [*pairs, ("cursor", backs[number] or "")])
        )
        assert back.rows == pages[number - 1]
        assert (back.prev is None) == (number == 1)
        again = await table.queries.page(
            THINGS, parse_list(THINGS, [*pairs, ("cursor", back.next or "")])
        )
        assert again.rows == pages[number]
    return pages


def shown(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """These fields of the rows."""
    return [{name: row[name] for name in names} for row in rows]


@settings(max_examples=examples(150))
@given(
    rows=things(),
    asked=st.lists(filters(), max_size=3),
    terms=ORDERS,
    in_words=st.booleans(),
    limit=st.integers(1, 12),
    fields=st.none() | st.lists(st.sampled_from(list(THINGS.by_name)), min_size=1, max_size=4),
)
def test_pages_forward_and_back_and_exports_are_those_of_the_model(
    run: Run,
    rows: list[Row],
    asked: list[Filter],
    terms: list[tuple[str, bool]],
    in_words: bool,
    limit: int,
    fields: list[str] | None,
) -> None:
    pairs = [each.pair() for each in asked] + sort_pairs(terms, in_words=in_words)
    names = DEFAULTS
    if fields is not None:
        pairs.append(("fields", ",".join(fields)))
        names = list(dict.fromkeys(fields if "id" in fields else ["id", *fields]))
    expected = shown(in_order(passing(rows, asked), with_tie_break(terms)), names)

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        pages = await walked(table, [*pairs, ("limit", str(limit))])
        assert [row for page in pages for row in page] == expected
        assert all(len(page) == limit for page in pages[:-1])
        assert [list(row) for page in pages for row in page] == [names] * len(expected)

        counted = await table.queries.page(THINGS, parse_list(THINGS, [*pairs, ("count", "exact")]))
        assert counted.count == len(expected)
        export = table.queries.stream(THINGS, parse_export(THINGS, pairs))
        assert [row async for part in export for row in part] == expected

    run(scenario)


@settings(max_examples=examples(60))
@given(
    rows=things(),
    terms=ORDERS,
    limit=st.integers(1, 5),
    arrivals=st.lists(st.integers(100, 140), unique=True, max_size=12),
    departures=st.lists(st.integers(0, 40), unique=True, max_size=12),
    data=st.data(),
)
def test_rows_that_come_and_go_while_paging_neither_repeat_nor_hide_others(
    run: Run,
    rows: list[Row],
    terms: list[tuple[str, bool]],
    limit: int,
    arrivals: list[int],
    departures: list[int],
    data: st.DataObject,
) -> None:
    arriving = [
        {**draw_like(data, rows), "id": number, "uid": a_thing(number)["uid"]}
        for number in arrivals
    ]
    staying = [row for row in rows if row["id"] not in departures]
    pairs = [*sort_pairs(terms), ("limit", str(limit))]

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        seen: list[int] = []
        cursor: Pairs = []
        coming, going = list(arriving), list(departures)
        while True:
            page = await table.queries.page(THINGS, parse_list(THINGS, pairs + cursor))
            seen += [row["id"] for row in page.rows]
            if not page.next:
                break
            cursor = [("cursor", page.next)]
            await table.add([coming.pop() for _ in coming[:2]])
            await table.remove([going.pop() for _ in going[:2]])
        assert len(seen) == len(set(seen))
        stayed = {row["id"] for row in staying}
        order = [row["id"] for row in in_order(staying, with_tie_break(terms))]
        assert [number for number in seen if number in stayed] == order

    run(scenario)


def draw_like(data: st.DataObject, rows: Sequence[Row]) -> Row:
    """A row that ties with one of these, or any row."""
    return data.draw(st.sampled_from(rows)) if rows else a_thing(0)


GROUPS = [name for name in group_names(THINGS) if name not in ("currency", "id")]
MEASURES = list(measure_names(THINGS))


@st.composite
def having(draw: st.DrawFn, measures: Sequence[str]) -> Filter:
    """A filter on one of the measures."""
    name = draw(st.sampled_from(measures))
    measure = measure_names(THINGS)[name]
    whole = measure.type is FieldType.INTEGER
    values = (
        VALUES[measure.field.name]
        if measure.field and str(measure.function) != "count_distinct" and not whole
        else st.integers(0, 4)
    )
    operator = draw(st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "is_null"]))
    if operator == "is_null":
        return Filter(name, operator, (draw(st.booleans()),))
    if operator in ("in", "nin"):
        return Filter(name, operator, tuple(draw(st.lists(values, min_size=1, max_size=3))))
    return Filter(name, operator, (draw(values),))


def having_pair(asked: Filter) -> tuple[str, str]:
    """As in a query string."""
    operator = "" if asked.operator == "eq" else f"[{asked.operator}]"
    return "having", f"{asked.field}{operator}={written(asked.operator, asked.values)}"


@settings(max_examples=examples(200))
@given(
    rows=things(),
    asked=st.lists(filters(), max_size=2),
    by=st.lists(st.sampled_from(GROUPS), max_size=3, unique=True),
    measures=st.lists(st.sampled_from(MEASURES), min_size=1, max_size=5, unique=True),
    limit=st.none() | st.integers(1, 8),
    data=st.data(),
)
def test_groups_and_totals_are_those_of_the_model(
    run: Run,
    rows: list[Row],
    asked: list[Filter],
    by: list[str],
    measures: list[str],
    limit: int | None,
    data: st.DataObject,
) -> None:
    conditions = data.draw(st.lists(having(measures), max_size=1))
    keys = [*by, "currency"]
    terms = data.draw(
        st.lists(
            st.tuples(st.sampled_from([*keys, *measures]), st.booleans()),
            max_size=3,
            unique_by=lambda term: term[0],
        )
    )
    pairs = [each.pair() for each in asked]
    pairs += [("by", ",".join(by))] * bool(by) + [("measures", ",".join(measures))]
    pairs += sort_pairs(terms) + [having_pair(each) for each in conditions] + [("totals", "true")]
    pairs += [("limit", str(limit))] if limit else []

    found = passing(rows, asked)
    groups = passing(groups_of(found, keys, measures), conditions)
    total_order = [*terms, *((name, False) for name in keys if name not in dict(terms))]
    expected = in_order(groups, total_order)
    totals = groups_of(found, ["currency"], measures)

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        for collection in (THINGS, WITHOUT_ROLLUPS):
            answer = await table.queries.aggregate(collection, parse_aggregates(collection, pairs))
            assert answer.rows == expected[: limit or len(expected)]
            assert answer.truncated == (len(answer.rows) < len(expected))
            assert in_order(answer.totals or [], [("currency", False)]) == in_order(
                totals, [("currency", False)]
            )

    run(scenario)


@settings(max_examples=examples(60))
@given(
    rows=things(),
    asked=st.lists(filters(), max_size=2),
    by=st.sampled_from(["label", "kind", "flag", "day:month"]),
)
def test_the_groups_add_up_to_the_list(
    run: Run, rows: list[Row], asked: list[Filter], by: str
) -> None:
    """Exports, groups, totals, counts and facets of one filter tell one story."""
    pairs = [each.pair() for each in asked]

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        export = table.queries.stream(THINGS, parse_export(THINGS, pairs))
        listed = [row async for part in export for row in part]
        grouped = await table.queries.aggregate(
            THINGS, parse_aggregates(THINGS, [*pairs, ("by", by), ("totals", "true")])
        )
        facets = (
            await table.queries.facets(THINGS, parse_facets(THINGS, [*pairs, ("by", by)]))
        ).facets
        for told in (grouped.rows, grouped.totals or [], facets[0].values):
            assert _per_currency(told, "sum:amount", "count") == _per_currency(listed, "amount")

    run(scenario)


def _per_currency(
    rows: Sequence[Row], amount: str, count: str | None = None
) -> dict[str, tuple[Any, int]]:
    sums: dict[str, tuple[Any, int]] = {}
    for row in rows:
        total, number = sums.get(row["currency"], (0, 0))
        sums[row["currency"]] = (total + row[amount], number + (row[count] if count else 1))
    return sums


@settings(max_examples=examples(80))
@given(
    rows=things(),
    asked=st.lists(filters(), max_size=1),
    limit=st.integers(1, 6),
)
def test_facets_are_the_most_frequent_values_of_the_model(
    run: Run, rows: list[Row], asked: list[Filter], limit: int
) -> None:
    pairs = [*(each.pair() for each in asked), ("limit", str(limit))]

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        facets = (await table.queries.facets(THINGS, parse_facets(THINGS, pairs))).facets
        assert [facet.name for facet in facets] == ["label", "kind", "currency", "flag"]
        for facet in facets:
            by = list(dict.fromkeys([facet.name, "currency"]))
            sums = ["sum:number", "sum:amount", "sum:rate"]
            groups = groups_of(passing(rows, asked), by, ["count", *sums])
            ranked = in_order(groups, [("count", True), *((name, False) for name in by)])
            assert facet.truncated == (len(ranked) > limit)
            assert facet.values == [_as_facet(group, facet.name) for group in ranked[:limit]]

    run(scenario)


def _as_facet(group: Row, name: str) -> Row:
    return {"value": group[name], **{each: value for each, value in group.items() if each != name}}


@settings(max_examples=examples(40))
@given(rows=things(size_max=5), names=st.lists(st.sampled_from(list(THINGS.by_name)), min_size=1))
def test_one_record_is_found_by_its_id_and_by_its_uid(
    run: Run, rows: list[Row], names: list[str]
) -> None:
    fields = parse_fields(THINGS, [("fields", ",".join(names))])

    async def scenario(table: Things) -> None:
        await table.hold(rows)
        for row in rows:
            expected = {"id": row["id"], **{name: row[name] for name in names}}
            for identity in (row["id"], text_of(row["id"]), row["uid"], str(row["uid"])):
                assert await table.queries.one(THINGS, identity, fields) == expected

    run(scenario)


def test_the_strategies_reach_every_field_and_operator() -> None:
    """The properties say little unless every operator of every type is among the filters."""
    collection: Collection = THINGS
    assert {field.name for field in FILTERABLE} == set(collection.by_name) - {"details"}
    assert {str(operator) for field in FILTERABLE for operator in field.operators} == {
        *[
            "eq",
            "ne",
            "gt",
            "gte",
            "lt",
            "lte",
            "in",
            "nin",
            "between",
            "contains",
            "starts_with",
            "is_null",
        ]
    }
