"""Recording, changing and deleting usages, one by one or many at once."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from application.shared.commands import Carried
from application.shared.permissions import Permission
from application.shared.streams import fold
from application.usages.batches import Batches, Fate, Received, SentUsage, refused
from application.usages.recording import CarriedUsage, NewUsage, UsageChange, Usages
from domain.shared.errors import Invalid, Refused
from domain.shared.kits import known
from domain.shared.rules import fields_in
from domain.usages.usages import DECIDER
from interfaces.http.shared.bodies import read_each
from interfaces.http.shared.command_routes import Shown, changes, ends, starts
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import WRITES, Written, takes
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer
from interfaces.http.usages.reading import RESOURCE


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


class UsageAnswer(Counted, frozen=True, kw_only=True):
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


def _shown(left: Carried) -> UsageAnswer:
    usage = known(fold(DECIDER, left.facts))
    if usage is None:
        raise LookupError(f"{left.uid} is no usage")
    return UsageAnswer(
        **fields_in(usage, Counted),
        id=left.id,
        uid=left.uid,
        version=left.version,
        repriced=isinstance(left, CarriedUsage) and left.repriced,
    )


_SHOWN = Shown(
    show=_shown,
    schema=UsageAnswer,
    example=UsageAnswer(
        **msgspec.structs.asdict(_COUNTED),
        id=4712,
        uid=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e82a"),
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
    problems=[Invalid, Refused],
)
async def preview_usage(request: AnyRequest, new: NewUsage) -> Counted:
    """The same rules as for recording it, and the factor of now."""
    usage = await services_of(request).of(Usages).preview(new, call_of(request, is_keyed=False))
    return Counted(**fields_in(usage, Counted))


_SENT = SentUsage(
    external_id="meter-7/2026-03",
    usage_type_id=100,
    usage_at=_AT,
    amount=Decimal("0.0125"),
    unit="MWh",
)


class NewUsages(msgspec.Struct, frozen=True):
    """Usages to record, 1,000 at most."""

    usages: Sequence[SentUsage]


class _Unread(msgspec.Struct, frozen=True):
    """The same, of which each is read by itself."""

    usages: Sequence[msgspec.Raw]


class _Named(msgspec.Struct, frozen=True):
    """What can be told of a usage that cannot be read: what its sender calls it."""

    external_id: str = ""


class ReceivedUsages(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each usage, in the order sent, and how many fared how."""

    data: Sequence[Received]
    counts: dict[Fate, int]


@takes(
    "/usages/batch",
    RESOURCE.plural,
    "Record many usages at once",
    Permission.USAGES_RECORD,
    NewUsages([_SENT]),
    answer(
        200,
        "What became of each, in the same order.",
        example=ReceivedUsages(
            data=[
                Received(
                    external_id=_SENT.external_id,
                    status=Fate.RECORDED,
                    id=4712,
                    uid=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e82a"),
                    emissions=Decimal("18.75"),
                )
            ],
            counts={Fate.RECORDED: 1, Fate.DUPLICATE: 0, Fate.CONFLICT: 0, Fate.INVALID: 0},
        ),
        headers=WRITES,
    ),
    problems=[Invalid, Refused],
    body_limit=1_000_000,
    read_as=_Unread,
)
async def record_usages(request: AnyRequest, said: _Unread) -> Written:
    """Up to 1,000, each under an `external_id` of the sender's: what was recorded before just so is a `duplicate`, with
    other values a `conflict`, and nothing happens to either; what is `invalid`, or no such object at all,
    keeps no other from being recorded."""
    call = call_of(request, is_keyed=False)
    read = zip(said.usages, read_each(said.usages, SentUsage), strict=True)
    usages = [it if isinstance(it, SentUsage) else refused(_name_of(raw), it) for raw, it in read]
    outcome = await services_of(request).of(Batches).record(usages, call)
    counts = Counter(one.status for one in outcome.results)
    told = ReceivedUsages(data=outcome.results, counts={fate: counts[fate] for fate in Fate})
    return Written(told, outcome.position)


def _name_of(raw: msgspec.Raw) -> str:
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(raw, type=_Named).external_id
    return ""


ROUTES = [
    record_usages,
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
