"""`form`: fields to fill in."""

from collections.abc import Iterator, Mapping, Sequence

from application.workflows.step_types import NAME, StepType, Surroundings
from domain.shared.errors import nearest
from domain.workflows.definitions import Flaw, Schema, WorkflowStep
from domain.workflows.instances import Audience


class FormStep(StepType):
    """Asks whoever has the link for values; what it `records` of them is a fact of another context."""

    name = "form"
    meaning = "Asks for values."
    audience = Audience.APPLICANT
    asks = True
    needs = ("inputs",)
    node = ("[/", "/]")

    def members(self, known: Surroundings) -> Mapping[str, Schema]:
        return {
            "records": {
                "enum": sorted(known.recordables),
                "description": "What is recorded of the values, in place of the values themselves.",
            },
            "fields": {
                "type": "object",
                "propertyNames": NAME,
                "additionalProperties": NAME,
                "description": "Which input is which field of what is recorded, where names differ.",
            },
        }

    def flaws(
        self, step: WorkflowStep, before: Sequence[WorkflowStep], known: Surroundings
    ) -> Iterator[Flaw]:
        noun = step.settings.get("records")
        if noun is None:
            if "fields" in step.settings:
                yield Flaw("/fields", "it says fields of what is recorded, and records nothing")
            return
        if any(each.settings.get("records") == noun for each in before):
            yield Flaw("/records", f"a step before it records the {noun}")
        schema = known.recordables[noun].schema
        for field in step.settings.get("fields", {}):
            if field not in schema["properties"]:
                near = nearest(field, [*schema["properties"]])
                meant = f"; did you mean {near!r}?" if near else ""
                yield Flaw(f"/fields/{field}", f"a {noun} has no field {field!r}{meant}")
        asked, required = step.inputs["properties"], step.inputs.get("required", ())
        for field in schema["required"]:
            name = input_of(step, field)
            if name not in asked or name not in required:
                yield Flaw("/inputs", f"a {noun} needs {field!r}: {name!r} is not a required input")


def input_of(step: WorkflowStep, field: str) -> str:
    """The input that is this field of what a form records."""
    name: str = step.settings.get("fields", {}).get(field, field)
    return name


STEP_TYPE = FormStep()
