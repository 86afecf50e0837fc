"""The use cases of workflows: which there are, how far somebody is, and what they submit."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

import msgspec

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import THE_LOCAL_OPERATOR, everything
from application.shared.services import Services
from application.shared.streams import Entity, Facts, Reference
from application.shared.views import View
from application.workflows.offers import Offer
from application.workflows.ports import FileImports
from application.workflows.rules import TypeRules
from application.workflows.submitting import (
    Files,
    PreparedPage,
    Submissions,
    Values,
    no_such_instance,
    workflow_in,
)
from domain.shared.errors import Conflict, Fault, Invalid
from domain.workflows import definitions, instances
from domain.workflows.definitions import (
    DefineWorkflow,
    Schema,
    Workflow,
    WorkflowDiffers,
    WorkflowStep,
    workflow_uid,
)
from domain.workflows.instances import (
    Audience,
    Data,
    InstanceState,
    StepSubmitted,
    WorkflowStarted,
    awaited_first,
    instance_uid,
)

INSTANCE = Entity("workflow instance", instances.DECIDER, WorkflowStarted, everything)

_TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""What makes the link of an instance."""
_ATTEMPTS = 6


class WorkflowInstance(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody is in a workflow.

    `awaited` are the steps it waits for, `of` whom it waits; they are late after `due_at`. `data` are the values of
    what is done, by step in their order, numbers exact. `recorded` are the uids of what was recorded for a step, by its
    noun (`{"details": {"customer": …}}`), `imports` the runs that imported its file. `outcome` is there once it is
    over. `position` is that of its newest event.
    """

    uid: UUID
    workflow: Workflow
    awaited: tuple[WorkflowStep, ...]
    of: Audience | None
    due_at: datetime | None
    is_late: bool
    data: Data
    skipped: tuple[str, ...]
    recorded: Mapping[str, Mapping[str, UUID]]
    imports: Mapping[str, UUID]
    started_at: datetime
    outcome: str | None
    version: int
    position: int


class StepReview(msgspec.Struct, frozen=True, kw_only=True):
    """What staff submit for a step that waits for them: of a review, `decision` and perhaps `remark`."""

    step: str
    values: dict[str, str | int | bool]


class Workflows:
    """The use cases of workflows.

    Args:
        offer: the workflows of the documents.
        submissions: what makes commands of what is submitted, for workflows of that offer.
    """

    def __init__(
        self,
        commands: Commands,
        offer: Offer,
        rules: TypeRules,
        submissions: Submissions,
        files: FileImports,
    ) -> None:
        self._commands, self._rules, self._files = commands, rules, files
        self._offer, self._submissions = offer, submissions

    def current(self) -> Sequence[Workflow]:
        """The newest version of each that is offered, by their titles."""
        return self._offer.current()

    def workflow(self, name: str) -> Workflow:
        """The newest version of one; raises `NotFound`."""
        return self._offer.newest(name)

    def first_page(self, name: str) -> Sequence[WorkflowStep]:
        """The steps that are asked for to begin with; raises `NotFound`."""
        workflow = self.workflow(name)
        awaited = awaited_first(self._rules.course(workflow), self._commands.clock.now())
        return [workflow.step(it) for it in awaited.steps] if awaited else []

    def inputs(self, step: WorkflowStep) -> Schema:
        """The JSON Schema of what is submitted for a step; its fields stand in their order."""
        return self._rules.of(step).inputs(step)

    def new_token(self) -> str:
        """What makes a link to an instance that nobody can guess; it is kept nowhere."""
        return token_urlsafe(_TOKEN_BYTES)

    async def begin(self, call: Call) -> Sequence[Exception]:
        """Record the documents that are not in the log; those that differ from it are offered no longer, and told."""
        refused = list[Exception]()
        for one in self._offer.all():
            uid = workflow_uid(one.name, one.version)
            try:
                command = DefineWorkflow(workflow=one)
                await self._commands.tell(definitions.DECIDER, uid, command, call)
            except WorkflowDiffers as differs:
                self._offer.withdraw(one)
                refused.append(differs)
        return refused

    async def instance(self, token: str) -> WorkflowInstance:
        """How far somebody is; raises `NotFound`."""
        uid = _uid_of(token)
        return await self._told(self._commands.view(THE_LOCAL_OPERATOR), uid)

    async def faults(
        self, name: str, token: str, values: Values, files: Files, call: Call
    ) -> Sequence[Fault]:
        """What `submit` would say against a page without looking into its files; nothing is recorded.

        Raises:
            NotFound: there is no such workflow, or the token is of another one's instance.
        """
        view, uid = self._commands.view(call.principal), _uid_of(token)
        try:
            await self._submissions.prepared(view, uid, Audience.APPLICANT, values, files, name)
        except Invalid as invalid:
            return invalid.faults
        return ()

    async def submit(
        self, name: str, token: str, values: Values, files: Files, call: Call
    ) -> WorkflowInstance:
        """Submit a page: all of it is recorded with what follows from it, or nothing. Again, it leads to nothing.

        `values` are the texts of the forms, by step and field; `files` are those of the steps that take one.

        Raises:
            NotFound: there is no such workflow, or the token is of another one's instance.
            Invalid: values will not do; the pointers begin with the step (`/details/first_name`). Faults of a file
                name row and column.
            Malformed: the file cannot be read.
            StepNotAwaited: this is not what the instance waits for.
        """
        uid = _uid_of(token)
        prepared = PreparedPage(writes=())

        async def prepare(view: View) -> Sequence[Write]:
            nonlocal prepared
            who = Audience.APPLICANT
            prepared = await self._submissions.prepared(view, uid, who, values, files, name)
            return prepared.writes

        if not files:
            await self._commands.carry_out(call, prepare)
            return await self.instance(token)
        for attempt in range(1, _ATTEMPTS + 1):
            beside = await self._commands.decided(call, prepare)
            given = prepared.file
            if not beside or given is None:
                break
            try:
                await asyncio.to_thread(
                    self._files.run, given.kind, given.file, given.refers_to, call.cause, beside
                )
                break
            except Conflict:  # somebody submits the same, or a second time
                if attempt == _ATTEMPTS:
                    raise
        return await self.instance(token)

    async def review(self, reference: Reference, review: StepReview, call: Call) -> Carried:
        """Submit a step that staff are asked for.

        Raises:
            NotFound: there is no such instance.
            Invalid: values will not do; the pointers are into the review (`/values/decision`).
            StepNotAwaited: the instance does not wait for this step.
        """
        given = {review.step: review.values}

        async def prepare(view: View) -> Sequence[Write]:
            uid = (await view.find(INSTANCE, reference)).uid
            try:
                staff = Audience.STAFF
                return (await self._submissions.prepared(view, uid, staff, given, {})).writes
            except Invalid as invalid:
                raise _of_review(invalid, review.step) from None

        return await self._commands.carry_out(call, prepare)

    async def _told(self, view: View, uid: UUID) -> WorkflowInstance:
        stream = await view.stream(instances.DECIDER, uid)
        state = stream.state
        if not isinstance(state, InstanceState):
            raise no_such_instance()
        workflow = await workflow_in(view, state)
        recorded = await self._submissions.recorded_in(view, state)
        awaited = state.awaited
        return WorkflowInstance(
            uid=uid,
            workflow=workflow,
            awaited=tuple(map(workflow.step, awaited.steps)) if awaited else (),
            of=awaited.of if awaited else None,
            due_at=awaited.due_at if awaited else None,
            is_late=state.is_late,
            data=self._rules.data(workflow, state.values, recorded),
            skipped=state.skipped,
            recorded=state.recorded,
            imports=self._imports(workflow, stream.facts),
            started_at=stream.facts[0].recorded_at,
            outcome=state.outcome,
            version=stream.version,
            position=stream.position,
        )

    def _imports(self, workflow: Workflow, facts: Facts) -> Mapping[str, UUID]:
        """What was submitted with a file is correlated with the run that imported it."""
        return {
            one.event.step: one.correlation_id
            for one in facts
            if isinstance(one.event, StepSubmitted)
            and self._rules.of(workflow.step(one.event.step)).takes_file
        }


def _uid_of(token: str) -> UUID:
    if not TOKEN.fullmatch(token):
        raise no_such_instance()
    return instance_uid(token)


def _of_review(invalid: Invalid, step: str) -> Invalid:
    faults = [
        msgspec.structs.replace(
            fault, pointer=f"/values{str(fault.pointer).removeprefix(f'/{step}')}"
        )
        for fault in invalid.faults
    ]
    return Invalid(invalid.detail, code=invalid.code, faults=faults)


async def _begin(services: Services, call: Call) -> Sequence[Exception]:
    return await services.of(Workflows).begin(call)


BEGINS = _begin
