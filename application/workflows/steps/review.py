"""`review`: somebody of the staff decides."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from application.workflows.step_types import NAME, TITLE, StepType, Surroundings
from domain.workflows.definitions import Flaw, Schema, Way, WorkflowStep
from domain.workflows.instances import Audience, Data


class ReviewStep(StepType):
    """Waits for one of its decisions; after `days` operators are reminded, and it leads where `overdue` says, if so."""

    name = "review"
    meaning = "Waits until somebody of the staff decides."
    audience = Audience.STAFF
    needs = ("decisions",)
    node = ("{{", "}}")

    def members(self, known: Surroundings) -> Mapping[str, Schema]:  # noqa: ARG002
        decision = {
            "type": "object",
            "properties": {"name": NAME, "title": TITLE, "next": NAME},
            "required": ["name", "title"],
            "additionalProperties": False,
        }
        return {
            "decisions": {"type": "array", "items": decision, "minItems": 1, "maxItems": 20},
            "days": {
                "type": "integer",
                "minimum": 1,
                "maximum": 365,
                "description": "After how many days it is late, and operators are reminded.",
            },
            "overdue": {**NAME, "description": "Where it leads when it is late; else it waits on."},
        }

    def inputs(self, step: WorkflowStep) -> Schema:
        names = [decision["name"] for decision in step.settings["decisions"]]
        remark = {"type": "string", "title": "Remark", "maxLength": 500}
        decision = {"type": "string", "title": "Decision", "enum": names}
        properties = {"decision": decision, "remark": remark}
        return {"type": "object", "properties": properties, "required": ["decision"]}

    def flaws(
        self,
        step: WorkflowStep,
        before: Sequence[WorkflowStep],  # noqa: ARG002
        known: Surroundings,  # noqa: ARG002
    ) -> Iterator[Flaw]:
        names = [decision["name"] for decision in step.settings["decisions"]]
        for place, name in enumerate(names):
            if name in names[:place]:
                yield Flaw(f"/decisions/{place}/name", f"there is a decision {name!r} before it")
        if "overdue" in step.settings and "days" not in step.settings:
            yield Flaw("/overdue", "it is never late: `days` does not say when")

    def ways(self, step: WorkflowStep) -> Sequence[Way]:
        decisions = [
            Way(
                goes=decision.get("next", step.next),
                label=decision["title"],
                pointer=f"/decisions/{place}/next" if "next" in decision else "/next",
            )
            for place, decision in enumerate(step.settings["decisions"])
        ]
        late = step.settings.get("overdue")
        label = f"after {self.days(step)} days"
        return [*decisions, *([Way(goes=late, label=label, pointer="/overdue")] if late else ())]

    def goes(
        self,
        step: WorkflowStep,
        data: Data,
        holds: Callable[[Schema, Data], bool],  # noqa: ARG002
    ) -> str | None:
        made = data.get(step.name, {}).get("decision")
        for decision in step.settings["decisions"]:
            if decision["name"] == made:
                goes: str | None = decision.get("next", step.next)
                return goes
        return step.next

    def days(self, step: WorkflowStep) -> int | None:
        days: int | None = step.settings.get("days")
        return days

    def goes_when_late(self, step: WorkflowStep) -> str | None:
        goes: str | None = step.settings.get("overdue")
        return goes


STEP_TYPE = ReviewStep()
