"""How the steps of every type go, as the domain asks it."""

from collections.abc import Mapping
from typing import Any

from application.workflows.ports import Schemas
from application.workflows.step_types import StepType
from application.workflows.values import kept, read
from domain.shared.errors import Unavailable
from domain.workflows.definitions import Schema, Workflow, WorkflowStep
from domain.workflows.instances import Audience, Course, Data, StepRules


class TypeRules(StepRules):
    """Asks the type of each step."""

    def __init__(self, types: Mapping[str, StepType], schemas: Schemas) -> None:
        self._types = types
        self._schemas = schemas

    def of(self, step: WorkflowStep) -> StepType:
        """The type of a step.

        Raises:
            Unavailable: this process does not know it: an instance was begun by a newer version (`unknown_step_type`).
        """
        found = self._types.get(step.type)
        if found is None:
            detail = (
                f"no type of step is called {step.type}: a newer version of Daybook has begun this"
            )
            raise Unavailable(detail, code="unknown_step_type")
        return found

    def audience(self, step: WorkflowStep) -> Audience | None:
        return self.of(step).audience

    def days(self, step: WorkflowStep) -> int | None:
        return self.of(step).days(step)

    def performed(self, step: WorkflowStep, data: Data) -> Mapping[str, Any]:
        return kept(self.of(step).performed(step, data))

    def goes(self, step: WorkflowStep, data: Data) -> str | None:
        return self.of(step).goes(step, data, self._schemas.holds)

    def goes_when_late(self, step: WorkflowStep) -> str | None:
        return self.of(step).goes_when_late(step)

    def has_effect(self, step: WorkflowStep) -> bool:
        return self.of(step).has_effect

    def holds(self, schema: Schema, data: Data) -> bool:
        return self._schemas.holds(schema, data)

    def course(
        self, workflow: Workflow, recorded: Mapping[str, Mapping[str, Any]] | None = None
    ) -> Course:
        """The course of a workflow; `recorded` is what other streams hold of what was submitted, by step."""

        def data_of(logged: Mapping[str, Mapping[str, Any]]) -> Data:
            return self.data(workflow, logged, recorded or {})

        return Course(workflow=workflow, rules=self, data_of=data_of)

    def data(
        self,
        workflow: Workflow,
        logged: Mapping[str, Mapping[str, Any]],
        recorded: Mapping[str, Mapping[str, Any]],
    ) -> Data:
        """What is known of an instance, each value as the type that its step says."""
        data = {}
        for name, values in logged.items():
            step = workflow.step(name)
            together = {**recorded.get(name, {}), **values}
            data[name] = read(self.of(step).leaves(step), together, "")[0]
        return data
