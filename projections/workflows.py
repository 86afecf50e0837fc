"""Workflows: the definitions in use, and how far the instances are."""

from typing import Any

from domain.workflows.definitions import WorkflowDefined, WorkflowStep, workflow_of
from domain.workflows.instances import (
    Audience,
    DeadlinePassed,
    StepPerformed,
    StepsAwaited,
    StepSkipped,
    StepSubmitted,
    WorkflowEnded,
    WorkflowStarted,
)
from projections.shared import columns as col
from projections.shared.columns import RECORDED_AT
from projections.shared.folds import changed, created, fact
from projections.shared.model import read_model
from projections.shared.projection import Record, Row

_AWAITED, _OVER = "awaiting", "over"


def _steps(document: str) -> list[dict[str, Any]]:
    return [
        {"name": step.name, "type": step.type, "title": step.title, **_decisions(step)}
        for step in workflow_of(document).steps
    ]


def _decisions(step: WorkflowStep) -> dict[str, Any]:
    """What staff may decide; a step of another type says nothing of it."""
    named = [
        {"name": it["name"], "title": it["title"]} for it in step.settings.get("decisions", ())
    ]
    return {"decisions": named} if named else {}


WORKFLOW_DEFINITIONS = read_model(
    "workflow_definitions",
    "The workflows in every version that was taken into use.",
    version=2,
    ids=col.ids(7, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e83b", version="Always 1: it never changes."),
    columns=[
        col.label("name", "What it is called in addresses.", "customer-cashflow"),
        col.integer(
            "workflow_version",
            "Versions of one name; the highest is begun.",
            1,
            initially=fact("version"),
        ),
        col.text("title", "What people call it.", "Twelve months of income and expenditure"),
        col.json(
            "steps",
            "Its steps in their order: name, type and title, and of a review its `decisions`.",
            [{"name": "details", "type": "form", "title": "About you"}],
            initially=fact("document", _steps),
        ),
        col.recorded_at("When it was taken into use."),
    ],
    on={WorkflowDefined: created()},
)


def _went(row: Row | None, record: Record[Any]) -> Row | None:
    return row and {**row, "version": record.version}


def _submitted(row: Row | None, record: Record[StepSubmitted]) -> Row | None:
    if row is None:
        return None
    customer = record.event.recorded.get("customer", row["customer_uid"])
    return {**row, "version": record.version, "customer_uid": customer}


WORKFLOW_INSTANCES = read_model(
    "workflow_instances",
    "How far each is who goes through a workflow.",
    version=1,
    ids=col.ids(9, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e83c"),
    columns=[
        col.label("workflow", "What is gone through.", "customer-cashflow"),
        col.integer("workflow_version", "In which version.", 1, initially=fact("version")),
        col.choice(
            "status",
            "Whether it waits for somebody.",
            _AWAITED,
            (_AWAITED, _OVER),
            initially=_AWAITED,
        ),
        col.json(
            "awaited", "The steps it waits for.", ["decision"], initially=lambda _row, _record: []
        ),
        col.choice(
            "awaited_of",
            "Whom it waits for: `applicant` is whoever has the link; null once it is over.",
            "staff",
            Audience,
            nullable=True,
        ),
        col.timestamp("due_at", "When that is late; null if it never is.", nullable=True),
        col.boolean("is_late", "Whether that is late.", False, initially=False),
        col.label("outcome", "How it ended; null until then.", "approved", nullable=True),
        col.uuid(
            "customer_uid",
            "The customer that was recorded in it.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e83d",
            nullable=True,
        ),
        col.recorded_at("When it was begun.", name="started_at"),
        col.timestamp("ended_at", "When it ended; null until then.", None, nullable=True),
    ],
    on={
        WorkflowStarted: created(),
        StepSubmitted: _submitted,
        StepPerformed: _went,
        StepSkipped: _went,
        StepsAwaited: changed(
            "due_at", awaited=fact("steps", list), awaited_of=fact("of", str), is_late=False
        ),
        DeadlinePassed: changed(is_late=True),
        WorkflowEnded: changed(
            "outcome",
            status=_OVER,
            awaited=lambda _row, _record: [],
            awaited_of=None,
            due_at=None,
            is_late=False,
            ended_at=RECORDED_AT,
        ),
    },
)
