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
from interfaces.http.shared.collection_docs import object_schema
from interfaces.http.shared.collections import query_routes, record_parameter
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import Handler, shows
from interfaces.http.shared.problems import NotAcceptable
from interfaces.http.shared.rendering import JSON, encode_json, form_of
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import Answer, answer
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
        *log_routes(runs),
        *reject_routes(aside, runs.path, "RunRejects", kind),
    ]


def _of_kind(kind: str) -> Callable[[Principal], Mapping[str, UUID | str | int]]:
    return lambda principal: {**of_bank(principal), "kind": kind}


def log_routes(resource: Resource) -> list[HTTPRouteHandler]:
    """`GET` of what a run has to say."""

    async def get_run_log(request: AnyRequest, record_id: str) -> Response[Any]:
        """Read from the event log itself, so it is complete at once.

        `Accept: text/plain` gets what the same path with `.txt` after it answers.
        """
        lines = await _lines(request, record_id)
        if form_of(request, (JSON, _TEXT)) == JSON:
            return Response(encode_json({"data": lines}), media_type=JSON)
        return _text(lines)

    async def get_run_log_text(request: AnyRequest, record_id: str) -> Response[Any]:
        """One line of text for each that the run has to say."""
        return _text(await _lines(request, record_id))

    async def _lines(request: AnyRequest, record_id: str) -> list[RunLine]:
        view = services_of(request).commands.view(principal_of(request))
        run = await view.find(IMPORT, record_id, **resource.scope(principal_of(request)))
        return run_lines(run.facts)

    def route(handler: Handler, suffix: str, told: Answer) -> HTTPRouteHandler:
        handler.__name__ = handler.__name__.replace("run", resource.noun)
        return shows(
            f"{resource.path}/{{record_id:str}}/log{suffix}",
            resource.plural,
            "What a run has to say",
            resource.permission,
            told,
            parameters=[record_parameter(resource.collection)],
            problems=[NotFound, NotAcceptable],
        )(handler)

    lines = {"type": "array", "items": {"type": "object"}}
    said, text = "Its lines, the oldest first.", f"{_LINE}\n"
    as_json = answer(200, said, object_schema(data=lines), example={"data": [_LINE]})
    return [
        route(get_run_log, "", as_json),
        route(get_run_log_text, ".txt", answer(200, said, example=text, media_type=_TEXT)),
    ]


def _text(lines: Sequence[RunLine]) -> Response[str]:
    return Response("".join(f"{line}\n" for line in lines), media_type=_TEXT)
