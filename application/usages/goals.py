"""Setting, changing and withdrawing the goals of a bank."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import bank_itself, of_bank
from application.shared.streams import Entity, Reference
from application.shared.values import Amount
from application.shared.views import View
from application.usages.pricing import TYPE
from domain.banks import banks
from domain.shared.errors import Fault, Invalid
from domain.usage_types import usable
from domain.usages import goals
from domain.usages.goals import ChangeGoal, GoalSet, SetGoal, WithdrawGoal, goal_uid

USAGE_GOAL = Entity("usage goal", goals.DECIDER, GoalSet, of_bank)
_BANK = Entity("bank", banks.DECIDER, banks.BankOpened, bank_itself)


class NewGoal(msgspec.Struct, frozen=True, kw_only=True):
    """A goal to set: kg CO2e at most in a year by one type. `bank_id` is the caller's own if it is not given."""

    usage_type_id: int | UUID
    year: int
    emissions: Amount
    bank_id: int | UUID | None = None


class UsageGoals:
    """The use cases of goals; they raise as `Commands` and `domain.usages.goals` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def set(self, new: NewGoal, call: Call) -> Carried:
        """Set a goal of a bank; quiet if it is set just so.

        Raises:
            Invalid: no bank is named, and the caller has none.
            NotFound: the caller sees no such bank, or there is no such type.
            BankInactive, UsageTypeIsRetired: one of them is out of use.
        """
        bank = call.principal.bank_uid if new.bank_id is None else new.bank_id
        if bank is None:
            fault = Fault(
                detail="whose goal it is was expected", code="missing", pointer="/bank_id"
            )
            raise Invalid(fault.detail, faults=[fault])

        async def prepare(view: View) -> Sequence[Write]:
            await view.load(bank)
            at = await view.find(_BANK, bank)
            banks.open_bank(at.state)
            kind = usable((await view.find(TYPE, new.usage_type_id)).state)
            command = SetGoal(
                bank_uid=at.uid, usage_type_id=kind.id, year=new.year, emissions=new.emissions
            )
            uid = goal_uid(at.uid, kind.id, new.year)
            return [Write(USAGE_GOAL.decider, uid, command)]

        return await self._commands.carry_out(call, prepare)

    async def change(self, goal: Reference, change: ChangeGoal, call: Call) -> Carried:
        """Aim at another number."""
        return await self._commands.change(USAGE_GOAL, goal, change, call)

    async def withdraw(self, goal: Reference, call: Call) -> Carried:
        """Aim at nothing any more; nothing happens if it was withdrawn."""
        return await self._commands.change(USAGE_GOAL, goal, WithdrawGoal(), call)
