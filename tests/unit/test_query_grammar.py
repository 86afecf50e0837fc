"""What the grammar reads, and what it says about what it cannot read. No database is needed to read a query."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shared.errors import Fault, Malformed
from projections.shared.query.aggregates import source_of
from projections.shared.query.cursors import digest_of, read_cursor, write_cursor
from projections.shared.query.fields import OPERATORS, Collection, Field, FieldType
from projections.shared.query.fill import periods
from projections.shared.query.grouping import parse_aggregates, parse_facets
from projections.shared.query.lists import parse_export, parse_fields, parse_list
from projections.shared.query.present import money
from projections.shared.query.requests import Cursor, Period
from projections.shared.query.values import read_value, split_list, write_value
from projections.shared.rollups import DeclarationError
from tests.strategies import VALUES
from tests.things import BY_DAY, BY_LABEL, THINGS


def faults_of(parse: object, *pairs: tuple[str, str]) -> list[Fault]:
    """What is wrong with a query."""
    with pytest.raises(Malformed) as caught:
        parse(THINGS, pairs)  # type: ignore[operator]
    assert caught.value.code == "invalid_query"
    assert caught.value.detail.startswith(caught.value.faults[0].detail)
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("parameter", "text", "code", "got", "nearest"),
    [
        ("amuont", "3", "unknown_parameter", "amuont", "amount"),
        ("amuont[gte]", "3", "unknown_parameter", "amuont", "amount"),
        ("lable", "3", "unknown_parameter", "lable", "label"),
        ("limt", "3", "unknown_parameter", "limt", "limit"),
        ("having", "count[gt]=1", "unknown_parameter", "having", None),
        ("details", "{}", "unknown_operator", "eq", None),
        ("amount[gte", "3", "unknown_parameter", "amount[gte", "amount"),
        ("amount[]", "3", "unknown_operator", "", None),
        ("amount[gtee]", "3", "unknown_operator", "gtee", "gte"),
        ("amount[contains]", "3", "unknown_operator", "contains", None),
        ("kind[starts_with]", "o", "unknown_operator", "starts_with", None),
        ("flag[gt]", "true", "unknown_operator", "gt", None),
        ("kind", "opne", "bad_value", "opne", "open"),
        ("kind[in]", "open,clsoed", "bad_value", "clsoed", "closed"),
        ("number", "12.5", "bad_value", "12.5", None),
        ("number", "٣", "bad_value", "٣", None),
        ("number", "9223372036854775808", "bad_value", "9223372036854775808", None),
        ("amount", "1e3", "bad_value", "1e3", None),
        ("amount", "NaN", "bad_value", "NaN", None),
        ("amount", "1,200.00", "bad_value", "1,200.00", None),
        ("amount[between]", "1", "bad_value", "1", None),
        ("amount[between]", "2,1", "bad_value", "2,1", None),
        ("amount[in]", "1,x", "bad_value", "x", None),
        ("amount[in]", ",".join(["1"] * 201), "bad_value", None, None),
        ("day", "2024-02-30", "bad_value", "2024-02-30", None),
        ("day", "20240229", "bad_value", "20240229", None),
        ("day", "10000-01-01", "bad_value", "10000-01-01", None),
        ("moment", "2024-01-01T00:00:00", "bad_value", "2024-01-01T00:00:00", None),
        ("moment", "0001-01-01T00:00:00+14:00", "bad_value", "0001-01-01T00:00:00+14:00", None),
        ("uid", "{00000000-0000-0000-0000-000000000001}", "bad_value", None, None),
        ("flag", "yes", "bad_value", "yes", None),
        ("label[is_null]", "maybe", "bad_value", "maybe", None),
        ("label", "a\0b", "bad_value", "a\0b", None),
        ("label", "\ud800", "bad_value", "\\ud800", None),
        ("label", "x" * 1_001, "bad_value", None, None),
        ("label[in]", '"a', "bad_value", '"a', None),
        ("label[in]", '"a"b', "bad_value", '"a"b', None),
        ("limit", "0", "bad_value", "0", None),
        ("limit", "201", "bad_value", "201", None),
        ("limit", "-1", "bad_value", "-1", None),
        ("limit", "٣", "bad_value", "٣", None),
        ("limit", "9" * 5_000, "bad_value", None, None),
        ("count", "exat", "bad_value", "exat", "exact"),
        ("fields", "id,amout", "unknown_field", "amout", "amount"),
        ("fields", "", "unknown_field", "", None),
        ("sort", "amount,-nmuber", "not_sortable", "nmuber", "number"),
        ("sort", "details", "not_sortable", "details", None),
        ("sort", "", "not_sortable", "", None),
        ("sort", "amount,-amount", "repeated", "amount", None),
        ("sort", "id,uid,label,kind,day", "too_many", None, None),
        ("order", "desc", "bad_value", "desc", None),
    ],
)
def test_a_list_says_what_it_cannot_read(
    parameter: str, text: str, code: str, got: str | None, nearest: str | None
) -> None:
    fault = faults_of(parse_list, (parameter, text))[0]
    assert fault.parameter == parameter
    assert fault.code == code
    assert got is None or fault.got == got
    assert fault.nearest == nearest


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("label,amount", "desc"),
        ("label", "asc,desc"),
        ("-label", "asc"),
        ("label", "down"),
        ("label", ""),
    ],
)
def test_directions_that_do_not_fit_the_sort_order_are_refused(sort: str, order: str) -> None:
    (fault,) = faults_of(parse_list, ("sort", sort), ("order", order))
    assert (fault.parameter, fault.got) == ("order", order)


@pytest.mark.parametrize(
    ("parameter", "text", "code", "got", "nearest"),
    [
        ("by", "lable", "not_groupable", "lable", "label"),
        ("by", "day:mnth", "not_groupable", "day:mnth", "day:month"),
        ("by", "label:month", "not_groupable", "label:month", None),
        ("by", "amount", "not_groupable", "amount", None),
        ("by", "label,label", "repeated", "label", None),
        ("by", "label,kind,flag,day,currency", "too_many", None, None),
        ("measures", "sum:amuont", "not_measurable", "sum:amuont", "sum:amount"),
        ("measures", "sum:label", "not_measurable", "sum:label", None),
        ("measures", "count,count", "repeated", "count", None),
        ("measures", ",".join(["count"] * 21), "too_many", None, None),
        ("having", "sum:amount", "bad_value", "sum:amount", None),
        ("having", "sum:amont[gt]=1", "unknown_measure", "sum:amont", "sum:amount"),
        ("having", "sum:amount[gtt]=1", "unknown_operator", "gtt", "gt"),
        ("having", "count[gt]=1.5", "bad_value", "1.5", None),
        ("sort", "sum:amuont", "not_sortable", "sum:amuont", "sum:amount"),
        ("limit", "10001", "bad_value", "10001", None),
        ("totals", "ture", "bad_value", "ture", "true"),
        ("cursor", "x", "unknown_parameter", "cursor", None),
        ("fill", "true", "bad_value", "true", None),
    ],
)
def test_an_aggregate_says_what_it_cannot_read(
    parameter: str, text: str, code: str, got: str | None, nearest: str | None
) -> None:
    fault = faults_of(parse_aggregates, (parameter, text))[0]
    assert (fault.parameter, fault.code) == (parameter, code)
    assert got is None or fault.got == got
    if nearest:
        assert fault.nearest == nearest


def test_fill_and_having_exclude_each_other() -> None:
    pairs = [("by", "day:month"), ("fill", "true"), ("having", "count[gt]=1")]
    (fault,) = faults_of(parse_aggregates, *pairs)
    assert fault.parameter == "fill"
    (fault,) = faults_of(parse_aggregates, ("by", "day,moment:month"), ("fill", "true"))
    assert "2" in fault.detail


def test_everything_wrong_is_named_in_one_answer() -> None:
    found = faults_of(
        parse_list, ("amuont", "1"), ("day", "x"), ("sort", "z"), ("limit", "a"), ("count", "b")
    )
    assert [fault.parameter for fault in found] == ["amuont", "day", "sort", "limit", "count"]


def test_a_value_that_cannot_be_read_is_told_with_what_was_expected() -> None:
    (fault,) = faults_of(parse_list, ("amount[gte]", "1.400,00"))
    assert fault.detail == (
        "amount[gte] is '1.400,00'; a decimal number without an exponent, such as 1400 or -12.50 was expected"
    )


def test_an_operator_that_a_type_does_not_have_is_told_with_those_it_has() -> None:
    (fault,) = faults_of(parse_list, ("day[contains]", "2024"))
    assert fault.expected == [str(operator) for operator in OPERATORS[FieldType.DATE]]


def test_parameters_are_given_once_and_filters_as_often_as_wanted() -> None:
    (fault,) = faults_of(parse_list, ("limit", "1"), ("limit", "2"))
    assert (fault.parameter, fault.code) == ("limit", "repeated")
    query = parse_list(THINGS, [("amount[gte]", "1"), ("amount[gte]", "2")])
    assert [condition.values for condition in query.conditions] == [(1,), (2,)]
    (fault,) = faults_of(parse_list, *[("amount", "1")] * 101)
    assert fault.code == "too_many"


def test_a_long_value_is_told_shortened() -> None:
    (fault,) = faults_of(parse_list, ("number", "1" * 5_000))
    assert len(fault.got) < 300


@pytest.mark.parametrize("name", ["cursor", "count"])
def test_an_export_has_no_pages_and_no_count(name: str) -> None:
    (fault,) = faults_of(parse_export, (name, "exact"))
    assert fault.code == "unknown_parameter"
    assert parse_export(THINGS, []).limit is None
    assert parse_export(THINGS, [("limit", "100000")]).limit == 100_000


def test_one_record_takes_fields_only() -> None:
    (fault,) = faults_of(parse_fields, ("sort", "id"))
    assert (fault.parameter, fault.code) == ("sort", "unknown_parameter")
    (fault,) = faults_of(parse_fields, ("fields", "id"), ("fields", "uid"))
    assert fault.code == "repeated"
    assert [field.name for field in parse_fields(THINGS, [("fields", "amount")])] == [
        "id",
        "amount",
    ]
    assert "details" not in {field.name for field in parse_fields(THINGS, [])}


def test_both_forms_of_a_sort_order_mean_the_same() -> None:
    signs = parse_list(THINGS, [("sort", "-amount,label")])
    words = parse_list(THINGS, [("sort", "amount,label"), ("order", "desc,asc")])
    assert signs.sort == words.sort
    told = [(term.field.name, term.descending) for term in signs.sort]
    assert told == [("amount", True), ("label", False), ("id", False)]


def test_ties_are_broken_by_the_key_in_the_direction_of_the_last_term() -> None:
    def sorted_by(text: str) -> list[tuple[str, bool]]:
        query = parse_list(THINGS, [("sort", text)])
        return [(term.field.name, term.descending) for term in query.sort]

    assert sorted_by("label,-amount")[-1] == ("id", True)
    assert sorted_by("-label,amount")[-1] == ("id", False)
    assert sorted_by("label,-id,amount") == [("label", False), ("id", True)]


def test_the_usual_order_is_the_collections_own() -> None:
    newest_first = replace(THINGS, default_sort="-moment")
    told = [(term.field.name, term.descending) for term in parse_list(newest_first, []).sort]
    assert told == [("moment", True), ("id", True)]


def test_currency_is_part_of_every_group() -> None:
    assert [term.name for term in parse_aggregates(THINGS, [("by", "label")]).by] == [
        "label",
        "currency",
    ]
    asked = parse_aggregates(THINGS, [("by", "currency,label")])
    assert [term.name for term in asked.by] == ["currency", "label"]
    assert [term.name for term in parse_aggregates(THINGS, []).by] == ["currency"]
    facets = parse_facets(THINGS, [("by", "label,currency")]).facets
    assert [[term.name for term in query.by] for _, query in facets] == [
        ["label", "currency"],
        ["currency"],
    ]


def test_an_offset_whose_plus_sign_became_a_space_is_understood() -> None:
    query = parse_list(THINGS, [("moment", "2024-01-01T01:00:00 01:00")])
    assert query.conditions[0].values == (datetime(2024, 1, 1, tzinfo=UTC),)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=5))
def test_lists_of_any_text_can_be_written(items: list[str]) -> None:
    written = ",".join('"' + item.replace('"', '""') + '"' for item in items)
    assert split_list(written) == items


@given(st.data())
def test_every_value_is_read_as_it_was_written(data: st.DataObject) -> None:
    field = data.draw(st.sampled_from([field for field in THINGS.fields if field.name in VALUES]))
    value = data.draw(VALUES[field.name])
    assert read_value(field.type, write_value(value)) == value


def cursor_after(*values: object, **pairs: str) -> str:
    """A cursor of this query."""
    query = parse_list(THINGS, list(pairs.items()))
    digest = digest_of(THINGS, query.conditions, query.sort)
    return write_cursor(Cursor(values), digest)  # type: ignore[arg-type]


def refusal_of(cursor: str, *pairs: tuple[str, str], collection: Collection = THINGS) -> str:
    """The code with which a cursor is refused."""
    with pytest.raises(Malformed) as caught:
        parse_list(collection, [*pairs, ("cursor", cursor)])
    assert caught.value.faults[0].parameter == "cursor"
    return caught.value.code


def test_a_cursor_belongs_to_its_filters_its_order_and_its_collection() -> None:
    cursor = cursor_after("x", 1, sort="label", kind="open")
    assert refusal_of(cursor, ("sort", "-label"), ("kind", "open")) == "cursor_mismatch"
    assert refusal_of(cursor, ("sort", "label"), ("kind", "lost")) == "cursor_mismatch"
    assert refusal_of(cursor, ("sort", "label"), ("kind[ne]", "open")) == "cursor_mismatch"
    same = [("sort", "label"), ("kind", "open")]
    assert refusal_of(cursor, *same, ("label", "x")) == "cursor_mismatch"
    other = replace(THINGS, name="others")
    assert refusal_of(cursor, *same, collection=other) == "cursor_mismatch"


def test_a_cursor_serves_its_query_however_it_is_written() -> None:
    cursor = cursor_after("x", 1, sort="label", kind="open", amount="1")
    pairs = [("amount", "1"), ("kind[eq]", "open"), ("kind", "open"), ("sort", "label")]
    others = [("order", "asc"), ("limit", "3"), ("fields", "uid"), ("count", "exact")]
    query = parse_list(THINGS, [*pairs, *others, ("cursor", cursor)])
    assert query.cursor == Cursor(("x", 1))


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda junk: junk.hex()))
def test_a_garbled_cursor_is_refused(junk: str) -> None:
    assert refusal_of(junk) == "bad_cursor"


@pytest.mark.parametrize(
    "values", [(), ("x",), ("x", 1, 2), ("x", None), ("x", "y"), ("x", 2**63), ("a\0", 1)]
)
def test_a_forged_cursor_with_values_its_fields_cannot_have_is_refused(
    values: tuple[object, ...],
) -> None:
    assert refusal_of(cursor_after(*values, sort="label"), ("sort", "label")) == "bad_cursor"


@given(st.data())
def test_a_cursor_is_read_as_it_was_written(data: st.DataObject) -> None:
    query = parse_list(THINGS, [("sort", "-label,rate,-moment,flag")])
    values = tuple(
        data.draw(
            st.none() | VALUES[term.field.name] if term.field.nullable else VALUES[term.field.name]
        )
        for term in query.sort
    )
    cursor = Cursor(values, backward=data.draw(st.booleans()), inclusive=data.draw(st.booleans()))
    assert read_cursor(write_cursor(cursor, "digest"), "digest", query.sort) == cursor


def test_a_text_longer_than_a_filter_may_hold_still_makes_a_cursor() -> None:
    cursor = cursor_after("x" * 5_000, 1, sort="label")
    query = parse_list(THINGS, [("sort", "label"), ("cursor", cursor)])
    assert query.cursor == Cursor(("x" * 5_000, 1))


@pytest.mark.parametrize(
    ("first", "last", "period", "count"),
    [
        (date(2024, 2, 28), date(2024, 3, 1), None, 3),
        (date(2024, 2, 28), date(2024, 3, 1), Period.DAY, 3),
        (date(2024, 1, 1), date(2024, 1, 15), Period.WEEK, 3),
        (date(2023, 11, 1), date(2024, 2, 1), Period.MONTH, 4),
        (date(2023, 10, 1), date(2024, 7, 1), Period.QUARTER, 4),
        (date(1, 1, 1), date(9999, 1, 1), Period.YEAR, 9999),
        (date(2024, 1, 1), date(2024, 1, 1), Period.YEAR, 1),
        (date(9999, 12, 30), date(9999, 12, 31), None, 2),
    ],
)
def test_periods_run_from_the_first_to_the_last(
    first: date, last: date, period: Period | None, count: int
) -> None:
    found = list(periods(first, last, period))
    assert (found[0], found[-1], len(found)) == (first, last, count)
    assert found == sorted(set(found))


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        *(("1200.0000", *shown) for shown in (("EUR", "1200.00"), ("JPY", "1200"))),
        *(("0.1250", *shown) for shown in (("BHD", "0.125"), ("EUR", "0.1250"))),
        ("5.0000", "???", "5.0000"),
        (f"{'9' * 35}.5000", "EUR", f"{'9' * 35}.50"),
    ],
)
def test_money_is_shown_with_the_decimals_of_its_currency_and_never_rounded(
    amount: str, currency: str, shown: str
) -> None:
    assert str(money(Decimal(amount), currency)) == shown


@pytest.mark.parametrize(
    ("pairs", "table"),
    [
        ([("by", "label")], "things_by_label"),
        ([("by", "day:month")], "things_by_day"),
        ([], "things_by_day"),
        ([("by", "label,day")], "things"),
        ([("by", "kind"), ("flag", "true")], "things_by_label"),
        ([("by", "kind"), ("number", "1")], "things"),
        ([("by", "kind"), ("measures", "sum:rate")], "things"),
        ([("by", "kind"), ("measures", "avg:amount,count")], "things_by_day"),
        ([("by", "kind"), ("measures", "min:day,max:day")], "things_by_day"),
        ([("by", "kind"), ("measures", "count_distinct:label")], "things_by_label"),
        ([("by", "kind"), ("measures", "min:amount")], "things"),
    ],
)
def test_an_aggregate_is_read_from_the_smallest_rollup_that_can_tell_it(
    pairs: list[tuple[str, str]], table: str
) -> None:
    measured = dict(pairs).get("measures", "sum:amount")
    rest = [(name, text) for name, text in pairs if name != "measures"]
    query = parse_aggregates(THINGS, [*rest, ("measures", measured)])
    assert source_of(THINGS, query.conditions, query.by, query.measures).table.name == table
    assert {BY_DAY.table.name, BY_LABEL.table.name} == {"things_by_day", "things_by_label"}


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ({"name": "limit"}, "cannot be the name"),
        ({"name": "Amount"}, "cannot be the name"),
        ({"name": "label", "measurable": True}, "only numbers"),
        ({"name": "label", "money": True}, "only decimals"),
        ({"name": "number", "type": FieldType.INTEGER, "choices": ("1",)}, "only text"),
        ({"name": "details", "type": FieldType.JSON, "groupable": True}, "cannot be grouped"),
    ],
)
def test_a_field_that_cannot_work_is_refused(field: dict[str, object], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        Field(**field)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fields": (*THINGS.fields, Field("kind"))}, "two fields"),
        ({"key": "absent"}, "no field absent"),
        ({"key": "label"}, "must be NOT NULL"),
        ({"currency": "absent"}, "no field absent"),
        ({"uid": "kind"}, "must be a UUID"),
        ({"default_sort": "-absent"}, "cannot be sorted by"),
    ],
)
def test_a_collection_that_cannot_work_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        replace(THINGS, **changes)  # type: ignore[arg-type]
