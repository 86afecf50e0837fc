"""Usages: recording what was used, and what that emitted."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from application.shared.commands import Carried
from application.shared.permissions import Permission, own_unless_audited
from application.shared.streams import fold
from application.usages.recording import CarriedUsage, NewUsage, UsageChange, Usages
from domain.shared.errors import Invalid
from domain.shared.kits import known
from domain.shared.rules import fields_in
from domain.usages import DECIDER
from interfaces.http.shared.collections import query_routes
from interfaces.http.shared.command_routes import Shown, changes, ends, starts
from interfaces.http.shared.histories import found, history_route
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import takes
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import answer
from projections.usages import USAGES

RESOURCE = Resource(
    collection=USAGES.collection,
    noun="usage",
    permission=Permission.USAGES_READ,
    scope=own_unless_audited,
)


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What a usage is counted by, and what it comes to: `emissions` is exactly `normalised_amount` times `factor`."""

    usage_type_id: int
    usage_type: str
    usage_at: datetime
    amount: Decimal
    unit: str
    normalised_amount: Decimal
    normalised_unit: str
    factor: Decimal
    factor_version: int
    emissions: Decimal
    emissions_unit: str


class RecordedUsage(Counted, frozen=True, kw_only=True):
    """A usage as a command left it; `repriced` says that the factor was chosen anew."""

    id: int
    uid: UUID
    version: int
    repriced: bool


_AT = datetime(2026, 3, 14, 18, 30, tzinfo=UTC)
_NEW = NewUsage(usage_type_id=100, usage_at=_AT, amount=Decimal("12.5"), unit="kWh")
_COUNTED = Counted(
    usage_type_id=100,
    usage_type="electricity",
    usage_at=_AT,
    amount=Decimal("12.5"),
    unit="kWh",
    normalised_amount=Decimal("12.5"),
    normalised_unit="kwh",
    factor=Decimal("1.5"),
    factor_version=1,
    emissions=Decimal("18.75"),
    emissions_unit="kg CO2e",
)


def _shown(left: Carried) -> RecordedUsage:
    usage = known(fold(DECIDER, left.facts))
    if usage is None:
        raise LookupError(f"{left.uid} is no usage")
    return RecordedUsage(
        **fields_in(usage, Counted),
        id=left.id,
        uid=left.uid,
        version=left.version,
        repriced=isinstance(left, CarriedUsage) and left.repriced,
    )


_SHOWN = Shown(
    show=_shown,
    schema=RecordedUsage,
    example=RecordedUsage(
        **msgspec.structs.asdict(_COUNTED),
        id=4712,
        uid=UUID("8d2f6b1c-4e7a-4c90-b3d5-1a9e8f7c6d50"),
        version=1,
        repriced=False,
    ),
)


@takes(
    "/usages/preview",
    RESOURCE.plural,
    "What a usage would emit",
    Permission.USAGES_RECORD,
    _NEW,
    answer(200, "What it would be counted by. Nothing is recorded.", example=_COUNTED),
    problems=[Invalid],
)
async def preview_usage(request: AnyRequest, new: NewUsage) -> Counted:
    """The same rules as for recording it, and the factor of now."""
    usage = await services_of(request).of(Usages).preview(new, call_of(request, is_keyed=False))
    return Counted(**fields_in(usage, Counted))


ROUTES = [
    *query_routes(RESOURCE),
    history_route(
        RESOURCE,
        "usage",
        "Read from the log itself, the oldest first; a usage that was deleted still has its history.",
        key=found,
    ),
    preview_usage,
    starts(
        RESOURCE,
        Usages.record,
        _NEW,
        shown=_SHOWN,
        permission=Permission.USAGES_RECORD,
        summary="Record a usage",
        description="Its emissions are pinned: amount times the factor valid at `usage_at`. Where none was valid, the "
        "answer is 422 `no_factor`.\n\nTwo requests are two usages; `Idempotency-Key` tells a repetition from a second "
        "one.",
        said="It is in the book.",
        problems=[Invalid],
    ),
    changes(
        RESOURCE,
        Usages.change,
        UsageChange(amount=Decimal("13.1")),
        shown=_SHOWN,
        permission=Permission.USAGES_RECORD,
        summary="Change a usage",
        description="One of the caller's own. Another amount keeps the pinned factor; another date or type takes the "
        "one valid then, and the answer says `repriced: true`.",
    ),
    ends(
        RESOURCE,
        Usages.delete,
        status=204,
        permission=Permission.USAGES_RECORD,
        summary="Delete a usage",
        description="One of the caller's own. Lists and sums forget it; its history stays. Once it is deleted, there "
        "is none to delete (404).",
    ),
]
