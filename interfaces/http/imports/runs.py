"""Import runs: handing a file in, and looking up what became of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from inspect import cleandoc
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
import structlog
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from application.imports.requests import AcceptedImport, ImportEnded, ImportOutcome, ImportRequest
from application.imports.reverting import ImportRuns
from application.imports.use_cases import Imports
from application.shared.import_kinds import ImportKind
from application.shared.permissions import Permission, everything
from application.shared.ports import Cause, Idempotency
from domain.imports import RevertImport
from domain.shared.errors import Invalid, KeyReused, Refused
from interfaces.http.imports.etl import etl_routes, log_routes
from interfaces.http.imports.forms import FILE_FIELD, file_form, is_preview, request_of
from interfaces.http.imports.profiles import PREVIEW_EXAMPLE, ImportPreview, preview_of
from interfaces.http.shared.arriving import TooSlow
from interfaces.http.shared.bodies import Reason
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import POSITION_HEADERS, acts, command_headers
from interfaces.http.shared.histories import history_route, scoped
from interfaces.http.shared.inputs import cause_of, idempotency_of, services_of
from interfaces.http.shared.preferences import preferences
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, PREFER, answer, documented
from interfaces.http.shared.security import principal_of
from interfaces.http.shared.uploads import open_form, read_form
from projections.imports import IMPORTS

RESOURCE = Resource(
    collection=IMPORTS.collection, noun="import", permission=Permission.IMPORTS_READ
)


def routes(kinds: Sequence[ImportKind[Any]], upload_bytes_max: int) -> list[HTTPRouteHandler]:
    """The routes of imports of these kinds; a request that hands in a file may have `upload_bytes_max` bytes."""
    accept = [_import_route(kind, upload_bytes_max) for kind in kinds]
    history = history_route(
        replace(RESOURCE, permission=Permission.EVENTS_READ, scope=everything),
        "import",
        "Read from the event log itself. What an import recorded is found by `GET /events?correlation_id=` its uid.",
        summary="The facts behind one import run",
        key=scoped,
    )
    return [
        *list_route(RESOURCE),
        *record_route(RESOURCE),
        history,
        *log_routes(RESOURCE),
        _REVERT,
        *etl_routes(kinds),
        *accept,
    ]


_REVERT = acts(
    RESOURCE,
    "revert",
    ImportRuns.revert,
    Reason(reason="It was the file of last year"),
    into=RevertImport,
    permission=Permission.IMPORTS_REVERT,
    summary="Take back all that an import recorded",
    description="One event, however many rows: lists and totals leave them out, and the same file imported again "
    "records them anew. `include=corrected` shows expenses that were reverted; reverted transactions leave their "
    "table, in which a number is unique, and only their history shows them.\n\n"
    "Refused where one of them was corrected or voided since, and where the import corrected others.",
    said="It is reverted.",
)


_DESCRIPTION = cleandoc(
    """
    The file is imported as a whole; with `mode=valid_only` without its bad rows; with `mode=quarantine` its bad rows
    are put aside as rejects, to be corrected and replayed (`/imports/{id}/rejects`); never halfway.

    The same file again adds nothing: rows that are known are counted as `already_known`. A rejected file answers 422
    (bad rows) or 400 (no such table) with every fault by row and column, and its run can be looked up by `import_id`.
    Before anything is stored, rows and sums are balanced: each is accounted for once (409 `unbalanced`).

    `read_as` says how the file was read. Where options are found under which a refused file would do, the problem has
    them as `proposal`; `preview=true` shows how a file would be read, with reasons, and records nothing.
    """
)
_OUTCOME_EXAMPLE = {
    "import_id": "b1d2c3e4-5f60-4718-8293-a4b5c6d7e819",
    "status": "completed",
    "source": "finance-export",
    "file_name": "expenses.csv",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size_bytes": 93210,
    "mode": "all_or_nothing",
    "rows": 2000,
    "imported": 1990,
    "already_known": 10,
    "bad_rows": 0,
    "faults": [],
    "started_at": "2026-11-20T21:30:00Z",
    "finished_at": "2026-11-20T21:30:01Z",
    "corrected": 0,
    "duplicates": 0,
    "quarantined": 0,
    "sums": {
        "EUR": {
            "read": "1200.00",
            "loaded": "1180.00",
            "unchanged": "20.00",
            "corrected": "0",
            "duplicates": "0",
            "quarantined": "0",
        }
    },
}


class ImportAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """The file was taken in; the import runs on its own and survives a restart."""

    import_id: UUID
    status: str = "running"


def _import_route(kind: ImportKind[Any], upload_bytes_max: int) -> HTTPRouteHandler:
    form = file_form(kind)

    async def import_file(request: AnyRequest) -> Response[bytes]:
        run = request.app.state.importing.run
        cause, imports = cause_of(request), services_of(request).of(Imports)
        with open_form() as sent:
            await read_form(request, sent, file_field=FILE_FIELD, fields=form.text_fields)
            asked = request_of(kind, sent)
            if is_preview(sent):
                previewed = await run(imports.preview, asked, sent.file)
                return Response(
                    encode_json(preview_of(asked, previewed)), status_code=200, media_type=JSON
                )
            await services_of(request).commands.check_standing(principal_of(request))
            once = await run(_idempotency, request, cause, asked, sent.file)
            if "respond-async" in preferences(request):
                taken = await run(imports.accept, asked, sent.file, cause, once)
                request.app.state.pending.kick()
                return _accepted(taken)
            return _imported(await run(imports.run, asked, sent.file, cause, once))

    return post(
        f"{RESOURCE.path}/{kind.name}",
        operation_id=f"import{kind.name.capitalize()}",
        tags=[RESOURCE.plural],
        summary=f"Import a file of {kind.name}",
        description=_DESCRIPTION,
        opt=documented(
            kind.permission,
            answer(
                200,
                "How the file would be read (`preview=true`).",
                ImportPreview,
                example=PREVIEW_EXAMPLE,
            ),
            answer(
                201,
                "The file is imported.",
                ImportEnded,
                example=_OUTCOME_EXAMPLE,
                headers=POSITION_HEADERS,
            ),
            answer(
                202,
                "The file is taken in and will be imported.",
                example=ImportAccepted(import_id=UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e819")),
                headers={**POSITION_HEADERS, "Preference-Applied": "`respond-async`."},
            ),
            parameters=[IDEMPOTENCY_KEY, PREFER],
            body=form.body,
            problems=[TooSlow, TooLarge, UnsupportedMediaType, Invalid, KeyReused, Refused],
            schemas=[form.schema],
        ),
        request_max_body_size=upload_bytes_max,
    )(import_file)


def _idempotency(
    request: AnyRequest, cause: Cause, asked: ImportRequest, file: BinaryIO
) -> Idempotency | None:
    """The key stands for what was asked and for the content of the file."""
    if "idempotency-key" not in request.headers:
        return None
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    meaning: tuple[Any, ...] = (
        asked.source,
        asked.file_name,
        asked.mode,
        asked.declared,
        asked.refers_to,
    )
    # Keys given before there were these keep their meaning.
    if asked.max_reject_ratio is not None:
        meaning = (*meaning, asked.max_reject_ratio)
    if asked.profile:
        meaning = (*meaning, asked.profile)
    return idempotency_of(request, cause.actor, encode_json(meaning), digest.digest())


def _imported(outcome: ImportOutcome) -> Response[bytes]:
    return _told(201, outcome, msgspec.convert(outcome, ImportEnded, from_attributes=True))


def _accepted(accepted: AcceptedImport) -> Response[bytes]:
    told = ImportAccepted(import_id=accepted.import_id)
    return _told(202, accepted, told, {"Preference-Applied": "respond-async"})


def _told(
    status: int,
    of: ImportOutcome | AcceptedImport,
    told: msgspec.Struct,
    more: Mapping[str, str] = {},
) -> Response[bytes]:
    structlog.contextvars.bind_contextvars(stream=str(of.import_id), position=of.position)
    location = f"{RESOURCE.path}/{of.import_id}"
    headers = command_headers(of.position, location, replayed=of.replayed)
    return Response(
        encode_json(told), status_code=status, media_type=JSON, headers={**headers, **more}
    )
