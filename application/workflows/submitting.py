"""What is submitted for a page: read, checked, and said as commands on the streams that it concerns."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from application.shared.commands import Write
from application.shared.recordables import Recordable
from application.shared.views import View
from application.workflows.ports import Schemas, UploadedFile
from application.workflows.rules import TypeRules
from application.workflows.steps.form import input_of
from application.workflows.values import TEXT_MAX, kept, read
from domain.shared.errors import Fault, Invalid, NotFound
from domain.shared.ids import derived
from domain.shared.kits import Nothing, Recorded
from domain.shared.rules import clean_text, fault_of, only_seen
from domain.workflows import definitions, instances
from domain.workflows.definitions import DefineWorkflow, Workflow, WorkflowStep, workflow_uid
from domain.workflows.instances import (
    Audience,
    InstanceState,
    StepValues,
    SubmitSteps,
    awaited_first,
)

Values = Mapping[str, Mapping[str, Any]]
"""What was given for each step, by its fields."""

Files = Mapping[str, UploadedFile]
"""The files that were handed in, by step."""


_OPTION_LENGTH_MAX = 5_000  # names of columns, one after the other


class FileGiven(msgspec.Struct, frozen=True, kw_only=True):
    """The file of a page: of which kind, and what its rows belong to."""

    kind: str
    file: UploadedFile
    refers_to: Mapping[str, UUID]


class PreparedPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a page comes down to: commands, the one on the instance first, and a file."""

    writes: tuple[Write, ...]
    file: FileGiven | None = None


class Taken(msgspec.Struct, kw_only=True):
    """What was made of the steps of a page so far; `known` is what other streams are to hold of it."""

    steps: list[StepValues] = []
    writes: list[Write] = []
    known: dict[str, Mapping[str, Any]] = {}
    file: tuple[WorkflowStep, UploadedFile] | None = None
    faults: list[Fault] = []


class Submissions:
    """Makes commands of what was submitted."""

    def __init__(
        self,
        rules: TypeRules,
        schemas: Schemas,
        recordables: Mapping[str, Recordable],
        offered: Callable[[str], Workflow],
    ) -> None:
        self._rules, self._schemas = rules, schemas
        self._recordables, self._offered = recordables, offered

    async def prepared(
        self, view: View, uid: UUID, by: Audience, values: Values, files: Files, name: str = ""
    ) -> PreparedPage:
        """What this comes down to on the instance; without a `name` it has begun already.

        Raises:
            NotFound: there is no such workflow, or no such instance of it.
            Invalid: one fault per value that will not do, its pointer beginning with the step.
        """
        state = (await view.stream(instances.DECIDER, uid)).state
        workflow, recorded = await self._of(view, state, name)
        course = self._rules.course(workflow, recorded)
        awaited = awaited_first(course, view.now) if isinstance(state, Nothing) else state.awaited
        names = dict.fromkeys([*values, *files])
        if awaited is None or awaited.of is not by or not {*names} <= {*awaited.steps}:
            # What comes too late, too early or from somebody else need not fit: the domain says what becomes of it.
            steps = tuple(self._said(workflow, it, values.get(it, {})) for it in names)
            command = SubmitSteps(course=course, by=by, steps=steps)
            return PreparedPage(writes=(Write(instances.DECIDER, uid, command),))
        taken = self._taken(workflow, awaited.steps, uid, values, files, view.now)
        course = self._rules.course(workflow, {**recorded, **taken.known})
        command = SubmitSteps(course=course, by=by, steps=tuple(taken.steps))
        definition = workflow_uid(workflow.name, workflow.version)
        define = Write(definitions.DECIDER, definition, DefineWorkflow(workflow=workflow))
        uids = [*state.recorded.values()] if isinstance(state, InstanceState) else []
        uids += [each.recorded for each in taken.steps]
        return PreparedPage(
            writes=(Write(instances.DECIDER, uid, command), define, *taken.writes),
            file=_file(taken, {noun: it for some in uids for noun, it in some.items()}),
        )

    def _said(self, workflow: Workflow, name: str, given: Mapping[str, Any]) -> StepValues:
        known = {step.name: step for step in workflow.steps}
        schema = self._rules.of(known[name]).inputs(known[name]) if name in known else {}
        return StepValues(step=name, values=kept(read(schema, given, "")[0]))

    async def _of(
        self, view: View, state: Any, name: str
    ) -> tuple[Workflow, Mapping[str, Mapping[str, Any]]]:
        if isinstance(state, Nothing):
            if not name:
                raise no_such_instance()
            return self._offered(name), {}
        if name and state.workflow != name:
            raise no_such_instance()
        return await workflow_in(view, state), await self.recorded_in(view, state)

    async def recorded_in(
        self, view: View, state: InstanceState
    ) -> Mapping[str, Mapping[str, Any]]:
        """What other streams hold of what was submitted, by step and input."""
        workflow = await workflow_in(view, state)
        found = dict[str, Mapping[str, Any]]()
        for name, uids in state.recorded.items():
            step = workflow.step(name)
            for noun, uid in uids.items():
                one = self._recordables[noun]
                known = one.values((await view.stream(one.decider, uid)).state)
                found[name] = {input_of(step, field): it for field, it in known.items()}
        return found

    def _taken(
        self,
        workflow: Workflow,
        names: Sequence[str],
        uid: UUID,
        values: Values,
        files: Files,
        now: datetime,
    ) -> Taken:
        taken = Taken()
        for step in map(workflow.step, names):
            if self._rules.of(step).takes_file:
                _take_file(taken, step, files.get(step.name))
                continue
            if step.name in files:
                detail = "a form was expected, got a file"
                fault = Fault(detail=detail, code="wrong_type", pointer=f"/{step.name}")
                taken.faults.append(fault)
            clean = self._read(taken, step, values.get(step.name, {}))
            stream = derived("recorded by a workflow", uid, step.name)
            recorded = self._record(taken, step, clean, stream, now)
            rest = {it: value for it, value in clean.items() if it not in recorded}
            uids = {step.settings["records"]: stream} if recorded else {}
            taken.steps.append(StepValues(step=step.name, values=kept(rest), recorded=uids))
        if taken.faults:
            wrong = ", ".join(str(fault.pointer).removeprefix("/") for fault in taken.faults)
            raise Invalid(f"this cannot be submitted: see {wrong}"[:500], faults=taken.faults)
        return taken

    def _read(self, taken: Taken, step: WorkflowStep, given: Mapping[str, Any]) -> dict[str, Any]:
        schema = self._rules.of(step).inputs(step)
        values, faults = read(schema, given, f"/{step.name}")
        told = {fault.pointer for fault in faults}
        for fault in self._schemas.faults(schema, values):
            placed = msgspec.structs.replace(fault, pointer=f"/{step.name}{fault.pointer}")
            faults += [] if placed.pointer in told else [placed]
        taken.faults += faults
        return values

    def _record(
        self,
        taken: Taken,
        step: WorkflowStep,
        values: Mapping[str, Any],
        uid: UUID,
        now: datetime,
    ) -> Mapping[str, Any]:
        """Have another context record its part of the values; answers that part."""
        noun = step.settings.get("records")
        if noun is None:
            return {}
        one = self._recordables[noun]
        inputs = {field: input_of(step, field) for field in one.schema["properties"]}
        given = {field: values[it] for field, it in inputs.items() if it in values}
        told = {fault.pointer for fault in taken.faults}
        if not told & {f"/{step.name}/{it}" for it in inputs.values()}:
            clean, faults = read(one.schema, given, "")
            try:
                if not faults:
                    command = one.command(clean)
                    one.decider.decide(one.decider.initial, command, now)
                    taken.writes.append(Write(one.decider, uid, command))
            except Invalid as refused:
                faults = [*refused.faults]
            taken.faults += (_placed(fault, step, inputs) for fault in faults)
        taken.known[step.name] = {inputs[field]: value for field, value in given.items()}
        return taken.known[step.name]


async def workflow_in(view: View, state: InstanceState) -> Workflow:
    """The workflow that an instance goes through, in the version that it began with."""
    uid = workflow_uid(state.workflow, state.workflow_version)
    known = (await view.stream(definitions.DECIDER, uid)).state
    if not isinstance(known, Recorded):
        raise NotFound(f"The log has no workflow {state.workflow} {state.workflow_version}.")
    return _workflow(known.fact.document)


@lru_cache(maxsize=64)
def _workflow(document: str) -> Workflow:
    return definitions.workflow_of(document)


def no_such_instance() -> NotFound:
    """The error for a link that leads nowhere."""
    return NotFound("There is no such instance of this workflow.")


def _take_file(taken: Taken, step: WorkflowStep, given: UploadedFile | None) -> None:
    if given is None:
        detail = "a file was expected"
        taken.faults.append(Fault(detail=detail, code="missing", pointer=f"/{step.name}"))
        return
    name = _shown_name(given.name)
    for option, value in given.options.items():
        fault = fault_of(f"{step.name}/{option}", _option, value) if value.strip() else None
        taken.faults += [fault] if fault else []
    taken.file = step, msgspec.structs.replace(given, name=name)
    taken.steps.append(StepValues(step=step.name, values={"file_name": name}))


def _option(value: str) -> str:
    return clean_text(value, _OPTION_LENGTH_MAX)


def _shown_name(name: str) -> str:
    """The name of a file as it can be shown and told: browsers send whatever they please."""
    return only_seen(name, "")[:TEXT_MAX].strip() or "file"


def _file(taken: Taken, uids: Mapping[str, UUID]) -> FileGiven | None:
    if taken.file is None:
        return None
    step, file = taken.file
    options = {**step.settings.get("options", {}), **file.options}
    return FileGiven(
        kind=step.settings["import"],
        file=msgspec.structs.replace(file, options=options),
        refers_to=uids,
    )


def _placed(fault: Fault, step: WorkflowStep, inputs: Mapping[str, str]) -> Fault:
    field = str(fault.pointer).removeprefix("/")
    return msgspec.structs.replace(fault, pointer=f"/{step.name}/{inputs.get(field, field)}")
