"""Usage types: what can be used, and what a unit of it emits, now and before."""

from decimal import Decimal
from uuid import UUID

import msgspec

from application.shared.commands import Carried
from application.shared.permissions import Permission, everything
from application.usage_types import NewFactor, NewUsageType, UsageTypes
from domain.shared.errors import Invalid
from domain.usage_types import RenameUsageType, UsageTypeDefined
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import Shown, changes, ends, starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Parent, Resource
from projections.usage_types import USAGE_TYPES

RESOURCE = Resource(
    collection=USAGE_TYPES.collection,
    path="/usage-types",
    noun="usageType",
    permission=Permission.SIGNED_IN,
    scope=everything,
    passing="factor_version",
)
OF_ONE_TYPE = Resource(
    collection=USAGE_TYPES.tables[1].collection,
    path="/usage-types/{type_id:str}/factors",
    noun="usageTypeFactor",
    permission=Permission.SIGNED_IN,
    scope=everything,
    parent=Parent(parameter="type_id", column="usage_type_uid", noun="usage type"),
    record_path="/usage-types",
)


class ChangedUsageType(msgspec.Struct, frozen=True, kw_only=True):
    """The number of the type, its uid, and the version this left it at."""

    id: int
    uid: UUID
    version: int


class UsageTypeName(msgspec.Struct, frozen=True, kw_only=True):
    """What a type is to be called, in 1 to 200 characters."""

    name: str


def _shown(left: Carried) -> ChangedUsageType:
    defined = left.facts[0].event
    number = defined.id if isinstance(defined, UsageTypeDefined) else left.id
    return ChangedUsageType(id=number, uid=left.uid, version=left.version)


_TYPE = Shown(
    show=_shown,
    schema=ChangedUsageType,
    example=ChangedUsageType(id=105, uid=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e817"), version=2),
)
_FACTOR = NewFactor(
    factor=Decimal("0.363"), valid_from="2027-01-01", source="Grid mix 2026", scope=2, region="DE"
)

ROUTES = [
    *list_route(RESOURCE),
    *record_route(RESOURCE),
    history_route(RESOURCE, "usage_type"),
    starts(
        RESOURCE,
        UsageTypes.define,
        NewUsageType(name="business travel", unit="km", factor=_FACTOR),
        shown=_TYPE,
        permission=Permission.USAGE_TYPES_WRITE,
        summary="Define a usage type",
        description="Operators only. It gets the next free number from 105 on; its unit stays.",
        problems=[Invalid],
    ),
    changes(
        RESOURCE,
        UsageTypes.rename,
        UsageTypeName(name="power"),
        into=RenameUsageType,
        shown=_TYPE,
        permission=Permission.USAGE_TYPES_WRITE,
        summary="Rename a usage type",
        description="Operators only. Usages that are recorded keep the name of then.",
    ),
    ends(
        RESOURCE,
        UsageTypes.retire,
        shown=_TYPE,
        permission=Permission.USAGE_TYPES_WRITE,
        summary="Retire a usage type",
        description="Operators only. Nothing is deleted: the type stays readable with the status `retired`, and "
        "nothing new is recorded with it.",
    ),
    *list_route(OF_ONE_TYPE),
    starts(
        OF_ONE_TYPE,
        UsageTypes.append_factor,
        _FACTOR,
        shown=_TYPE,
        permission=Permission.USAGE_TYPES_WRITE,
        summary="Append a version of the factor",
        description="Operators only. It is valid from then on, until a later version begins; a moment that is covered "
        "already gets 409 `date_covered`. What was recorded before stays as it is. A version begins at most 10 years "
        "ahead, and none is taken back: where one is wrong, retire the type and define another.",
        problems=[Invalid],
    ),
]
