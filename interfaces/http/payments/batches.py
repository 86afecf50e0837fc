"""Payment batches: making the file that an administrator hands to the bank, listing and fetching them."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.services import Services
from application.shared.permissions import Permission, Principal
from application.shared.scopes import of_bank
from domain.payments.batches import BATCH_CURRENCY, PAYMENTS_MAX
from domain.shared.errors import Conflict, Invalid, KeyReused, NotFound, Refused
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.commands import POSITION_HEADERS, command_headers
from interfaces.http.shared.inputs import cause_of, idempotency_of
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Parent, Resource
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, answer, documented
from interfaces.http.shared.security import principal_of
from projections.payments.batches import PAYMENT_BATCHES
from projections.payments.payments import PAYMENTS
from projections.shared.query.requests import ListQuery, Scope, SortTerm

AnyRequest = Request[Any, Any, Any]

XML = "application/xml"
_TAG = "PaymentBatches"


async def _find_bank(services: Services, principal: Principal, reference: str) -> UUID:
    found = await services.banks.directory.bank(reference, of_bank(principal).get("bank_uid"))
    return found.uid


_BANK = Parent(parameter="bank_id", column="bank_uid", find=_find_bank)

# Plain members may see their own payments, and no file of others': this asks for what only the bank's books do.
OF_BANK = Resource(
    collection=PAYMENT_BATCHES.collection,
    path="/banks/{bank_id:str}/payment-batches",
    noun="paymentBatch",
    plural="PaymentBatches",
    permission=Permission.LEDGER_READ,
    parent=_BANK,
)
RESOURCE = Resource(
    collection=PAYMENT_BATCHES.collection,
    path="/payment-batches",
    noun="paymentBatch",
    plural="PaymentBatches",
    permission=Permission.LEDGER_READ,
)


def routes() -> list[HTTPRouteHandler]:
    """The routes of payment batches."""
    return [
        *list_route(OF_BANK),
        *record_route(RESOURCE),
        get_payment_file,
        create_payment_batch,
    ]


_EXAMPLE = {
    "id": 71,
    "uid": "0d4a5be7-c1f2-4e93-a86b-7f1520c3d4e5",
    "message_id": "0d4a5be7c1f24e93a86b7f1520c3d4e5",
    "payments": 12,
    "amount": "2210.40",
    "currency": "EUR",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "file": "/payment-batches/0d4a5be7-c1f2-4e93-a86b-7f1520c3d4e5/file",
}
_SCHEMA = {
    "type": "object",
    "required": list(_EXAMPLE),
    "properties": {
        name: {"type": "integer" if isinstance(value, int) else "string"}
        for name, value in _EXAMPLE.items()
    },
}


@post(
    "/banks/{bank_id:str}/payment-batches",
    operation_id="createPaymentBatch",
    tags=[_TAG],
    summary="Make a file of the payments that wait",
    opt=documented(
        Permission.PAYMENTS_EXPORT,
        answer(
            201,
            "The file is made, and its payments count as submitted.",
            _SCHEMA,
            example=_EXAMPLE,
            headers=POSITION_HEADERS,
        ),
        parameters=[_BANK.documented, IDEMPOTENCY_KEY],
        problems=[NotFound, Refused, Conflict, Invalid, KeyReused],
    ),
)
async def create_payment_batch(
    request: AnyRequest, services: NamedDependency[Services], bank_id: FromPath[str]
) -> Response[bytes]:
    """Up to 500 scheduled payments of the bank, in euro and to IBANs, the oldest first: ISO 20022 pain.001.001.09.

    A payment is in one batch only. 409 where none waits, the bank has no IBAN, or the rail takes no files.
    """
    bank_uid = await _find_bank(services, principal_of(request), bank_id)
    cause = cause_of(request)
    idempotency = idempotency_of(request, cause.actor)
    waiting = await _scheduled(services, bank_uid)
    made = await services.payment_batches.create(bank_uid, waiting, cause, idempotency)
    location = f"/payment-batches/{made.uid}"
    told = {
        "id": made.id,
        "uid": made.uid,
        "message_id": made.fact.message_id,
        "payments": len(made.fact.payments),
        "amount": made.fact.total,
        "currency": made.fact.currency,
        "sha256": made.fact.sha256,
        "file": f"{location}/file",
    }
    return Response(
        encode_json(told),
        status_code=201,
        media_type=JSON,
        headers=command_headers(made.position, location, replayed=made.replayed),
    )


async def _scheduled(services: Services, bank_uid: UUID) -> list[UUID]:
    """The payments that wait, as far as the read model knows; the use case asks each of them whether it still does."""
    field = PAYMENTS.collection.by_name
    query = ListQuery(
        conditions=(),
        sort=(SortTerm(field["id"]),),
        fields=(field["uid"],),
        limit=PAYMENTS_MAX,
    )
    waiting: Scope = {"bank_uid": bank_uid, "status": "scheduled", "currency": BATCH_CURRENCY}
    page = await services.queries.page(PAYMENTS.collection, query.within(waiting))
    return [row["uid"] for row in page.rows]


@get(
    "/payment-batches/{record_id:str}/file",
    operation_id="getPaymentFile",
    tags=[_TAG],
    summary="The file of a batch",
    opt=documented(
        Permission.PAYMENTS_EXPORT,
        answer(
            200,
            "The file, the same bytes every time.",
            {"type": "string"},
            example='<?xml version="1.0" encoding="UTF-8"?><Document/>',
            media_type=XML,
            headers={"ETag": "The SHA-256 of the file."},
        ),
        parameters=[record_parameter(PAYMENT_BATCHES.collection)],
        problems=[NotFound],
    ),
)
async def get_payment_file(
    request: AnyRequest, services: NamedDependency[Services], record_id: FromPath[str]
) -> Response[bytes]:
    """It holds account numbers in full, so only those who may make batches fetch it."""
    fact, document = await services.payment_batches.document(record_id, principal_of(request))
    name = f"payments-{fact.message_id}.xml"
    return Response(
        document,
        media_type=XML,
        headers={
            "ETag": f'"{fact.sha256}"',
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
