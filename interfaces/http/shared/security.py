"""Who is calling, and whether the route they call is open to them.

Rules upheld here:
- default deny: a route that declares no permission is open to nobody;
- where nobody has to sign in, only this machine is answered;
- a caller without a valid token hears 401 and how to get one, a caller who lacks the permission 403;
- which things of a route's kind a caller may see is not decided here: what they may not see answers 404.
"""

from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

import structlog
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from application.shared.permissions import (
    OF_FIRM_AUDITORS,
    SCOPES,
    SCOPES_OF_A_BANK,
    Authentication,
    Permission,
    Principal,
    of_bank,
    roles_with,
)
from application.shared.quotas import Quotas
from application.shared.sight import see
from domain.shared.errors import Fault, Forbidden, Malformed
from domain.shared.roles import Role
from interfaces.http.shared.own_machine import check_own_machine, port_of
from interfaces.http.shared.quotas import spend_command

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Coroutine[Any, Any, None]]

BEARER, SERVICE_KEY = "bearer", "serviceKey"
"""The security schemes of the OpenAPI document."""

SECURITY_SCHEMES = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of `POST /auth/token`; it lives ten minutes.",
    },
    SERVICE_KEY: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "dbk_…",
        "description": "A key of a service account (`POST /service-accounts/{id}/keys`) that holds the permission.",
    },
}

_KEY = "principal"
_SAID_ONCE = ("Host", "Origin", "Sec-Fetch-Site", "Idempotency-Key")


class Machines(Enum):
    """Which service accounts a route is for."""

    NONE = "none"
    ALL = "all"
    OF_BANKS = "of banks"


def guarded_by(authentication: Authentication, quotas: Quotas) -> Guard:
    """A guard for every route: lets in whom the route's permission is held by, as often as quotas say, and
    remembers who it is."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        permission = handler.opt.get("permission")
        only_methods = isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"OPTIONS"}
        if permission is Permission.PUBLIC or only_methods:
            return
        for header in _SAID_ONCE:
            _said_once(connection, header)
        if authentication.asks_nobody:
            check_own_machine(connection.headers, port_of(connection.scope))
        principal = await authentication.principal(_said_once(connection, "Authorization"))
        structlog.contextvars.bind_contextvars(actor=principal.actor)
        if not isinstance(permission, Permission) or not may_enter(principal, permission, handler):
            raise _missing(permission, principal)
        connection.scope["state"][_KEY] = principal
        see(of_bank(principal))
        await spend_command(quotas, connection, handler, principal)

    return guard


def machines_of(permission: Permission, handler: BaseRouteHandler) -> Machines:
    """Which machines may be let in, if they hold the permission.

    They read what is open to everybody who is known; what people do there for themselves is theirs.
    """
    if permission is Permission.SIGNED_IN:
        is_read = isinstance(handler, HTTPRouteHandler) and handler.http_methods == {"GET"}
        return Machines.ALL if is_read else Machines.NONE
    if permission in SCOPES:
        return Machines.ALL
    return Machines.OF_BANKS if permission in SCOPES_OF_A_BANK else Machines.NONE


def may_enter(principal: Principal, permission: Permission, handler: BaseRouteHandler) -> bool:
    """Whether somebody may use a route that asks for this permission."""
    if not principal.is_machine:
        return principal.may(permission)
    machines = machines_of(permission, handler)
    is_of_them = machines is Machines.ALL or principal.bank_uid is not None
    is_held = permission is Permission.SIGNED_IN or principal.may(permission)
    return machines is not Machines.NONE and is_of_them and is_held


def _said_once(connection: Connection, header: str) -> str | None:
    """A header that two readers must not read differently.

    Raises:
        Malformed: it is sent more than once (`repeated_header`).
    """
    given = connection.headers.getall(header, [])
    if len(given) > 1:
        detail = f"The header {header} is sent {len(given)} times; once was expected."
        fault = Fault(detail=detail, code="repeated_header", parameter=header)
        raise Malformed(detail, code="repeated_header", faults=[fault])
    return given[0] if given else None


def principal_of(request: Request[Any, Any, Any]) -> Principal:
    """Who is calling; only on routes that are not public is that known."""
    principal: Principal = request.scope["state"][_KEY]
    return principal


def _missing(permission: Permission | None, principal: Principal) -> Forbidden:
    if permission is None:
        return Forbidden("This route is open to nobody.", code="no_permission_declared")
    roles = ", ".join(sorted(principal.roles)) or "no role"
    if principal.is_machine:
        roles = f"the service account {principal.name}"
    holders = roles_with(permission)
    told = [str(role) for role in holders]
    if permission in OF_FIRM_AUDITORS and Role.AUDITOR not in holders:
        told.append("auditor of the firm")
    return Forbidden(
        f"This route asks for {permission}, which {roles} may not do; {', '.join(told)} may.",
        code="permission_missing",
        permission=permission,
        roles=sorted(principal.roles),
        expected_roles=holders,
    )
