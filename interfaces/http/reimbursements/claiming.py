"""What a member does with a claim: submit it, amend it, take it back."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, UnsetType

from application.reimbursements.requests import ClaimChanges, NewClaim
from application.services import Services
from application.shared.permissions import Permission
from application.shared.values import Amount
from interfaces.http.reimbursements.presenting import (
    PENDING,
    claim_answer,
    json_body,
    on_claim,
)
from interfaces.http.reimbursements.reading import CLAIM_ID, OWN
from interfaces.http.shared.bodies import read_json
from interfaces.http.shared.inputs import cause_of, idempotency_of, version_seen
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.security import principal_of


class NewReimbursement(msgspec.Struct, frozen=True, kw_only=True):
    """A claim to submit: an amount above 0, and 1 to 500 characters that say for what.

    `bank_account_id` is the id or the uid of an account of the caller's. The currency is that of the account and the
    day is today (UTC) if they are not given.
    """

    bank_account_id: int | UUID
    amount: Amount
    description: str
    currency: str | None = None
    incurred_on: date | None = None


class ReimbursementChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of a pending claim; what is not given stays."""

    amount: Amount | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    incurred_on: date | UnsetType = UNSET


@post(
    "/reimbursements",
    operation_id="submitReimbursement",
    tags=[OWN.plural],
    summary="Claim money back",
    opt=on_claim(
        Permission.CLAIMS_SUBMIT,
        "It waits for a decision.",
        PENDING,
        path=(),
        body=json_body(
            NewReimbursement(
                bank_account_id=52,
                amount=Decimal("184.60"),
                currency="EUR",
                description="Train to the harbour site and back",
                incurred_on=date(2026, 11, 2),
            )
        ),
        status=201,
    ),
)
async def submit_reimbursement(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[bytes]:
    """Another member's account is not found, a closed one is refused (409 `account_closed`).

    A claim of the same amount, currency and day as an earlier one of the same member is taken, and says so in
    `duplicate_of`. Two requests are two claims; `Idempotency-Key` tells a repetition from a second claim.
    """
    new = await read_json(request, NewReimbursement)
    cause = cause_of(request)
    left = await services.reimbursements.submit(
        principal_of(request),
        NewClaim(
            bank_account=new.bank_account_id,
            amount=new.amount,
            description=new.description,
            currency=new.currency,
            incurred_on=new.incurred_on,
        ),
        cause,
        idempotency_of(request, cause.actor, encode_json(new)),
    )
    return claim_answer(left, 201)


@patch(
    "/reimbursements/{record_id:str}",
    operation_id="amendReimbursement",
    tags=[OWN.plural],
    summary="Amend a pending claim",
    opt=on_claim(
        Permission.CLAIMS_SUBMIT,
        "It is amended, and waits for a decision as before.",
        {**PENDING, "amount": "148.60", "amended_at": "2026-11-20T21:31:00Z"},
        path=(CLAIM_ID,),
        body=json_body(ReimbursementChange(amount=Decimal("148.60"))),
    ),
)
async def amend_reimbursement(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """Only its member amends a claim, and only while it is pending (else 409 `already_decided`).

    An administrator who had endorsed it has to do so again.
    """
    change = await read_json(request, ReimbursementChange)
    cause = cause_of(request)
    left = await services.reimbursements.amend(
        principal_of(request),
        record_id,
        ClaimChanges(
            amount=change.amount,
            currency=change.currency,
            description=change.description,
            incurred_on=change.incurred_on,
        ),
        cause,
        if_version=version_seen(request),
        idempotency=idempotency_of(request, cause.actor, encode_json(change)),
    )
    return claim_answer(left)


@post(
    "/reimbursements/{record_id:str}/withdraw",
    operation_id="withdrawReimbursement",
    tags=[OWN.plural],
    summary="Take a pending claim back",
    status_code=200,
    opt=on_claim(
        Permission.CLAIMS_SUBMIT,
        "It is withdrawn.",
        {**PENDING, "withdrawn_at": "2026-11-20T21:33:00Z"},
        path=(CLAIM_ID,),
    ),
)
async def withdraw_reimbursement(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    record_id: FromPath[str],
) -> Response[bytes]:
    """A withdrawn claim leaves the lists (`include=withdrawn` shows it) and cannot be decided any more."""
    cause = cause_of(request)
    left = await services.reimbursements.withdraw(
        principal_of(request),
        record_id,
        cause,
        if_version=version_seen(request),
        idempotency=idempotency_of(request, cause.actor),
    )
    return claim_answer(left)
