"""The routes of a collection: list, one record, aggregates, facets. Written once; a context only names its parts."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from application.shared.quotas import Spending
from application.shared.services import Services
from domain.shared.errors import Gone, NotFound, Refused
from interfaces.http.shared import collection_docs as docs
from interfaces.http.shared.inputs import caught_up, query_pairs, services_of
from interfaces.http.shared.places import SharedPlaces
from interfaces.http.shared.preferences import record_of
from interfaces.http.shared.problems import NotAcceptable
from interfaces.http.shared.query_docs import filter_parameters, grammar_parameters
from interfaces.http.shared.quotas import spend
from interfaces.http.shared.rendering import (
    CSV,
    FILES,
    JSON,
    NDJSON,
    Row,
    csv_lines,
    form_of,
    ndjson_lines,
)
from interfaces.http.shared.resources import AnyRequest, Resource, based, pairs_of, scope_of
from interfaces.http.shared.routes import (
    EPOCH,
    IF_NONE_MATCH,
    MIN_POSITION,
    REFERENCE,
    Answer,
    Named,
    Parameter,
    answer,
    documented,
    segment,
)
from interfaces.http.shared.security import principal_of
from interfaces.http.shared.streaming import Streamed
from interfaces.http.shared.tags import Read, conditional, unless_known
from projections.shared.events import EVENTS
from projections.shared.query.fields import Collection
from projections.shared.query.grouping import COUNT, parse_aggregates, parse_facets
from projections.shared.query.lists import parse_export, parse_fields, parse_list
from projections.shared.query.parameters import (
    AGGREGATE_PARAMETERS,
    EXPORT_PARAMETERS,
    FACET_PARAMETERS,
    LIST_PARAMETERS,
    RECORD_PARAMETERS,
    GrammarParameter,
)
from projections.shared.query.requests import (
    AggregateQuery,
    FacetQuery,
    GroupTerm,
    ListQuery,
)

Pairs = Sequence[tuple[str, str]]
Q = TypeVar("Q", ListQuery, AggregateQuery, FacetQuery)


def query_routes(
    resource: Resource, aliases: Sequence[str] = (), aggregates_at: Sequence[str] = ()
) -> list[HTTPRouteHandler]:
    """All there is to ask a collection; `aliases` are further paths of its rows, `aggregates_at` of its aggregates."""
    return [
        *list_route(resource, aliases),
        *aggregates_route(resource, aggregates_at),
        *facets_route(resource),
        *record_route(resource, aliases),
    ]


def list_route(resource: Resource, aliases: Sequence[str] = ()) -> list[HTTPRouteHandler]:
    """`GET` of the collection: filtered, sorted, one page at a time; and the whole as CSV or NDJSON."""
    collection, name = resource.collection, resource.schema_name
    counted_by = collection.by_name[resource.counted_by] if resource.counted_by else None

    async def list_rows(request: AnyRequest) -> Response[Any]:
        return await (_page if form_of(request) == JSON else _export)(request, resource)

    pages = _published(
        list_rows,
        resource,
        resource.path,
        aliases,
        operation_id=f"list{resource.plural}",
        summary=f"Filtered, sorted, one page at a time: {collection.name}",
        description=_LIST_TEXT,
        opt=_asking(
            resource,
            LIST_PARAMETERS,
            docs.list_answer(resource.page_name, collection, counted_by),
            docs.record_schema(name, collection),
            docs.page_schema(name, resource.page_name, counted_by),
            docs.PAGE,
        )
        | {"lists": resource},
    )
    return [*pages, *_files(list_rows, resource, "", aliases, EXPORT_PARAMETERS)]


def _asking(
    resource: Resource, grammar: Sequence[GrammarParameter], told: Answer, *schemas: Named
) -> dict[str, Any]:
    """What is declared of every route that filters: the parent, what is to be included, the grammar, each filter."""
    beside = [part.documented for part in (resource.parent, resource.hidden) if part]
    if resource.bases:
        beside.append(resource.basis_documented)
    is_tagged = bool(resource.collection.projection) and not resource.passing
    return documented(
        resource.permission,
        msgspec.structs.replace(told, headers={**told.headers, **TAGGED}) if is_tagged else told,
        *((UNCHANGED,) if is_tagged else ()),
        parameters=[
            *beside,
            *grammar_parameters(resource.collection, grammar),
            *filter_parameters(resource.collection),
            MIN_POSITION,
            *((IF_NONE_MATCH,) if is_tagged else ()),
        ],
        problems=[
            *([] if grammar is EXPORT_PARAMETERS else [NotAcceptable]),
            *([NotFound] if resource.parent else ()),
            *([Gone] if grammar is LIST_PARAMETERS else ()),
            *([Refused] if resource.collection is EVENTS else ()),
        ],
        schemas=schemas,
        parses_query=True,
        deprecated=resource.deprecated,
    )


_LIST_TEXT = (
    "Filters are `field=value` and `field[operator]=value`; all of them must hold. `Accept: text/csv` and "
    "`application/x-ndjson` get what the same path with `.csv` or `.ndjson` after it answers."
)
_FILES_TEXTS = {
    CSV: "Text cells that a spreadsheet would run as a formula begin with an apostrophe.",
    NDJSON: "One JSON object per line.",
}
UNCHANGED = Answer(status=304, description="Nothing has changed.")
TAGGED = {"ETag": "Of what the rows follow from, the question and the caller; for `If-None-Match`."}


async def _page(request: AnyRequest, resource: Resource) -> Response[bytes]:
    resource = based(request, resource)
    services, pairs = services_of(request), pairs_of(request, resource)
    query = parse_list(resource.collection, pairs, await scope_of(request, services, resource))
    await caught_up(request, services, resource.collection.projection)

    async def read() -> Read:
        page = await services.queries.page(resource.collection, query)
        links = {"next": page.next, "prev": page.prev}
        told = links if page.count is None else {**links, "count": page.count}
        body: dict[str, Any] = {"data": page.rows, "page": told}
        if resource.counted_by is not None:
            body["counts"] = await _counts(services, resource, query)
        linked = _link_headers(str(request.scope["path"]), query_pairs(request), links)
        return Read(body, page.mark, {EPOCH: str(page.epoch), **linked})

    return await unless_known(request, resource, read)


async def _counts(services: Services, resource: Resource, query: ListQuery) -> dict[str, int]:
    """How many rows there are of each choice, under all conditions but those on the choice itself."""
    field = resource.collection.by_name[str(resource.counted_by)]
    groups = await services.queries.aggregate(
        resource.collection,
        AggregateQuery(
            conditions=tuple(one for one in query.conditions if one.field is not field),
            by=(GroupTerm(field),),
            measures=(COUNT,),
            sort=(),
        ),
    )
    counted = {row[field.name]: row[COUNT.name] for row in groups.rows}
    return {choice: counted.get(choice, 0) for choice in field.choices}


def _link_headers(
    path: str, pairs: Sequence[tuple[str, str]], links: dict[str, str | None]
) -> dict[str, str]:
    """Where this page is, the first one, and those beside it."""
    kept = [(name, value) for name, value in pairs if name != "cursor"]
    others = {
        name: [*kept, ("cursor", cursor)] for name, cursor in links.items() if cursor is not None
    }
    targets = [
        f'<{"?".join(filter(None, (path, urlencode(query))))}>; rel="{relation}"'
        for relation, query in {"self": pairs, "first": kept, **others}.items()
    ]
    return {"Link": ", ".join(targets)}


async def _export(request: AnyRequest, resource: Resource) -> Streamed:
    resource = based(request, resource)
    query = await asked(request, resource, parse_export)
    batches = services_of(request).queries.stream(resource.collection, query)
    columns = [field.name for field in query.fields]
    return await as_file(request, resource.collection.name, columns, batches)


async def asked(
    request: AnyRequest, resource: Resource, parse: Callable[[Collection, Pairs], Q]
) -> Q:
    """What is asked of the rows that the caller sees, once the read model has heard of what they know of."""
    services, collection = services_of(request), resource.collection
    parsed = parse(collection, pairs_of(request, resource))
    query = parsed.within(await scope_of(request, services, resource))
    await caught_up(request, services, collection.projection)
    return query


async def as_file(
    request: AnyRequest, name: str, columns: Sequence[str], batches: AsyncIterator[list[Row]]
) -> Streamed:
    """Rows as a CSV or NDJSON file, streamed. The first rows are read before the answer begins, so that whatever goes
    wrong by then is a problem document; later, the connection breaks off."""
    form, caller = form_of(request), principal_of(request)
    await spend(services_of(request).quotas, request.scope, Spending.EXPORTS, caller)
    placed = _in_place(request.app.state.exports, caller.actor, batches)
    ready = _with_first(await anext(placed, []), placed)
    chunks = csv_lines(columns, ready) if form == CSV else ndjson_lines(ready)
    suffix = "csv" if form == CSV else "ndjson"
    return Streamed(
        chunks,
        media_type=form,
        headers={"Content-Disposition": f'attachment; filename="{name}.{suffix}"'},
    )


async def _in_place(
    places: SharedPlaces, actor: str, batches: AsyncIterator[list[Row]]
) -> AsyncIterator[list[Row]]:
    with places.place(actor):
        async for batch in batches:
            yield batch


async def _with_first(first: list[Row], rest: AsyncIterator[list[Row]]) -> AsyncIterator[list[Row]]:
    yield first
    async for batch in rest:
        yield batch


def record_route(resource: Resource, aliases: Sequence[str] = ()) -> list[HTTPRouteHandler]:
    """`GET` of one record by its integer id or its uid, with its version as `ETag`."""
    collection, name = resource.collection, resource.schema_name

    async def get_row(request: AnyRequest) -> Response[bytes]:
        form_of(request, (JSON,))
        services = services_of(request)
        fields = parse_fields(collection, query_pairs(request))
        await caught_up(request, services, collection.projection)
        row, etag = await record_of(request, resource, request.path_params["record_id"], fields)
        return conditional(request, row, [field.name for field in fields], etag)

    return _published(
        get_row,
        resource,
        f"{resource.path}/{{record_id:str}}",
        [f"{alias}/{{record_id:str}}" for alias in aliases],
        operation_id=f"get{name}",
        summary=f"One of the {collection.name}, by id or uid",
        description="`If-None-Match` with the `ETag` of an earlier answer gives 304 as long as nothing has changed.",
        opt=documented(
            resource.permission,
            answer(
                200,
                "The record.",
                {"$ref": f"#/components/schemas/{name}"},
                example=docs.record_example(collection),
                headers={"ETag": "The version of the record."},
            ),
            UNCHANGED,
            parameters=[
                record_parameter(collection, _NAME if resource.named else REFERENCE),
                *grammar_parameters(collection, RECORD_PARAMETERS),
                MIN_POSITION,
                IF_NONE_MATCH,
            ],
            problems=[NotFound, NotAcceptable],
            schemas=[docs.record_schema(name, collection)],
            parses_query=True,
            deprecated=resource.deprecated,
        ),
    )


_NAME = "^[^/]{1,200}$"
"""How a path names what has further names."""


def record_parameter(collection: Collection, pattern: str = REFERENCE) -> Parameter:
    """The path segment that names a record."""
    named = str(docs.example_of(collection.key_field))
    return segment("record_id", named, pattern)


def aggregates_route(resource: Resource, aliases: Sequence[str] = ()) -> list[HTTPRouteHandler]:
    """`GET` of measures per group."""
    collection, name = resource.collection, resource.schema_name

    async def aggregate(request: AnyRequest) -> Response[Any]:
        form = form_of(request)
        query = await asked(request, on := based(request, resource), parse_aggregates)

        async def read() -> Read:
            groups = await services_of(request).queries.aggregate(on.collection, query)
            told = {"data": _named_safely(groups.rows), "truncated": groups.truncated}
            totals = {"totals": _named_safely(groups.totals)} if query.totals else {}
            return Read({**told, **totals}, groups.mark)

        if form == JSON:
            return await unless_known(request, on, read)
        groups = await services_of(request).queries.aggregate(on.collection, query)
        columns = [part.name for part in query.by] + [part.name for part in query.measures]
        return await as_file(request, f"{collection.name}-aggregates", columns, _once(groups.rows))

    path = f"{resource.path}/aggregates"
    groups = _published(
        aggregate,
        resource,
        path,
        aliases,
        operation_id=f"aggregate{resource.plural}",
        summary=f"Sums, counts and averages per group: {collection.name}",
        description="Every filter of the list applies. The currency of amounts is always part of the group.",
        opt=_asking(
            resource,
            AGGREGATE_PARAMETERS,
            docs.groups_answer(name, collection),
            *docs.groups_schemas(name, collection),
        ),
    )
    files = _files(aggregate, resource, "/aggregates", aliases, AGGREGATE_PARAMETERS)
    return [*groups, *files]


def _named_safely(rows: list[Row]) -> list[Row]:
    """The rows with each member that is no identifier (`sum:amount`) beside itself as one (`sum_amount`)."""
    unsafe = [name for name in (rows[0] if rows else ()) if ":" in name]
    return [{**row, **{docs.safe(name): row[name] for name in unsafe}} for row in rows]


async def _once(rows: list[Row]) -> AsyncIterator[list[Row]]:
    yield rows


def facets_route(resource: Resource) -> list[HTTPRouteHandler]:
    """`GET` of the values of the groupable fields, with how often each occurs."""
    collection, name = resource.collection, resource.schema_name

    async def facets(request: AnyRequest) -> Response[bytes]:
        form_of(request, (JSON,))
        query = await asked(request, on := based(request, resource), parse_facets)

        async def read() -> Read:
            found = await services_of(request).queries.facets(on.collection, query)
            safely = [
                msgspec.structs.replace(one, values=_named_safely(one.values))
                for one in found.facets
            ]
            return Read({"data": safely}, found.mark)

        return await unless_known(request, on, read)

    told = answer(
        200,
        "Per field its values, the most frequent first.",
        {"$ref": f"#/components/schemas/{name}Facets"},
        example=docs.facets_example(collection),
    )
    return _published(
        facets,
        resource,
        f"{resource.path}/facets",
        operation_id=f"facet{resource.plural}",
        summary=f"Which values occur, how often and with what sum: {collection.name}",
        description="Every filter of the list applies.",
        opt=_asking(resource, FACET_PARAMETERS, told, *docs.facets_schemas(name)),
    )


def _files(
    handler: Callable[..., Any],
    resource: Resource,
    end: str,
    aliases: Sequence[str],
    grammar: Sequence[GrammarParameter],
) -> list[HTTPRouteHandler]:
    """The same as a file, whole: a path of its own for each form."""
    what = f"{resource.plural}{end.removeprefix('/').title()}"
    return [
        one
        for suffix, form in FILES.items()
        for one in _published(
            handler,
            resource,
            f"{resource.path}{end}{suffix}",
            [f"{alias}{suffix}" for alias in aliases],
            operation_id=f"export{what}{suffix.removeprefix('.').title()}",
            summary=f"As a file ({suffix}): {resource.collection.name}{end.replace('/', ', ')}",
            description=_FILES_TEXTS[form],
            opt=_asking(resource, grammar, docs.file_answer(form)),
        )
    ]


def _published(
    handler: Callable[..., Any],
    resource: Resource,
    path: str,
    others: Sequence[str] = (),
    **described: Any,
) -> list[HTTPRouteHandler]:
    """The handler under its path, which is documented, and under others, which are not."""
    main = get(path, tags=[resource.plural], **described)(handler)
    hidden = {"include_in_schema": False, "opt": described["opt"]}
    return [main, get([*others], **hidden)(handler)] if others else [main]
