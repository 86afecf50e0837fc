"""A workflow as a Mermaid flowchart."""

from collections.abc import Iterator, Mapping

from application.workflows.step_types import StepType
from domain.workflows.definitions import Way, Workflow, WorkflowStep


def diagram(workflow: Workflow, types: Mapping[str, StepType]) -> str:
    """The steps and where they lead; those of one page stand in one box."""
    arrows = dict.fromkeys(_arrows(workflow, types))
    return "\n".join(["flowchart TD", *_nodes(workflow, types), *arrows])


def _nodes(workflow: Workflow, types: Mapping[str, StepType]) -> Iterator[str]:
    place = 0
    while place < len(workflow.steps):
        page = workflow.page_from(place)
        if len(page) > 1:
            yield f"    subgraph {page[0].page}_page [ ]"
        for step in page:
            before, after = types[step.type].node
            yield f"    {step.name}_step{before}{_quoted(step.title)}{after}"
        if len(page) > 1:
            yield "    end"
        place += len(page)
    outcomes = {step.outcome for step, _, to in _ways(workflow, types) if to is None}
    yield from (f"    {outcome}_outcome(({_quoted(outcome)}))" for outcome in sorted(outcomes))


def _arrows(workflow: Workflow, types: Mapping[str, StepType]) -> Iterator[str]:
    for step, label, to in _ways(workflow, types):
        said = f"|{_quoted(label)}|" if label else ""
        ends = f"{step.outcome}_outcome" if to is None else f"{to}_step"
        yield f"    {step.name}_step -->{said} {ends}"


def _ways(
    workflow: Workflow, types: Mapping[str, StepType]
) -> Iterator[tuple[WorkflowStep, str, str | None]]:
    for step in workflow.steps:
        skipped = [Way(label="skipped")] if step.when is not None else []
        for way in (*types[step.type].ways(step), *skipped):
            place = workflow.after(step.name, way.goes)
            yield step, way.label, None if place is None else workflow.steps[place].name


def _quoted(text: str) -> str:
    return '"' + text.replace("#", "#35;").replace('"', "#quot;") + '"'
