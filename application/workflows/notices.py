"""Mails about instances: those of their steps, and to operators when something is late."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from application.shared.commands import Commands, of_itself
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.ports import EventLog, Record
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import NotYet, PlannedReaction, Reaction
from application.shared.rosters import Roster
from application.shared.services import Services
from application.shared.streams import fold
from application.workflows.ports import Post
from application.workflows.rules import TypeRules
from application.workflows.step_types import Notice
from application.workflows.submitting import Submissions, workflow_in
from domain import identity
from domain.identity import ActiveUser, UserDeactivated, UserRegistered, UserRolesChanged
from domain.shared.ids import derived
from domain.shared.roles import Role
from domain.workflows import instances
from domain.workflows.instances import (
    DeadlinePassed,
    InstanceState,
    PassDeadline,
    StepPerformed,
)

_LOOK_S_MAX = 86_400.0
"""A deadline is looked at once a day at least: nothing hangs on one long pause."""


class Notices:
    """What the log leads to in mails, and what is late."""

    def __init__(
        self,
        commands: Commands,
        rules: TypeRules,
        submissions: Submissions,
        log: EventLog,
        post: Post,
    ) -> None:
        self._commands, self._rules, self._submissions = commands, rules, submissions
        self._post = post
        self._operators: dict[UUID, None] = {}
        kinds = (UserRegistered, UserRolesChanged, UserDeactivated)
        self._roster = Roster(log, kinds, self._take)

    def _take(self, record: Record[Any]) -> None:
        match record.event:
            case UserRegistered(roles=roles) | UserRolesChanged(roles=roles) if (
                Role.OPERATOR in roles
            ):
                self._operators[record.stream_id] = None
            case _:
                self._operators.pop(record.stream_id, None)

    async def recipients(self, notice: Notice, position: int) -> Sequence[UUID | None]:
        """Whom it goes to: users, or None for the address that it names."""
        if notice.to is not None:
            return [None]
        await self._roster.read_to(position)
        return [*self._operators]

    async def at(self, uid: UUID, position: int) -> Sequence[Notice]:
        """The mails that the event at this position leads to, as of then."""
        view = self._commands.view(THE_LOCAL_OPERATOR)
        facts = [
            fact
            for fact in (await view.stream(instances.DECIDER, uid)).facts
            if fact.position <= position
        ]
        state = fold(instances.DECIDER, facts)
        if not isinstance(state, InstanceState):
            return ()
        workflow = await workflow_in(view, state)
        recorded = await self._submissions.recorded_in(view, state)
        data = self._rules.data(workflow, state.values, recorded)
        match facts[-1].event:
            case StepPerformed(step=name):
                step = workflow.step(name)
                return self._rules.of(step).notices(step, data)
            case DeadlinePassed(steps=steps, goes_on=goes_on):
                titles = ", ".join(workflow.step(name).title for name in steps)
                rest = "It waits no longer." if goes_on else "It still waits."
                text = f"Nobody did this in time: {titles}. {rest}"
                return [Notice(to=None, subject=f"Late: {workflow.title}", text=text)]
        return ()

    async def send(self, reaction: Reaction, notice: Notice, operator: UUID | None) -> None:
        """Send one of them; to an operator only as long as they are one."""
        to = notice.to
        if operator is not None:
            user = await self._commands.state(identity.DECIDER, operator)
            to = None
            if isinstance(user, ActiveUser) and Role.OPERATOR in user.roles:
                to = user.email
        if to is not None:
            values = {"subject": notice.subject, "text": notice.text}
            await self._post.deliver(reaction, to, "notice", values)

    async def watch(self, reaction: Reaction) -> None:
        """Note that a deadline passed; raises `NotYet` until then, and nothing if it does not count any more."""
        view = self._commands.view(THE_LOCAL_OPERATOR)
        state = (await view.stream(instances.DECIDER, reaction.subject)).state
        awaited_at = int(reaction.payload["awaited_at"])
        if not isinstance(state, InstanceState) or state.awaited_at != awaited_at:
            return
        awaited = state.awaited
        if awaited is None or awaited.due_at is None or state.is_late:
            return
        left_s = (awaited.due_at - view.now).total_seconds()
        if left_s > 0:
            raise NotYet(min(left_s, _LOOK_S_MAX), "the deadline is still to come")
        workflow = await workflow_in(view, state)
        recorded = await self._submissions.recorded_in(view, state)
        command = PassDeadline(course=self._rules.course(workflow, recorded), awaited_at=awaited_at)
        call = of_itself(reaction.cause())
        await self._commands.tell(instances.DECIDER, reaction.subject, command, call)


async def mail_notices(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """One mail per recipient, each a reaction of its own: one address that fails holds up no other."""
    notices = services.of(Notices)
    planned = []
    for place, notice in enumerate(await notices.at(reaction.subject, reaction.position)):
        for to in await notices.recipients(notice, reaction.position):
            payload = {"instance": str(reaction.subject), "place": place}
            payload |= {} if to is None else {"operator": str(to)}
            subject = derived("notice", reaction.subject, str(place), str(to))
            planned.append(PlannedReaction("mail_notice", subject, payload))
    return planned


async def mail_notice(reaction: Reaction, services: Services) -> None:
    """Send one mail to one recipient."""
    notices, told = services.of(Notices), reaction.payload
    found = await notices.at(UUID(told["instance"]), reaction.position)
    operator = UUID(told["operator"]) if "operator" in told else None
    await notices.send(reaction, found[told["place"]], operator)


async def watch_deadline(reaction: Reaction, services: Services) -> None:
    """Wait for what is awaited, until it is late."""
    await services.of(Notices).watch(reaction)


HANDLERS: dict[str, Handler] = {
    "mail_notices": mail_notices,
    "mail_notice": mail_notice,
    "watch_deadline": watch_deadline,
}
"""The kinds of reactions to what happens in instances."""
