"""`consent`: something that has to be agreed to."""

from collections.abc import Mapping

from application.workflows.step_types import HELP, StepType, Surroundings
from domain.workflows.definitions import Schema, WorkflowStep
from domain.workflows.instances import Audience


class ConsentStep(StepType):
    """Asks whoever has the link to agree, and goes on when they do."""

    name = "consent"
    meaning = "Asks for consent to a text."
    audience = Audience.APPLICANT
    needs = ("text",)

    def members(self, known: Surroundings) -> Mapping[str, Schema]:
        return {"text": HELP}

    def inputs(self, step: WorkflowStep) -> Schema:
        agreed = {"type": "boolean", "const": True, "title": step.settings["text"]}
        return {"type": "object", "properties": {"agreed": agreed}, "required": ["agreed"]}


STEP_TYPE = ConsentStep()
