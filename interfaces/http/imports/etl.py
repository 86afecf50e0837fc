"""The runs of the pipeline and what they put aside: imports and rejects of the kind that is fetched by a schedule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from application.imports.rejects import IMPORT
from application.imports.run_log import RunLine, run_lines
from application.shared.import_kinds import ImportKind
from application.shared.permissions import Permission, Principal, of_bank
from domain.shared.errors import NotFound
from interfaces.http.imports import rejects
from interfaces.http.imports.rejects import reject_routes
from interfaces.http.shared.collections import query_routes, record_parameter
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.problems import NotAcceptable
from interfaces.http.shared.rendering import JSON, encode_json, form_of
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import Answer
from interfaces.http.shared.security import principal_of
from projections.imports import IMPORTS

_TEXT = "text/plain"
_LINE = RunLine(
    at=datetime(2026, 11, 20, 21, 30, 1, tzinfo=UTC),
    step="extract",
    level="info",
    message="done: 2000 rows, 840 ms",
)


def etl_routes(kinds: Sequence[ImportKind[Any]]) -> list[HTTPRouteHandler]:
    """The routes of the kind that is scheduled; none if there is none."""
    kind = next((each.name for each in kinds if each.scheduled), None)
    if kind is None:
        return []
    runs = Resource(
        collection=IMPORTS.collection,
        noun="run",
        permission=Permission.IMPORTS_READ,
        path="/etl/runs",
        scope=_of_kind(kind),
    )
    aside = replace(
        rejects.RESOURCE,
        noun="etlReject",
        path="/etl/rejects",
        record_path="/etl/rejects",
        plural="EtlRejects",
        scope=_of_kind(kind),
    )
    return [
        *query_routes(runs),
        log_route(runs),
        *reject_routes(aside, runs.path, "RunRejects", kind),
    ]


def _of_kind(kind: str) -> Callable[[Principal], Mapping[str, UUID | str | int]]:
    return lambda principal: {**of_bank(principal), "kind": kind}


def log_route(resource: Resource) -> HTTPRouteHandler:
    """`GET` of what a run has to say."""

    async def get_run_log(request: AnyRequest, record_id: str) -> Response[Any]:
        """Read from the event log itself, so it is complete at once: as JSON, or as one text."""
        form = form_of(request, (JSON, _TEXT))
        view = services_of(request).commands.view(principal_of(request))
        run = await view.find(IMPORT, record_id, **resource.scope(principal_of(request)))
        lines = run_lines(run.facts)
        if form == JSON:
            return Response(encode_json({"data": lines}), media_type=JSON)
        return Response("".join(f"{line}\n" for line in lines), media_type=_TEXT)

    schema = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": {"type": "object"}}},
    }
    told = Answer(
        status=200,
        description="Its lines, the oldest first.",
        bodies={
            JSON: (schema, {"data": [_LINE]}),
            _TEXT: (
                {"type": "string"},
                f"{_LINE}\n",
            ),
        },
    )
    get_run_log.__name__ = f"get_{resource.noun}_log"
    return shows(
        f"{resource.path}/{{record_id:str}}/log",
        resource.plural,
        "What a run has to say",
        resource.permission,
        told,
        parameters=[record_parameter(resource.collection)],
        problems=[NotFound, NotAcceptable],
    )(get_run_log)
