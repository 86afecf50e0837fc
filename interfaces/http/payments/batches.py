"""Payment batches: previewing and making one, releasing and voiding it, and the file that is handed to the bank."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

import msgspec
from litestar import Response

from application.payments.batches import NewBatch, PaymentBatches, created
from application.shared.commands import Carried
from application.shared.permissions import Permission
from application.shared.services import Services
from domain.payments.batches import BATCH_CURRENCY, PAYMENTS_MAX, LeftOut, PaymentBatchReleased
from domain.shared.account_numbers import masked
from domain.shared.errors import Conflict, Invalid, KeyReused, NotFound, Refused
from interfaces.http.shared.bodies import Reason
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.command_routes import COMMAND_HEADERS, Shown, acts, command_answer
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import shows, takes
from interfaces.http.shared.resources import OF_BANK as BANK
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import IDEMPOTENCY_KEY, answer
from interfaces.http.shared.security import principal_of
from projections.payments.batches import PAYMENT_BATCHES
from projections.payments.payments import PAYMENTS
from projections.shared.query.requests import ListQuery, Scope, SortTerm

XML = "application/xml"

# Plain members may see their own payments, and no file of others': this asks for what only the bank's books do.
RESOURCE = Resource(
    collection=PAYMENT_BATCHES.collection,
    path="/payment-batches",
    noun="paymentBatch",
    plural="PaymentBatches",
    permission=Permission.LEDGER_READ,
)


class MadePaymentBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as it was made; its `file` can be fetched once it is released."""

    id: int
    uid: UUID
    message_id: str
    payments: int
    amount: Decimal
    currency: str
    execution_on: date | None
    sha256: str
    file: str


class PaymentBatchStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A batch after a command on it, and which of its payments did not leave with it."""

    id: int
    uid: UUID
    version: int
    status: str
    left_out: Sequence[LeftOut] = ()


class BatchedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that would leave; of the account the last four characters."""

    uid: UUID
    amount: Decimal
    creditor_name: str
    creditor_account: str | None


class PaymentBatchPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch would hold, and what would stay out and why."""

    payments: Sequence[BatchedOrder]
    amount: Decimal
    currency: str
    execution_on: date
    left_out: Sequence[LeftOut]


_UID = UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e82e")
_PAYMENT = UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e823")
_MADE = MadePaymentBatch(
    id=71,
    uid=_UID,
    message_id=_UID.hex,
    payments=12,
    amount=Decimal("2210.40"),
    currency=BATCH_CURRENCY,
    execution_on=date(2026, 11, 23),
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    file=f"/payment-batches/{_UID}/file",
)
_PREVIEW = PaymentBatchPreview(
    payments=[
        BatchedOrder(
            uid=_PAYMENT,
            amount=Decimal("184.60"),
            creditor_name="Mira Solberg",
            creditor_account="****3000",
        )
    ],
    amount=Decimal("184.60"),
    currency=BATCH_CURRENCY,
    execution_on=date(2026, 11, 23),
    left_out=[
        LeftOut(
            uid=UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e823"),
            reason="a SEPA file cannot carry this order: the account is in BR, which is no country of SEPA",
        )
    ],
)
_WANTED = NewBatch(payments=[58], execution_on=date(2026, 11, 23))


def _made(carried: Carried) -> MadePaymentBatch:
    fact = created(carried.facts)
    return MadePaymentBatch(
        id=carried.id,
        uid=carried.uid,
        message_id=fact.message_id,
        payments=len(fact.payments),
        amount=fact.total,
        currency=fact.currency,
        execution_on=fact.execution_on,
        sha256=fact.sha256,
        file=f"{RESOURCE.path}/{carried.uid}/file",
    )


def _left(status: str) -> Shown:
    def show(carried: Carried) -> PaymentBatchStatus:
        last = carried.facts[-1].event
        return PaymentBatchStatus(
            id=carried.id,
            uid=carried.uid,
            version=carried.version,
            status=status,
            left_out=last.left_out if isinstance(last, PaymentBatchReleased) else (),
        )

    example = PaymentBatchStatus(id=71, uid=_UID, version=2, status=status)
    return Shown(show=show, schema=PaymentBatchStatus, example=example)


@takes(
    "/banks/{bank_id:str}/payment-batches/preview",
    RESOURCE.plural,
    "What a file of the payments that wait would hold",
    Permission.PAYMENTS_EXPORT,
    _WANTED,
    answer(200, "What would leave, and what would stay out.", example=_PREVIEW),
    parameters=[BANK.documented],
    problems=[NotFound, Refused, Invalid],
    needs_body=False,
)
async def preview_payment_batch(
    request: AnyRequest, bank_id: str, new: NewBatch
) -> PaymentBatchPreview:
    """Records nothing. With `payments`, only those are looked at; whatever cannot leave is told with its reason: what
    it has become, or what a SEPA file cannot carry (amount, currency, country, name).
    """
    services, principal = services_of(request), principal_of(request)
    bank_uid = await services.find(BANK.noun, bank_id, principal)
    waiting = await _scheduled(services, bank_uid)
    outline = await services.of(PaymentBatches).preview(bank_uid, waiting, new, principal)
    return PaymentBatchPreview(
        payments=[
            BatchedOrder(
                uid=uid,
                amount=order.amount,
                creditor_name=order.creditor_name,
                creditor_account=masked(order.iban),
            )
            for uid, order in zip(outline.payments, outline.orders, strict=True)
        ],
        amount=outline.total,
        currency=BATCH_CURRENCY,
        execution_on=outline.execution_on,
        left_out=outline.left_out,
    )


@takes(
    "/banks/{bank_id:str}/payment-batches",
    RESOURCE.plural,
    "Make a file of the payments that wait",
    Permission.PAYMENTS_EXPORT,
    _WANTED,
    answer(
        201,
        "The file is made; its payments leave once somebody else releases it.",
        example=_MADE,
        headers=COMMAND_HEADERS,
    ),
    parameters=[BANK.documented, IDEMPOTENCY_KEY],
    problems=[NotFound, Refused, Conflict, Invalid, KeyReused],
    located_at=RESOURCE.record_path,
    needs_body=False,
)
async def create_payment_batch(request: AnyRequest, bank_id: str, new: NewBatch) -> Response[bytes]:
    """Up to 500 scheduled payments of the bank, in euro and to IBANs in SEPA, the oldest first, or those that the body
    names: ISO 20022 pain.001, to be paid on a TARGET business day.

    A payment is in one batch only. Of all that wait, what such a file cannot carry stays out; what is named and cannot
    leave is refused. 409 where none waits, the bank has no IBAN in SEPA, or the rail takes no files.
    """
    services = services_of(request)
    bank_uid = await services.find(BANK.noun, bank_id, principal_of(request))
    waiting = await _scheduled(services, bank_uid)
    call = call_of(request, None if new == NewBatch() else new, is_new=True)
    carried = await services.of(PaymentBatches).create(bank_uid, waiting, new, call)
    return command_answer(carried, RESOURCE, _made(carried), 201).response()


async def _scheduled(services: Services, bank_uid: UUID) -> list[UUID]:
    """The payments that wait, as far as the read model knows; the use case asks each of them whether it still does."""
    field = PAYMENTS.collection.by_name
    query = ListQuery(
        conditions=(), sort=(SortTerm(field["id"]),), fields=(field["uid"],), limit=PAYMENTS_MAX
    )
    waiting: Scope = {
        "bank_uid": bank_uid,
        "status": "scheduled",
        "currency": BATCH_CURRENCY,
    }
    page = await services.queries.page(PAYMENTS.collection, query.within(waiting))
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
    problems=[NotFound, Refused],
)
async def get_payment_file(request: AnyRequest, record_id: str) -> Response[bytes]:
    """It holds account numbers in full, so only those who may make batches fetch it; 409 before it is released."""
    batches = services_of(request).of(PaymentBatches)
    fact, sha256, document = await batches.document(record_id, principal_of(request))
    name = f"payments-{fact.message_id}.xml"
    return Response(
        document,
        media_type=XML,
        headers={
            "ETag": f'"{sha256}"',
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


ROUTES = [
    *list_route(RESOURCE.of_bank("PaymentBatches")),
    *record_route(RESOURCE),
    history_route(RESOURCE, "payment_batch"),
    get_payment_file,
    preview_payment_batch,
    create_payment_batch,
    acts(
        RESOURCE,
        "release",
        PaymentBatches.release,
        operation_id="releasePaymentBatch",
        permission=Permission.PAYMENTS_EXPORT,
        summary="Release a batch to be handed in",
        description="By somebody else than who made it (403 `own_batch`), unless the bank's policy says that it is one "
        "person's. Its payments count as submitted, and its file can be fetched. If the day that was meant has "
        "passed, the file asks for payment on the next one. What cannot leave any more stays out of it (`left_out`); "
        "409 where nothing is left.",
        said="The batch as it is then.",
        shown=_left("released"),
    ),
    acts(
        RESOURCE,
        "void",
        PaymentBatches.void,
        Reason(reason="one payment is to go to another account"),
        into=attrgetter("reason"),
        operation_id="voidPaymentBatch",
        permission=Permission.PAYMENTS_EXPORT,
        summary="Give a batch up before it is released",
        description="Its payments wait again. 409 once it was released: the bank may have the file.",
        said="The batch as it is then.",
        shown=_left("voided"),
    ),
]
