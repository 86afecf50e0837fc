"""Import runs: handing a file in, and looking up what became of it."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
import structlog
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.imports.requests import AcceptedImport, FileForm, ImportOutcome, ImportRequest
from application.services import Services
from application.shared.permissions import Permission
from application.shared.ports import Cause, Idempotency
from domain.imports import ImportMode, RowFault
from domain.shared.errors import Fault, Invalid, KeyReused, Malformed, NotFound
from interfaces.http.imports.pending import PendingImports
from interfaces.http.imports.uploads import Form, open_form, read_choice, read_form
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.commands import POSITION_HEADERS, command_headers
from interfaces.http.shared.events import HISTORY_EXAMPLE, History, history_of
from interfaces.http.shared.inputs import cause_of, idempotency_of
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Resource
from interfaces.http.shared.routes import (
    IDEMPOTENCY_KEY,
    Body,
    Named,
    answer,
    documented,
    header,
)
from projections.imports import IMPORTS

RESOURCE = Resource(
    collection=IMPORTS.collection,
    path="/imports",
    noun="import",
    plural="Imports",
    permission=Permission.IMPORTS_READ,
)

FIELDS = ("source", "mode", "locale", "currency", "date_format", "bank")


def routes(upload_bytes_max: int) -> list[HTTPRouteHandler]:
    """The routes of imports; a request that hands in a file may have `upload_bytes_max` bytes."""
    accept = post(
        "/imports/expenses",
        operation_id="importExpenses",
        tags=["Imports"],
        summary="Import a CSV file of expenses",
        opt=_IMPORT_DOCS,
        request_max_body_size=upload_bytes_max,
    )(import_expenses)
    return [*list_route(RESOURCE), *record_route(RESOURCE), get_import_history, accept]


def _field(description: str, **schema: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **schema}


_FORM = Named(
    "ExpenseFile",
    {
        "type": "object",
        "required": ["file", "source"],
        "additionalProperties": False,
        "properties": {
            "file": _field(
                "CSV in UTF-8 with the columns departments, project_name, amount, date, member_name.",
                contentMediaType="text/csv",
            ),
            "source": _field(
                "Where the file comes from. Equal rows of the same source are the same expense."
            ),
            "mode": _field(
                "What one bad row means: nothing is stored, or the valid rows are.",
                enum=list(ImportMode),
                default="all_or_nothing",
            ),
            "locale": _field("How numbers are written.", default="en_US"),
            "currency": _field(
                "The currency of amounts that show none, as an ISO 4217 code.", pattern="^[A-Z]{3}$"
            ),
            "date_format": _field(
                "How dates are written; ISO dates are always understood.", default="M/D/YYYY"
            ),
            "bank": _field(
                "The uid of the bank whose people see the expenses; only operators do without it.",
                format="uuid",
            ),
        },
    },
)
_FORM_EXAMPLE = {
    "file": 'departments,project_name,amount,date,member_name\nIT,Mars-NS1,"1,200.00€",10/2/2021,Sam\n',
    "source": "finance-export",
    "mode": "all_or_nothing",
}
_OUTCOME_EXAMPLE = {
    "import_id": "6f1f3c0a-8e57-4b7e-9a55-0c8b1b7a7f10",
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
}
_PREFER = header(
    "Prefer",
    "`respond-async`: take the file in and answer at once with 202; `Location` tells what becomes of it.",
    example="respond-async",
)


class ImportEnded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the file: each row is imported, known already, or bad (see `faults`)."""

    import_id: UUID
    status: str
    source: str
    file_name: str
    sha256: str
    size_bytes: int
    mode: ImportMode
    rows: int
    imported: int
    already_known: int
    bad_rows: int
    faults: tuple[RowFault, ...]
    started_at: datetime
    finished_at: datetime


class ImportAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """The file was taken in; the import runs on its own and survives a restart."""

    import_id: UUID
    status: str = "running"


_IMPORT_DOCS = documented(
    Permission.EXPENSES_IMPORT,
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
        ImportAccepted,
        example=ImportAccepted(import_id=UUID("6f1f3c0a-8e57-4b7e-9a55-0c8b1b7a7f10")),
        headers={**POSITION_HEADERS, "Preference-Applied": "`respond-async`."},
    ),
    parameters=[IDEMPOTENCY_KEY, _PREFER],
    body=Body(
        media_type="multipart/form-data",
        schema={"$ref": "#/components/schemas/ExpenseFile"},
        example=_FORM_EXAMPLE,
    ),
    problems=[TooLarge, UnsupportedMediaType, Invalid, KeyReused],
    schemas=[_FORM],
)


async def import_expenses(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    pending: NamedDependency[PendingImports],
) -> Response[bytes]:
    """The file is imported as a whole or, with `mode=valid_only`, without its bad rows; never halfway.

    The same file again adds nothing: rows that are known are counted as `already_known`. A rejected file answers 422
    (bad rows) or 400 (no such table) with every fault by row and column, and its run can be looked up by `import_id`.
    """
    cause = cause_of(request)
    with open_form() as form:
        await read_form(request, form, file_field="file", fields=FIELDS)
        asked = _request_of(form)
        idempotency = await asyncio.to_thread(_idempotency, request, cause, asked, form.file)
        if _prefers_async(request):
            accepted = await asyncio.to_thread(
                services.imports.accept, asked, form.file, cause, idempotency
            )
            pending.kick()
            return _accepted(accepted)
        outcome = await asyncio.to_thread(
            services.imports.run, asked, form.file, cause, idempotency
        )
        return _imported(outcome)


def _request_of(form: Form) -> ImportRequest:
    fields = form.fields
    mode = read_choice(fields, "mode", list(ImportMode))
    given = {
        name: fields[name] for name in ("locale", "currency", "date_format") if fields.get(name)
    }
    if "source" not in fields:
        missing = Fault(detail="source is missing", code="missing", pointer="/source")
        raise Malformed("The form has no source.", code="bad_form", faults=[missing])
    return ImportRequest(
        source=fields["source"],
        file_name=form.file_name or "unnamed",
        mode=ImportMode(mode or ImportMode.ALL_OR_NOTHING),
        form=FileForm(**given),
        bank_uid=_bank_of(fields),
    )


def _bank_of(fields: Mapping[str, str]) -> UUID | None:
    text = fields.get("bank", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        expected = "the uid of a bank"
        fault = Fault(
            detail=f"bank is {text[:100]!r}; {expected} was expected",
            code="wrong_value",
            pointer="/bank",
            got=text[:100],
            expected=expected,
        )
        raise Malformed(fault.detail, code="bad_form", faults=[fault]) from None


def _idempotency(
    request: Request[Any, Any, Any], cause: Cause, asked: ImportRequest, file: BinaryIO
) -> Idempotency | None:
    """The key stands for what was asked and for the content of the file."""
    if "idempotency-key" not in request.headers:
        return None
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return idempotency_of(request, cause.actor, encode_json(asked), digest.digest())


def _prefers_async(request: Request[Any, Any, Any]) -> bool:
    given = request.headers.get("prefer", "")
    return "respond-async" in (one.strip().lower() for one in given.split(","))


def _imported(outcome: ImportOutcome) -> Response[bytes]:
    structlog.contextvars.bind_contextvars(stream=str(outcome.import_id), position=outcome.position)
    return Response(
        encode_json(msgspec.convert(outcome, ImportEnded, from_attributes=True)),
        status_code=201,
        media_type=JSON,
        headers=command_headers(
            outcome.position, f"/imports/{outcome.import_id}", replayed=outcome.replayed
        ),
    )


def _accepted(accepted: AcceptedImport) -> Response[bytes]:
    structlog.contextvars.bind_contextvars(
        stream=str(accepted.import_id), position=accepted.position
    )
    headers = command_headers(
        accepted.position, f"/imports/{accepted.import_id}", replayed=accepted.replayed
    )
    return Response(
        encode_json(ImportAccepted(import_id=accepted.import_id)),
        status_code=202,
        media_type=JSON,
        headers={**headers, "Preference-Applied": "respond-async"},
    )


@get(
    "/imports/{record_id:str}/history",
    operation_id="getImportHistory",
    tags=["Imports"],
    summary="The facts behind one import run",
    opt=documented(
        Permission.EVENTS_READ,
        answer(200, "Its events, the oldest first.", History, example=HISTORY_EXAMPLE),
        parameters=[record_parameter(IMPORTS.collection)],
        problems=[NotFound],
    ),
)
async def get_import_history(
    services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """Read from the event log itself. What an import recorded is found by `GET /events?correlation_id=` its uid."""
    return await history_of(services, record_id, subject="import")
