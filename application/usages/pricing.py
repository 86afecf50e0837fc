"""What a usage rests on beside itself: its type, the factor valid then, the ratio of the units, and whose it is."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from application.shared.permissions import everything, own_unless_audited
from application.shared.streams import Entity, Reference, Stream
from application.shared.units import Units
from application.shared.views import View
from domain import identity, imports, usage_types
from domain.identity import DeactivatedUser
from domain.shared.errors import Fault, Forbidden, Invalid, NotFound
from domain.usage_types import (
    FactorAppended,
    UsageType,
    UsageTypeDefined,
    UsageTypeState,
    factor_at,
    known_type,
    usable,
    usage_type_uid,
)
from domain.usages import usages
from domain.usages.usages import Measured, Pricing, UsageRecorded

USAGE = Entity("usage", usages.DECIDER, UsageRecorded, own_unless_audited)
TYPE = Entity(
    "usage type", usage_types.DECIDER, UsageTypeDefined, everything, uid_of=usage_type_uid
)


async def type_of(view: View, reference: Reference) -> Stream[UsageTypeState]:
    """The type that a caller names.

    Raises:
        Invalid: there is no such type (`unknown_usage_type`).
    """
    try:
        return await view.find(TYPE, reference)
    except NotFound:
        raise unknown_type(reference) from None


def unknown_type(reference: Reference) -> Invalid:
    """The error for a usage of a type that there is not."""
    code, detail = "unknown_usage_type", f"there is no usage type {reference}"
    got = str(reference)[:200]
    fault = Fault(detail=detail, code=code, pointer="/usage_type_id", got=got)
    return Invalid(detail, code=code, faults=[fault])


def pricing_of(kind: Stream[UsageTypeState], at: datetime, *, is_new: bool = True) -> Pricing:
    """The type, and the factor valid at this moment; what `is_new` to a usage must be in use.

    Raises:
        UsageTypeIsRetired: it is out of use.
        NoFactor: none was valid.
    """
    one = usable(kind.state) if is_new else known_type(kind.state)
    if one is None:
        raise NotFound("There is no such usage type.")
    return _pricing(kind, one, factor_at(kind.state, at))


def pricing_by(kind: Stream[UsageTypeState], version: int) -> Pricing:
    """The type, and this version of its factor.

    Raises:
        Invalid: it has no such version (`unknown_version`).
    """
    one, factors = known_type(kind.state), kind.state.factors
    if one is None or not 1 <= version <= len(factors):
        detail = f"the factor has the versions 1 to {len(factors)}, and {version} was given"
        fault = Fault(detail=detail, code="unknown_version", pointer="/factor_version", got=version)
        raise Invalid(detail, code="unknown_version", faults=[fault])
    return _pricing(kind, one, factors[version - 1])


def _pricing(kind: Stream[UsageTypeState], one: UsageType, factor: FactorAppended) -> Pricing:
    return Pricing(
        usage_type_uid=kind.uid,
        usage_type_id=one.id,
        usage_type=one.name,
        normalised_unit=one.unit,
        factor=factor.factor,
        factor_version=factor.version,
        emissions_unit=factor.emissions_unit,
    )


def measured_in(units: Units, amount: Decimal, unit: str | None, into: str) -> Measured:
    """The amount with the ratio of its unit to that of its type, which it is in where none is given.

    Raises:
        Invalid: the unit is none, or one of another dimension.
    """
    unit = into if unit is None else unit.strip()
    return Measured(amount=amount, unit=unit, ratio=units.ratio(unit, into))


async def owner_of(view: View) -> dict[str, Any]:
    """Whose a usage is that the caller records: user and bank, as fields of `RecordUsage`.

    Raises:
        Forbidden: the user was deactivated, whatever their token says.
    """
    user_uid: UUID | None = view.principal.user_uid
    if user_uid is None:
        return {"user_uid": None, "user_id": None, "bank_uid": None}
    user = await view.stream(identity.DECIDER, user_uid)
    if isinstance(user.state, DeactivatedUser):
        raise Forbidden("This user was deactivated.", code="user_deactivated")
    return {
        "user_uid": user_uid,
        "user_id": user.id or None,
        "bank_uid": view.principal.bank_uid,
    }


async def own(view: View, reference: Reference) -> Stream[usages.State]:
    """The caller's own usage: who may read the others' may not change them.

    Raises:
        Forbidden: it is somebody else's (`not_yours`).
        NotFound: there is none, or the import that recorded it was reverted.
    """
    usage = await view.find(USAGE, reference)
    first = usage.facts[0]
    if isinstance(first.event, UsageRecorded):
        if first.event.user_uid != view.principal.user_uid:
            raise Forbidden("Only who recorded a usage changes it.", code="not_yours")
        if first.event.external_id is not None:  # else it came in no file
            run = (await view.stream(imports.DECIDER, first.correlation_id)).state
            if run.is_reverted:
                raise USAGE.unknown(reference)
    return usage
