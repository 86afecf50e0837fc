"""Rows that were put aside: looking them up, correcting one, and loading them after all."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import patch
from litestar.handlers import HTTPRouteHandler

from application.imports.rejects import Rejects, ReplayOutcome
from application.shared.permissions import Permission
from domain.imports.rejects import CorrectReject
from domain.shared.errors import Fault, Invalid, KeyReused, NotFound, Refused, StaleVersion
from interfaces.http.shared.arriving import TooSlow
from interfaces.http.shared.bodies import read_texts
from interfaces.http.shared.collections import list_route, query_routes, record_parameter
from interfaces.http.shared.command_routes import (
    CHANGED,
    COMMAND_HEADERS,
    CommandAnswer,
    command_answer,
)
from interfaces.http.shared.histories import found, history_route
from interfaces.http.shared.inputs import call_of, caught_up, services_of
from interfaces.http.shared.plain_routes import WRITES, Written, takes
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON
from interfaces.http.shared.resources import AnyRequest, Parent, Resource, scope_of
from interfaces.http.shared.routes import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    MIN_POSITION,
    Body,
    answer,
    documented,
)
from projections.imports import REJECTS
from projections.shared.query.lists import parse_list
from projections.shared.query.requests import LIMIT_MAX

RESOURCE = Resource(
    collection=REJECTS.collection, noun="reject", permission=Permission.IMPORTS_READ
)

REPLAYED_MAX = LIMIT_MAX
"""Rejects that one request may replay."""


def reject_routes(
    resource: Resource, runs: str, of_run: str, kind: str = ""
) -> list[HTTPRouteHandler]:
    """All there is to do with rejects, of one kind or of any.

    `runs` is the path of their runs, `of_run` the name of the rejects of one.
    """
    parent = Parent(parameter="import_id", column="import_id", noun="import")
    path = f"{runs}/{{import_id:str}}/rejects"
    narrowed = Resource(
        collection=resource.collection,
        noun=resource.noun,
        permission=resource.permission,
        path=path,
        plural=of_run,
        scope=resource.scope,
        parent=parent,
        record_path=resource.path,
    )
    return [
        *query_routes(resource),
        *list_route(narrowed),
        _correct_route(resource, kind),
        _replay_route(resource, kind),
    ]


def _correct_route(resource: Resource, kind: str) -> HTTPRouteHandler:
    example = {"amount": "12.50 EUR"}

    async def correct(request: AnyRequest) -> CommandAnswer:
        cells = await read_texts(request)
        call = call_of(request, CorrectReject(cells=cells))
        rejects = services_of(request).of(Rejects)
        carried = await rejects.correct(request.path_params["record_id"], cells, call, kind)
        return command_answer(carried, resource, CHANGED.show(carried))

    return patch(
        f"{resource.path}/{{record_id:str}}",
        operation_id=f"correct{resource.schema_name}",
        tags=[resource.plural],
        summary="Say what some cells of a row should have held",
        description="The body gives texts by the names of columns; the others stay. The row as a whole is read as its "
        "file was: as long as it is bad the answer is 422 with one fault per column, and nothing is recorded. 409 if "
        "the row was replayed.",
        status_code=200,
        opt=documented(
            Permission.REJECTS_CORRECT,
            answer(
                200,
                "It is so now.",
                CHANGED.schema,
                example=CHANGED.example,
                headers=COMMAND_HEADERS,
            ),
            parameters=[record_parameter(resource.collection), IDEMPOTENCY_KEY, IF_MATCH],
            body=Body(
                media_type=JSON,
                schema={"type": "object", "additionalProperties": {"type": "string"}},
                example=example,
            ),
            problems=[
                TooSlow,
                TooLarge,
                UnsupportedMediaType,
                Invalid,
                NotFound,
                KeyReused,
                StaleVersion,
                Refused,
            ],
            located_at=resource.record_path,
        ),
    )(correct)


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Which rejects to load: those named by id or uid, or the oldest of an import or with a reason past the id `after`;
    at most 200 at once."""

    rejects: list[str | int] | None = None
    import_id: UUID | None = None
    reason: str | None = None
    after: int = 0


class ReplayAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each; `next` is the `after` of the next request, null if there are no more."""

    data: Sequence[ReplayOutcome]
    replayed: int
    already_replayed: int
    failed: int
    next: int | None = None


_EXAMPLE = ReplayAnswer(
    data=[
        ReplayOutcome(
            reject="b1d2c3e4-5f60-8718-8293-a4b5c6d7e818",
            status="replayed",
            became=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e81a"),
            was_known=False,
            position=2051,
        )
    ],
    replayed=1,
    already_replayed=0,
    failed=0,
)


def _replay_route(resource: Resource, kind: str) -> HTTPRouteHandler:
    async def replay(request: AnyRequest, asked: ReplayRequest) -> Written:
        """Rows that are good by now are loaded, as facts of the import that put them aside; each once, however often
        it is asked. What stands against a row is told with it."""
        references, after = await _chosen(request, resource, asked)
        rejects, call = services_of(request).of(Rejects), call_of(request, is_keyed=False)
        told = [await rejects.replay(each, call, kind) for each in references]
        counts = Counter(each.status for each in told)
        answered = ReplayAnswer(
            data=told,
            replayed=counts["replayed"],
            already_replayed=counts["already_replayed"],
            failed=counts["failed"],
            next=after,
        )
        return Written(answered, max((each.position or 0 for each in told), default=0))

    replay.__name__ = f"replay_{resource.plural}"
    return takes(
        f"{resource.path}/replay",
        resource.plural,
        "Load rows that were put aside",
        Permission.REJECTS_CORRECT,
        ReplayRequest(rejects=["b1d2c3e4-5f60-8718-8293-a4b5c6d7e818"]),
        answer(
            200,
            "What became of each.",
            ReplayAnswer,
            example=_EXAMPLE,
            headers=WRITES,
        ),
        parameters=[MIN_POSITION],
        problems=[Invalid],
    )(replay)


async def _chosen(
    request: AnyRequest, resource: Resource, asked: ReplayRequest
) -> tuple[Sequence[str], int | None]:
    """The rejects that are asked for, and the id past which there are more.

    Raises:
        Invalid: it names rejects and a filter, neither, or too many.
    """
    is_filter = asked.import_id is not None or asked.reason is not None
    if asked.rejects is not None and not is_filter and len(asked.rejects) <= REPLAYED_MAX:
        return [str(each) for each in asked.rejects], None
    if asked.rejects is not None or not is_filter:
        detail = f"either up to {REPLAYED_MAX} rejects, or an import_id or a reason was expected"
        raise Invalid(detail, faults=[Fault(detail=detail, code="unclear", pointer="/rejects")])
    services, collection = services_of(request), resource.collection
    await caught_up(request, services, collection.projection)
    pairs: list[tuple[str, Any]] = [
        ("status[ne]", "replayed"),
        ("id[gt]", str(asked.after)),
        ("sort", "id"),
        ("limit", str(REPLAYED_MAX)),
        *((("import_id", str(asked.import_id)),) if asked.import_id else ()),
        *((("reason", asked.reason),) if asked.reason is not None else ()),
    ]
    query = parse_list(collection, pairs, await scope_of(request, services, resource))
    page = await services.queries.page(collection, query)
    chosen = [row["id"] for row in page.rows]
    return [str(each) for each in chosen], chosen[-1] if page.next else None


ROUTES = [
    *reject_routes(RESOURCE, "/imports", "ImportRejects"),
    history_route(
        RESOURCE,
        "reject",
        "Read from the log itself: the row as it came, each correction, and what it became.",
        key=found,
    ),
]
