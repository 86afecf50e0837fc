"""Counting what was used by another version of a factor, beside what was pinned."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.values import moment_of
from application.shared.views import View
from application.usages.pricing import USAGE, pricing_by, type_of
from domain.shared.errors import Fault, Invalid
from domain.usages.usages import Pricing, RestateUsage

USAGES_MAX = 10_000
"""How many usages one restatement may touch: all of them change at once, or none."""


class Restatement(msgspec.Struct, frozen=True, kw_only=True):
    """What to count anew: what was used of a type from `from` on and before `to` (times with offsets, or days in UTC),
    by this version of its factor. With `dry_run` nothing is recorded."""

    usage_type_id: int | UUID
    factor_version: int
    since: str = msgspec.field(name="from")
    until: str = msgspec.field(name="to")
    dry_run: bool = False

    def span(self) -> tuple[datetime, datetime]:
        """From when to when.

        Raises:
            Invalid: that is no span of time.
        """
        since, until = moment_of(self.since, "/from"), moment_of(self.until, "/to")
        if since >= until:
            detail = f"a time after {since} was expected, got {until}"
            fault = Fault(detail=detail, code="bad_value", pointer="/to", got=self.until)
            raise Invalid(detail, faults=[fault])
        return since, until


def check_number(usages: int) -> None:
    """Refuse to restate, or to add up, more than 10,000 at once.

    Raises:
        Invalid: there are more (`too_many`).
    """
    if usages > USAGES_MAX:
        raise Invalid(
            f"more than {USAGES_MAX:,} usages lie in it; a shorter span was expected",
            code="too_many",
        )


class Restatements:
    """The use cases of restatements; they raise as `Commands` and `domain.usages.usages` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def pricing(self, asked: Restatement, call: Call) -> Pricing:
        """The version of the factor that is asked for.

        Raises:
            Invalid: there is no such type, or no such version of its factor.
        """
        view = self._commands.view(call.principal)
        return pricing_by(await type_of(view, asked.usage_type_id), asked.factor_version)

    async def apply(self, asked: Restatement, uids: Sequence[UUID], call: Call) -> Carried | None:
        """Restate these usages, all at once; those that changed meanwhile are decided on as they are. None if there
        are none."""
        if not uids:
            return None
        restatement_uid, (since, until) = self._commands.new_id(), asked.span()

        async def prepare(view: View) -> Sequence[Write]:
            kind = await type_of(view, asked.usage_type_id)
            command = RestateUsage(
                restatement_uid=restatement_uid,
                since=since,
                until=until,
                pricing=pricing_by(kind, asked.factor_version),
            )
            return [Write(USAGE.decider, uid, command) for uid in uids]

        return await self._commands.carry_out(call, prepare)
