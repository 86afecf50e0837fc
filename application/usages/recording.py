"""Recording, changing and deleting usages, and what one would be counted by."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.streams import Reference
from application.shared.units import Units
from application.shared.values import Amount, Moment
from application.shared.views import View
from application.usages.pricing import (
    TYPE,
    USAGE,
    measured_in,
    own,
    owner_of,
    pricing_of,
    type_of,
)
from domain.usages.usages import (
    ChangeUsage,
    DeleteUsage,
    RecordUsage,
    UsageChanged,
    UsageRecorded,
    recorded,
    usage_of,
)


class NewUsage(msgspec.Struct, frozen=True, kw_only=True):
    """A usage to record: above 0, with 6 decimals at most, at most 5 minutes ahead.

    `unit` is that of the type, or another one of its dimension.
    """

    usage_type_id: int | UUID
    usage_at: Moment
    amount: Amount
    unit: str | None = None


class UsageChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of a usage; what is not given stays."""

    usage_type_id: int | UUID | UnsetType = UNSET
    usage_at: Moment | UnsetType = UNSET
    amount: Amount | UnsetType = UNSET
    unit: str | UnsetType = UNSET


class CarriedUsage(Carried, frozen=True, kw_only=True):
    """What a command on a usage left; `repriced` says that it chose the factor anew."""

    repriced: bool = False


class Usages:
    """The use cases of single usages; they raise as `Commands` and `domain.usages.usages` say."""

    def __init__(self, commands: Commands, units: Units) -> None:
        self._commands = commands
        self._units = units

    async def record(self, new: NewUsage, call: Call) -> Carried:
        """Write down what the caller used; two calls are two usages, an idempotency key tells a repetition."""
        uid = self._commands.new_id()

        async def prepare(view: View) -> Sequence[Write]:
            command = await self.command(view, new)
            return [Write(USAGE.decider, uid, command, is_new=True)]

        return await self._commands.carry_out(call, prepare)

    async def preview(self, new: NewUsage, call: Call) -> UsageRecorded:
        """What would be recorded now; nothing is."""
        view = self._commands.view(call.principal)
        return recorded(await self.command(view, new), view.now)

    async def change(self, usage: Reference, change: UsageChange, call: Call) -> CarriedUsage:
        """Change what is given of one of the caller's own usages.

        Raises:
            Forbidden: it is somebody else's.
        """
        was = 0

        async def prepare(view: View) -> Sequence[Write]:
            nonlocal was
            found = await own(view, usage)
            was = found.version
            command = await self._change(view, change, found.uid)
            return [Write(USAGE.decider, found.uid, command)]

        carried = await self._commands.carry_out(call, prepare)
        last = carried.facts[-1].event
        is_new = carried.replayed or carried.version > was
        repriced = is_new and isinstance(last, UsageChanged) and last.repriced
        return CarriedUsage(**msgspec.structs.asdict(carried), repriced=repriced)

    async def delete(self, usage: Reference, call: Call) -> Carried:
        """Take one of the caller's own usages out of every list and sum; its facts stay.

        Raises:
            NotFound: there is none, it was deleted before, or the import that recorded it was reverted.
            Forbidden: it is somebody else's.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await own(view, usage)
            return [Write(USAGE.decider, found.uid, DeleteUsage())]

        return await self._commands.carry_out(call, prepare)

    async def command(
        self, view: View, new: NewUsage, external_id: str | None = None
    ) -> RecordUsage:
        """The command for what the caller used, with all it rests on: type, factor, owner."""
        user = [view.principal.user_uid] if view.principal.user_uid else []
        await view.load(TYPE.named(new.usage_type_id), *user)
        kind = await type_of(view, new.usage_type_id)
        pricing = pricing_of(kind, new.usage_at)
        return RecordUsage(
            **await owner_of(view),
            usage_at=new.usage_at,
            measured=measured_in(self._units, new.amount, new.unit, pricing.normalised_unit),
            pricing=pricing,
            external_id=external_id,
        )

    async def _change(self, view: View, change: UsageChange, uid: UUID) -> ChangeUsage:
        usage = usage_of((await view.stream(USAGE.decider, uid)).state)
        at: datetime = usage.usage_at if change.usage_at is UNSET else change.usage_at
        wanted = usage.usage_type_uid if change.usage_type_id is UNSET else change.usage_type_id
        kind = await type_of(view, wanted)
        moved = kind.uid != usage.usage_type_uid
        pricing = pricing_of(kind, at, is_new=moved) if moved or at != usage.usage_at else UNSET
        into = usage.normalised_unit if pricing is UNSET else pricing.normalised_unit
        amount = usage.amount if change.amount is UNSET else change.amount
        unit = usage.unit if change.unit is UNSET else change.unit
        return ChangeUsage(
            usage_at=change.usage_at,
            measured=measured_in(self._units, amount, unit, into),
            pricing=pricing,
        )
