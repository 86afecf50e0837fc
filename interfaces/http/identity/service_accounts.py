"""Service accounts and their keys, as operators look after them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from application.identity.service_accounts import (
    IssuedKey,
    NewServiceAccount,
    ServiceAccounts,
    ServiceKeyRequest,
    ShownKey,
)
from application.shared.permissions import Permission, Proof, everything
from domain.shared.errors import Forbidden, Invalid, NotFound, Refused
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import acts, starts
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import WRITES, Written, shows, takes
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import Parameter, answer, segment
from interfaces.http.shared.security import principal_of
from projections.identity import SERVICE_ACCOUNTS

RESOURCE = Resource(
    collection=SERVICE_ACCOUNTS.collection,
    path="/service-accounts",
    noun="serviceAccount",
    permission=Permission.USERS_MANAGE,
    scope=everything,
)
_KEYS = f"{RESOURCE.path}/{{account_id:str}}/keys"
_ACCOUNT = segment("account_id", "43")
_KEY_UID = UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e837")
_MOMENT = datetime(2027, 2, 19, 21, 30, tzinfo=UTC)


class KeysShown(msgspec.Struct, frozen=True):
    """The keys of a service account, the newest first."""

    data: Sequence[ShownKey]


@shows(
    _KEYS,
    RESOURCE.plural,
    "The keys of a service account",
    Permission.USERS_MANAGE,
    answer(
        200,
        "What they begin with, and when they were used last; never what they are.",
        example=KeysShown(
            [
                ShownKey(
                    uid=_KEY_UID,
                    prefix="dbk_mZx81-Qa",
                    status="good",
                    issued_by="user:b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c",
                    issued_at=datetime(2026, 11, 21, 21, 30, tzinfo=UTC),
                    expires_at=_MOMENT,
                    used_at=None,
                )
            ]
        ),
    ),
    parameters=[_ACCOUNT],
    problems=[NotFound],
    headers={"Cache-Control": "private, no-store"},
)
async def list_service_keys(request: AnyRequest, account_id: str) -> KeysShown:
    """`status` is good, expired or revoked; `used_at` is kept to the minute."""
    accounts = services_of(request).of(ServiceAccounts)
    return KeysShown(await accounts.keys(account_id, principal_of(request)))


@takes(
    _KEYS,
    RESOURCE.plural,
    "Issue a key to a service account",
    Permission.USERS_MANAGE,
    ServiceKeyRequest(expires_at=_MOMENT),
    answer(
        201,
        "The key, which is shown this once.",
        example=IssuedKey(
            uid=_KEY_UID,
            key="dbk_mZx81-Qa0pZ1sLrK9mX5d3q7n2hJb8vTtYc4WfEgAuRiOoPyQwM",
            prefix="dbk_mZx81-Qa",
            expires_at=_MOMENT,
        ),
        headers=WRITES,
    ),
    proof=Proof.RECENT,
    parameters=[_ACCOUNT],
    problems=[NotFound, Invalid, Refused],
)
async def issue_service_key(
    request: AnyRequest, account_id: str, asked: ServiceKeyRequest
) -> Written:
    """`Authorization: Bearer dbk_…` lets the account in until `expires_at`: for 90 days if not given, for 366 at most.

    Five keys of an account can be good at a time, so that one is replaced without a gap. Sent again, it issues another.
    """
    accounts = services_of(request).of(ServiceAccounts)
    issued, position = await accounts.issue_key(account_id, asked, call_of(request, is_keyed=False))
    return Written(issued, position)


@takes(
    f"{_KEYS}/{{key_id:str}}/revoke",
    RESOURCE.plural,
    "Revoke a key of a service account",
    Permission.USERS_MANAGE,
    None,
    answer(204, "It lets nobody in any more.", headers=WRITES),
    parameters=[
        _ACCOUNT,
        Parameter(
            name="key_id",
            description="The `uid` of the key.",
            schema={"type": "string", "format": "uuid"},
            where="path",
            example=str(_KEY_UID),
        ),
    ],
    problems=[NotFound, Refused],
)
async def revoke_service_key(request: AnyRequest, account_id: str, key_id: str) -> Written:
    """At once, for commands and reading alike. Again, it changes nothing."""
    accounts = services_of(request).of(ServiceAccounts)
    carried = await accounts.revoke_key(account_id, key_id, call_of(request, is_keyed=False))
    return Written(None, carried.position)


ROUTES = [
    *list_route(RESOURCE),
    *record_route(RESOURCE),
    starts(
        RESOURCE,
        ServiceAccounts.create,
        NewServiceAccount(name="Prometheus", scopes=(Permission.OPERATIONS_READ,)),
        permission=Permission.USERS_MANAGE,
        proof=Proof.RECENT,
        problems=[NotFound, Forbidden],
        operation_id="createServiceAccount",
        summary="Let in a machine",
        description="For a scraper, another system or a nightly job, which need nobody's password. `scopes` are the "
        "permissions it holds, of which none decides about people, money or banks; with a `bank_id` they are some of "
        "what auditors of that bank hold, and it sees nothing beyond the bank.",
        said="It is there, and can do nothing until it has a key.",
    ),
    acts(
        RESOURCE,
        "deactivate",
        ServiceAccounts.deactivate,
        operation_id="deactivateServiceAccount",
        permission=Permission.USERS_MANAGE,
        summary="Take a service account out of use",
        description="For good, and all its keys with it, at once. Again, it changes nothing.",
        said="It is out of use.",
    ),
    list_service_keys,
    issue_service_key,
    revoke_service_key,
]
