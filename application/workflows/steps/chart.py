"""`chart`: what a file comes to, to look at."""

from collections.abc import Iterator, Mapping, Sequence

from application.workflows.step_types import NAME, StepType, Surroundings
from domain.workflows.definitions import Flaw, Schema, WorkflowStep


class ChartStep(StepType):
    """Shows what the file of an earlier step holds, on the page of the result."""

    name = "chart"
    meaning = "Shows what a file holds, on the page of the result."
    needs = ("of",)
    node = ("([", "])")

    def members(self, known: Surroundings) -> Mapping[str, Schema]:  # noqa: ARG002
        return {"of": {**NAME, "description": "The step whose file is shown."}}

    def flaws(
        self,
        step: WorkflowStep,
        before: Sequence[WorkflowStep],
        known: Surroundings,  # noqa: ARG002
    ) -> Iterator[Flaw]:
        of = step.settings["of"]
        if of not in [each.name for each in before if each.type == "file"]:
            yield Flaw("/of", f"no step before it asks for the file {of!r}")


STEP_TYPE = ChartStep()
