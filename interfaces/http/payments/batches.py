"""Payment batches: making the file that an administrator hands to the bank, listing and fetching them."""

from typing import Any
from uuid import UUID

from litestar import Response

from application.payments.batches import PaymentBatches, created
from application.shared.commands import Carried
from application.shared.permissions import Permission
from application.shared.services import Services
from domain.payments.batches import BATCH_CURRENCY, PAYMENTS_MAX
from domain.shared.errors import Conflict, Invalid, KeyReused, NotFound, Refused
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.command_routes import COMMAND_HEADERS, command_answer
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import shows, takes
from interfaces.http.shared.resources import OF_BANK as BANK
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, answer
from interfaces.http.shared.security import principal_of
from projections.payments.batches import PAYMENT_BATCHES
from projections.payments.payments import PAYMENTS
from projections.shared.query.lists import parse_list
from projections.shared.query.requests import Scope

XML = "application/xml"

# Plain members may see their own payments, and no file of others': this asks for what only the bank's books do.
RESOURCE = Resource(
    collection=PAYMENT_BATCHES.collection,
    path="/payment-batches",
    noun="paymentBatch",
    plural="PaymentBatches",
    permission=Permission.LEDGER_READ,
)


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


@takes(
    "/banks/{bank_id:str}/payment-batches",
    RESOURCE.plural,
    "Make a file of the payments that wait",
    Permission.PAYMENTS_EXPORT,
    None,
    answer(
        201,
        "The file is made, and its payments count as submitted.",
        _SCHEMA,
        example=_EXAMPLE,
        headers=COMMAND_HEADERS,
    ),
    parameters=[BANK.documented, IDEMPOTENCY_KEY],
    problems=[NotFound, Refused, Conflict, Invalid, KeyReused],
    located_at=RESOURCE.record_path,
)
async def create_payment_batch(request: AnyRequest, bank_id: str) -> Response[bytes]:
    """Up to 500 scheduled payments of the bank, in euro and to IBANs, the oldest first: ISO 20022 pain.001.001.09.

    A payment is in one batch only. 409 where none waits, the bank has no IBAN, or the rail takes no files.
    """
    services = services_of(request)
    bank_uid = await services.find(BANK.noun, bank_id, principal_of(request))
    waiting = await _scheduled(services, bank_uid)
    call = call_of(request, is_new=True)
    carried = await services.of(PaymentBatches).create(bank_uid, waiting, call)
    return command_answer(carried, RESOURCE, _shown(carried), 201).response()


def _shown(carried: Carried) -> dict[str, Any]:
    fact = created(carried.facts)
    return {
        "id": carried.id,
        "uid": carried.uid,
        "message_id": fact.message_id,
        "payments": len(fact.payments),
        "amount": fact.total,
        "currency": fact.currency,
        "sha256": fact.sha256,
        "file": f"{RESOURCE.path}/{carried.uid}/file",
    }


async def _scheduled(services: Services, bank_uid: UUID) -> list[UUID]:
    """The payments that wait, as far as the read model knows; the use case asks each of them whether it still does."""
    asked = {"sort": "id", "fields": "uid", "limit": str(PAYMENTS_MAX)}
    waiting: Scope = {"bank_uid": bank_uid, "status": "scheduled", "currency": BATCH_CURRENCY}
    query = parse_list(PAYMENTS.collection, [*asked.items()], waiting)
    page = await services.queries.page(PAYMENTS.collection, query)
    return [row["uid"] for row in page.rows]


@shows(
    "/payment-batches/{record_id:str}/file",
    RESOURCE.plural,
    "The file of a batch",
    Permission.PAYMENTS_EXPORT,
    answer(
        200,
        "The file, the same bytes every time.",
        example='<?xml version="1.0" encoding="UTF-8"?><Document/>',
        media_type=XML,
        headers={"ETag": "The SHA-256 of the file."},
    ),
    parameters=[record_parameter(PAYMENT_BATCHES.collection)],
    problems=[NotFound],
)
async def get_payment_file(request: AnyRequest, record_id: str) -> Response[bytes]:
    """It holds account numbers in full, so only those who may make batches fetch it."""
    batches = services_of(request).of(PaymentBatches)
    fact, document = await batches.document(record_id, principal_of(request))
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


ROUTES = [
    *list_route(RESOURCE.of_bank("PaymentBatches")),
    *record_route(RESOURCE),
    get_payment_file,
    create_payment_batch,
]
