"""What each collection is: enough to draw its page without having been written for it.

Everything here follows from the routes of the finished app and from the fields that they declare; nothing is told by
hand, so a new context is here as soon as its list is served.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from application.shared.permissions import Permission, Principal
from interfaces.http.shared.assets import Asset
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import IF_NONE_MATCH, Answer, answer
from interfaces.http.shared.security import may_enter, principal_of
from projections.shared.query.fields import Collection, FieldType, Operator
from projections.shared.query.grouping import group_names, measure_names

_CALLERS_MAX = 32
"""How many sorts of callers are remembered: they differ by what they may do."""


class FieldShown(msgspec.Struct, frozen=True, kw_only=True):
    """A field: what is not `shown` is told only where `fields` names it."""

    name: str
    description: str
    type: FieldType
    nullable: bool
    operators: Sequence[Operator]
    choices: Sequence[str]
    groupable: bool
    measurable: bool
    money: bool
    sortable: bool
    shown: bool


class CollectionShown(msgspec.Struct, frozen=True, kw_only=True):
    """A collection: what is served beside its list, the `key` of its records, and what parameters may name (`hidden`:
    that of `include`)."""

    name: str
    noun: str
    path: str
    title: str
    key: str
    record: bool
    history: bool
    aggregates: bool
    facets: bool
    default_sort: str
    hidden: str | None
    bases: Sequence[str]
    counted_by: str | None
    fields: Sequence[FieldShown]
    groups: Sequence[str]
    measures: Sequence[str]


class CollectionsShown(msgspec.Struct, frozen=True):
    """By path."""

    data: Sequence[CollectionShown]


class _Listed(msgspec.Struct, frozen=True):
    """A list that is served, and what asks for it."""

    permission: Permission
    handler: HTTPRouteHandler
    described: CollectionShown


class CollectionCatalogue:
    """What there is to tell, to whomever it is for."""

    def __init__(self, listed: Sequence[_Listed]) -> None:
        self._listed = listed
        self._document = lru_cache(_CALLERS_MAX)(self._made)

    def for_caller(self, principal: Principal) -> Asset:
        """The document of what this caller may read."""
        return self._document(
            tuple(may_enter(principal, it.permission, it.handler) for it in self._listed)
        )

    def _made(self, allowed: tuple[bool, ...]) -> Asset:
        data = [it.described for it, may in zip(self._listed, allowed, strict=True) if may]
        return Asset(encode_json(CollectionsShown(data)), JSON, "private, no-cache")


def catalogued(app: Litestar) -> CollectionCatalogue:
    """The collections of an app: those of lists that stand for themselves and are to stay."""
    routes = [route for route in app.routes if isinstance(route, HTTPRoute)]
    served = {route.path for route in routes if "GET" in route.methods}
    listed = sorted(_listed(routes, served), key=lambda it: it.described.path)
    return CollectionCatalogue(listed)


def _listed(routes: Sequence[HTTPRoute], served: set[str]) -> Iterator[_Listed]:
    for route in routes:
        for handler in route.route_handlers:
            resource: Resource | None = handler.opt.get("lists")
            if resource is None or resource.path != route.path:
                continue  # a further path of the same rows
            if resource.parent is None and resource.deprecated is None:
                yield _Listed(resource.permission, handler, _described(resource, served))


def _described(resource: Resource, served: set[str]) -> CollectionShown:
    collection, path = resource.collection, resource.path
    has_aggregates, has_facets = (f"{path}/{end}" in served for end in ("aggregates", "facets"))
    is_grouped = has_aggregates or has_facets
    return CollectionShown(
        name=path.strip("/").replace("/", "-"),
        noun=resource.noun,
        path=path,
        title=collection.name.replace("_", " ").replace("-", " "),
        key=collection.key,
        record=f"{path}/{{record_id:str}}" in served,
        history=f"{path}/{{record_id:str}}/history" in served,
        aggregates=has_aggregates,
        facets=has_facets,
        default_sort=collection.default_sort or collection.key,
        hidden=resource.hidden.name if resource.hidden else None,
        bases=[*resource.bases],
        counted_by=resource.counted_by,
        fields=_fields(collection),
        groups=[*group_names(collection)] if is_grouped else [],
        measures=[*measure_names(collection)] if is_grouped else [],
    )


def _fields(collection: Collection) -> list[FieldShown]:
    return [
        FieldShown(
            name=field.name,
            description=field.description,
            type=field.type,
            nullable=field.nullable,
            operators=field.operators,
            choices=field.choices,
            groupable=field.groupable,
            measurable=field.measurable,
            money=field.money,
            sortable=field.ordered,
            shown=field.shown,
        )
        for field in collection.fields
    ]


_EXAMPLE = CollectionsShown(
    [
        CollectionShown(
            name="expenses",
            noun="expense",
            path="/expenses",
            title="expenses",
            key="id",
            record=True,
            history=True,
            aggregates=True,
            facets=True,
            default_sort="id",
            hidden="corrected",
            bases=(),
            counted_by=None,
            fields=[
                FieldShown(
                    name="amount",
                    description="",
                    type=FieldType.DECIMAL,
                    nullable=False,
                    operators=(Operator.EQ,),
                    choices=(),
                    groupable=False,
                    measurable=True,
                    money=True,
                    sortable=True,
                    shown=True,
                )
            ],
            groups=["departments", "date:month"],
            measures=["count", "sum:amount"],
        )
    ]
)


@shows(
    "/collections",
    "About",
    "What each collection is",
    Permission.SIGNED_IN,
    answer(200, "Those that you may read.", example=_EXAMPLE, headers={"ETag": "Of the document."}),
    Answer(status=304, description="Nothing has changed."),
    parameters=[IF_NONE_MATCH],
)
async def describe_collections(request: AnyRequest) -> Response[bytes]:
    """For programs that show any of them. Lists of one bank (`/banks/{bank_id}/…`) and deprecated ones are left out."""
    catalogue: CollectionCatalogue = request.app.state.catalogue
    answered = await catalogue.for_caller(principal_of(request)).answer(request)
    answered.headers["Vary"] = "Accept-Encoding, Authorization"
    return answered


ROUTES = (describe_collections,)
