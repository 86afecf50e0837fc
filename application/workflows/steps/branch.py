"""`branch`: one of several ways."""

from collections.abc import Callable, Mapping, Sequence

from application.workflows.step_types import CONDITION, NAME, TITLE, StepType, Surroundings
from domain.workflows.definitions import Schema, Way, WorkflowStep
from domain.workflows.instances import Data


class BranchStep(StepType):
    """Leads on by the first case whose condition holds, otherwise where `otherwise` says."""

    name = "branch"
    meaning = (
        "Leads on by the first case whose condition the data fit, and `otherwise` if they fit none."
    )
    needs = ("cases", "otherwise")
    leads_on = False
    node = ("{", "}")

    def members(self, known: Surroundings) -> Mapping[str, Schema]:  # noqa: ARG002
        case = {
            "type": "object",
            "properties": {"when": CONDITION, "next": NAME, "title": TITLE},
            "required": ["when", "next"],
            "additionalProperties": False,
        }
        return {
            "cases": {"type": "array", "items": case, "minItems": 1, "maxItems": 20},
            "otherwise": NAME,
        }

    def conditions(self, step: WorkflowStep) -> Sequence[tuple[str, Schema]]:
        cases = step.settings["cases"]
        return [
            *super().conditions(step),
            *((f"/cases/{place}/when", case["when"]) for place, case in enumerate(cases)),
        ]

    def ways(self, step: WorkflowStep) -> Sequence[Way]:
        cases = [
            Way(
                goes=case["next"],
                label=case.get("title", f"case {place + 1}"),
                pointer=f"/cases/{place}/next",
            )
            for place, case in enumerate(step.settings["cases"])
        ]
        otherwise = Way(goes=step.settings["otherwise"], label="otherwise", pointer="/otherwise")
        return [*cases, otherwise]

    def goes(
        self, step: WorkflowStep, data: Data, holds: Callable[[Schema, Data], bool]
    ) -> str | None:
        cases = step.settings["cases"]
        goes: str = next(
            (case["next"] for case in cases if holds(case["when"], data)),
            step.settings["otherwise"],
        )
        return goes


STEP_TYPE = BranchStep()
