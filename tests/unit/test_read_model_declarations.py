"""What follows from the declaration of a read model: its table, its fields, and what events do to its rows."""

import ast
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

import projections
from domain.expenses import ExpenseRecorded
from domain.imports import ImportReverted
from domain.payments.payment_facts import PaymentFailed
from domain.shared.account_numbers import masked
from projections.shared import columns as col
from projections.shared.catalog import PROJECTIONS
from projections.shared.columns import ACTOR, RECORDED_AT
from projections.shared.folds import FoldPlan, changed, created, everywhere, fact
from projections.shared.model import by, read_model, read_table
from projections.shared.projection import Fold, Projection, Record, Row, by_position
from projections.shared.rollups import DeclarationError, rollup_of
from tests.facts import an_expense

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
IDS = col.ids(41, "b1d2c3e4-5f60-4718-8293-a4b5c6d7e812", "the expense")
COLUMNS = [
    col.label("departments", "Who spent it.", "IT", indexed=True),
    col.amount("12.50"),
    col.currency(),
    col.text("approved_by", "Who approved it; null while nobody has.", nullable=True),
    col.choice("status", "How far it is.", "open", ("open", "closed"), initially="open"),
    col.text("note", internal=True, initially=ACTOR),
    col.recorded_at("When it was recorded."),
]


def a_model(**changes: Any) -> Projection:
    declared = {"ids": IDS, "columns": COLUMNS, "on": {ExpenseRecorded: created()}}
    return read_model("costs", "What was spent.", version=1, **{**declared, **changes})


def a_record(event: Any = None, version: int = 1, stream: UUID | None = None) -> Record[Any]:
    fact = event or an_expense(amount=Decimal("12.50"))
    return Record(
        40 + version, stream or uuid4(), version, "any", "ada", uuid4(), uuid4(), AT, fact
    )


def folded(
    plan: FoldPlan | Fold, row: Row | None, record: Record[Any], **declared: Any
) -> Row | None:
    """What the plan makes of the row in a table of `COLUMNS`."""
    kind = type(record.event)
    return a_model(on={kind: plan}, **declared).tables[0].folds[kind](row, record)


def test_the_table_follows_from_the_columns() -> None:
    (table,) = a_model(indexes={"status_amount": ("status", "amount", "id")}).all_tables
    assert [*table.c.keys()] == ["id", "uid", "version", *(each.name for each in COLUMNS)]
    assert {each.name for each in table.c if each.nullable} == {"approved_by"}
    assert (table.schema, table.c.uid.unique, [*table.primary_key.c]) == (
        "read",
        True,
        [table.c.id],
    )
    assert {str(index.name): [*index.columns.keys()] for index in table.indexes} == {
        "costs_departments": ["departments", "id"],
        "costs_status_amount": ["status", "amount", "id"],
    }


def test_what_can_be_asked_follows_from_the_columns() -> None:
    costs = a_model(first="status currency", rollups={"by_status": by("status", sums=("amount",))})
    collection = costs.collection
    others = ["departments", "amount", "approved_by", "recorded_at"]
    assert [*collection.by_name] == ["id", "uid", "status", "currency", *others, "version"]
    assert (collection.projection, collection.currency) == ("costs", "currency")
    assert [rollup.table.name for rollup in collection.rollups] == ["by_status"]
    assert collection.by_name["id"].description == "Stable number of the expense."


def test_amounts_make_a_currency_part_of_every_group() -> None:
    assert a_model(columns=[col.text("departments")]).collection.currency is None


def test_a_new_row_has_the_fields_of_the_event() -> None:
    record = a_record()
    assert folded(created(approved_by="bo"), None, record) == {
        "id": 41,
        "uid": record.stream_id,
        "version": 1,
        "departments": record.event.departments,
        "amount": Decimal("12.50"),
        "currency": record.event.currency,
        "approved_by": "bo",
        "status": "open",
        "note": "ada",
        "recorded_at": AT,
    }


def test_who_comes_again_keeps_what_is_to_be_kept() -> None:
    stream = uuid4()
    first = folded(created(), None, a_record(stream=stream))
    again = a_record(an_expense(departments="HR"), 2, stream)
    row = folded(created(keeps=("id", "status")), {**(first or {}), "status": "closed"}, again)
    assert row is not None
    assert [row[name] for name in ("id", "version", "departments", "status")] == [
        41,
        2,
        "HR",
        "closed",
    ]


def test_a_change_replaces_what_it_names_and_leaves_the_row_it_was_given() -> None:
    row = {"departments": "IT", "currency": "EUR", "status": "open", "version": 1}
    record = a_record(an_expense(departments="HR", currency="JPY"), 2)
    plan = changed("departments", status="closed", recorded_at=RECORDED_AT, approved_by=_before)
    assert folded(plan, row, record) == {
        "departments": "HR",
        "currency": "EUR",
        "status": "closed",
        "recorded_at": AT,
        "approved_by": "IT",
        "version": 2,
    }
    assert row["departments"] == "IT"


def _before(row: Row, _record: Record[Any]) -> str:
    return str(row["departments"])


def test_a_change_of_nothing_is_nothing() -> None:
    assert folded(changed(status="closed"), None, a_record()) is None


def test_a_column_says_what_is_stored_of_a_field() -> None:
    columns = [*COLUMNS, col.account_number("project_name", "Its number.")]
    record = a_record(an_expense(project_name="DE89370400440532013000"))
    for plan in (
        created(),
        changed("project_name"),
        changed(project_name=fact("project_name", masked)),
    ):
        row = folded(plan, {"version": 1}, record, columns=columns)
        assert row is not None
        assert row["project_name"] == "****3000"


@pytest.mark.parametrize(("was_submitted", "status"), [(True, "closed"), (False, "open")])
def test_a_plan_may_depend_on_a_field_of_the_event(was_submitted: bool, status: str) -> None:
    failed = PaymentFailed(
        reimbursement_uid=uuid4(),
        bank_uid=uuid4(),
        amount=Decimal(1),
        currency="EUR",
        reason="",
        was_submitted=was_submitted,
    )
    row = folded(
        changed(status="closed").when("was_submitted"), {"status": "open"}, a_record(failed)
    )
    assert row is not None
    assert row["status"] == status


def test_tables_stand_beside_each_other_and_have_keys_of_their_own() -> None:
    on = {ExpenseRecorded: created()}
    spenders = read_table(
        "spenders",
        ids=IDS,
        columns=[col.text("member_name")],
        key=lambda record: record.event.member_name,
        key_column="member_name",
        on=on,
    )
    costs = a_model(table="cost_entries", key=by_position, key_column="id", beside=[spenders])
    assert [table.name for table in costs.all_tables] == ["cost_entries", "spenders"]
    assert {each.collection.projection for each in costs.tables} == {"costs"}
    assert [each.table.c.uid.unique for each in costs.tables] == [True, False]
    assert costs.all_tables[1].c.member_name.unique
    assert [each.key(a_record()) for each in costs.tables] == [41, an_expense().member_name]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"on": {}}, "costs has no fold"),
        ({"on": {ExpenseRecorded: created(amuont=1)}}, "no column amuont"),
        ({"on": {ExpenseRecorded: changed("amuont")}}, "no column amuont"),
        ({"on": {ExpenseRecorded: changed("status")}}, "ExpenseRecorded has no event.status"),
        ({"on": {ExpenseRecorded: changed(note=fact("by"))}}, "ExpenseRecorded has no event.by"),
        ({"columns": [*COLUMNS, col.date("paid_on")]}, "ExpenseRecorded has nothing for paid_on"),
        ({"first": "staus"}, "costs has no column staus"),
        ({"key_column": "number"}, "costs has no column number"),
        ({"columns": [*COLUMNS, col.text("status", nullable=True)]}, "two columns of one name"),
        ({"rollups": {"totals": by("staus")}}, "costs has no column staus"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DeclarationError, match=complaint):
        a_model(**changes)


@pytest.mark.parametrize(
    ("column", "complaint"),
    [
        (sa.Column("m", sa.Float, nullable=False), "exact number"),
        (sa.Column("m", sa.Numeric(8, 2), nullable=True), "NOT NULL"),
        (sa.Column("m", sa.Text, nullable=False), "is TEXT"),
    ],
)
def test_only_exact_numbers_are_rolled_up(column: "sa.Column[Any]", complaint: str) -> None:
    with pytest.raises(DeclarationError, match=complaint):
        rollup_of(sa.Table("t", sa.MetaData(), column), "r", by=("m",), sums=("m",))


def test_a_rollup_has_groups() -> None:
    with pytest.raises(DeclarationError, match="groups by no column"):
        a_model(rollups={"totals": by()})


def test_the_catalogue_has_every_read_model_that_a_module_declares() -> None:
    declared = sorted(
        node.args[0].value
        for path in Path(projections.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "read_model"
        and isinstance(node.args[0], ast.Constant)
    )
    assert declared == [each.name for each in PROJECTIONS]
    assert len(set(declared)) == len(declared) > 0


@pytest.mark.parametrize(
    ("plan", "what"),
    [
        (everywhere("note", status="closed"), "indexed column note"),
        (everywhere("nothing", status="closed"), "indexed column nothing"),
        (everywhere("departments", departments="IT"), "by other columns"),
        (everywhere("departments", status=lambda *_: "closed"), "alike"),
        (everywhere("departments", wrong=1), "no column wrong"),
        (everywhere("departments", amount=Decimal(1)), "sums"),
    ],
)
def test_what_cannot_be_changed_everywhere_is_refused(plan: Any, what: str) -> None:
    on = {ExpenseRecorded: created(), ImportReverted: plan}
    with pytest.raises(DeclarationError, match=what):
        a_model(on=on, rollups={"by_status": by("status", sums=("amount",))})
