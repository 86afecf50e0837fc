"""`file`: a file to hand in, which is imported."""

from collections.abc import Iterator, Mapping, Sequence

from application.workflows.step_types import StepType, Surroundings
from domain.workflows.definitions import Flaw, Schema, WorkflowStep
from domain.workflows.instances import Audience


class FileStep(StepType):
    """Asks whoever has the link for a file; its rows are recorded by its kind of import."""

    name = "file"
    meaning = "Asks for a file, and imports it together with what is submitted on the same page."
    audience = Audience.APPLICANT
    takes_file = True
    needs = ("import",)
    node = ("[/", "\\]")

    def members(self, known: Surroundings) -> Mapping[str, Schema]:
        return {
            "import": {"enum": sorted(known.kinds), "description": "The kind of import."},
            "options": {
                "type": "object",
                "additionalProperties": {"type": "string", "maxLength": 200},
                "description": "Options of the import that hold where nobody says otherwise.",
            },
        }

    def leaves(self, step: WorkflowStep) -> Schema:  # noqa: ARG002
        return {"type": "object", "properties": {"file_name": {"type": "string"}}}

    def flaws(
        self, step: WorkflowStep, before: Sequence[WorkflowStep], known: Surroundings
    ) -> Iterator[Flaw]:
        kind = known.kinds[step.settings["import"]]
        recorded = {each.settings.get("records") for each in before}
        for one in kind.references:
            if one.is_required and one.name not in recorded:
                yield Flaw(
                    "/import", f"{kind.name} belong to a {one.name}: no step before records one"
                )
        names = [option.name for option in kind.options]
        for option in step.settings.get("options", {}):
            if option not in names:
                yield Flaw(f"/options/{option}", f"{kind.name} have no such option")
        for each in before:
            if each.type == self.name and each.page and each.page == step.page:
                yield Flaw("/page", f"the file of {each.name!r} is on its page: one file each")


STEP_TYPE = FileStep()
