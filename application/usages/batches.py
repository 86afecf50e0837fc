"""Recording many usages at once, each under the sender's own id for it: sent again, they are recognised one by one."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from application.shared.commands import Call, Commands, Write
from application.shared.entries import standing
from application.shared.views import View
from application.usages.pricing import TYPE, USAGE
from application.usages.recording import NewUsage, Usages
from domain import imports
from domain.shared.errors import DaybookError, Invalid, Refused
from domain.shared.rules import clean_text
from domain.usages.usages import (
    EXTERNAL_ID_LENGTH_MAX,
    UsageRecorded,
    recorded,
    usage_uid,
)

USAGES_MAX = 1_000


class SentUsage(NewUsage, frozen=True, kw_only=True):
    """A usage to record; `external_id` is the sender's own name for it, 1 to 100 characters."""

    external_id: str


class Fate(StrEnum):
    """What becomes of one usage of a batch."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    INVALID = "invalid"


class Received(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one usage: the record it is or was, or why it is none.

    A `duplicate` was recorded before just so, a `conflict` with other values, which stay. What is `invalid` has its
    first fault, with the JSON pointer of the member if it is one's.
    """

    external_id: str
    status: Fate
    id: int | None = None
    uid: UUID | None = None
    emissions: Decimal | None = None
    code: str | None = None
    detail: str | None = None
    pointer: str | None = None


class BatchOutcome(msgspec.Struct, frozen=True):
    """What became of each, in the order sent, and up to which position of the log; None if nothing was recorded."""

    results: Sequence[Received]
    position: int | None = None


class _NothingNew(DaybookError):
    """There is nothing to record."""


class Batches:
    """The use case of many usages at once; raises as `Commands` says."""

    def __init__(self, commands: Commands, usages: Usages) -> None:
        self._commands = commands
        self._usages = usages

    async def record(self, new: Sequence[SentUsage | Received], call: Call) -> BatchOutcome:
        """Record what is new and well of them with one append, and say what became of each; what could not be read
        comes with that said of it.

        Raises:
            Invalid: there is none, or there are more than 1,000.
        """
        if not 1 <= len(new) <= USAGES_MAX:
            raise Invalid(
                f"1 to {USAGES_MAX:,} usages were expected, got {len(new)}", code="too_many"
            )
        results: list[Received] = []

        async def prepare(view: View) -> Sequence[Write]:
            found, writes = await self._sorted(view, new)
            results[:] = found
            if not writes:
                raise _NothingNew("there is nothing to record")
            return writes

        try:
            carried = await self._commands.carry_out(call, prepare)
        except _NothingNew:
            return BatchOutcome(results)
        return BatchOutcome(_with_ids(results, carried.id), carried.position)

    async def _sorted(
        self, view: View, usages: Sequence[SentUsage | Received]
    ) -> tuple[list[Received], list[Write]]:
        results, writes, owner = list[Received](), list[Write](), view.principal.user_uid
        sent = [each for each in usages if isinstance(each, SentUsage)]
        named = [it for each in sent if (it := _uid(owner, each.external_id))]
        await view.load(*named, *(TYPE.named(each.usage_type_id) for each in sent))
        streams = await standing(view, USAGE.decider, named, imports.DECIDER)
        known = {
            name: (first, _told(Fate.DUPLICATE, found.uid, first, found.id))
            for name, found in streams.items()
            if found.facts and isinstance(first := found.facts[0].event, UsageRecorded)
        }
        for each in usages:
            if isinstance(each, Received):
                results.append(each)
                continue
            named_so = _uid(owner, each.external_id)
            if named_so in known:
                results.append(_again(each, *known[named_so]))
                continue
            try:
                command = await self._usages.command(view, each, each.external_id)
                fact = recorded(command, view.now)
            except (Invalid, Refused) as error:
                results.append(refused(each.external_id, error))
                continue
            name = usage_uid(owner, fact.external_id or "")
            uid = streams[name].uid
            known[name] = fact, _told(Fate.RECORDED, uid, fact)
            results.append(known[name][1])
            writes.append(Write(USAGE.decider, uid, command))
        return results, writes


def _uid(owner: UUID | None, external_id: str) -> UUID | None:
    """The stream that goes by this name; None if it is no name."""
    try:
        return usage_uid(owner, clean_text(external_id, EXTERNAL_ID_LENGTH_MAX))
    except Invalid:
        return None


def _again(sent: SentUsage, first: UsageRecorded, told: Received) -> Received:
    kinds = (first.usage_type_id, first.usage_type_uid)
    same = (
        sent.usage_type_id in kinds
        and sent.usage_at == first.usage_at
        and sent.amount.is_finite()
        and sent.amount == first.amount
        and (first.normalised_unit if sent.unit is None else sent.unit.strip()) == first.unit
    )
    if same:
        return replace(told, status=Fate.DUPLICATE)
    detail = "this id stands for a usage of other values, which stay as they are"
    return replace(told, status=Fate.CONFLICT, code="external_id_taken", detail=detail)


def _told(status: Fate, uid: UUID, fact: UsageRecorded, number: int | None = None) -> Received:
    return Received(
        external_id=fact.external_id or "",
        status=status,
        id=number,
        uid=uid,
        emissions=fact.emissions,
    )


def refused(external_id: str, error: DaybookError) -> Received:
    """What is said of a usage that this stands against."""
    told = Received(external_id=external_id, status=Fate.INVALID)
    for why in error.faults[:1]:
        return replace(told, code=why.code, detail=why.detail, pointer=why.pointer)
    return replace(told, code=error.code, detail=error.detail)


def _with_ids(results: Sequence[Received], first: int) -> list[Received]:
    """The same with the ids of what was recorded: its facts lie one behind the other, from the position `first` on."""
    new = {one.uid: None for one in results if one.status is Fate.RECORDED}
    ids = {uid: first + place for place, uid in enumerate(new)}
    return [replace(one, id=ids[one.uid]) if one.uid in ids else one for one in results]
