"""What each person may still do in this minute, in the header fields of draft-ietf-httpapi-ratelimit-headers."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Scope

from application.shared.permissions import Principal
from application.shared.quotas import Quotas, Spending, Spent
from domain.shared.errors import Throttled
from interfaces.http.shared.routes import Operation

_KEY = "spent"
_FORM = "multipart/form-data"


async def spend_command(
    quotas: Quotas,
    connection: ASGIConnection[Any, Any, Any, Any],
    handler: BaseRouteHandler,
    caller: Principal,
) -> None:
    """Count a command, or an import, against its caller; what only reads is not counted.

    Raises:
        Throttled: as `spend` says.
    """
    operation: Operation | None = handler.opt.get("operation")
    if operation and isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"GET"}:
        takes_file = operation.body is not None and operation.body.media_type == _FORM
        on = Spending.IMPORTS if takes_file else Spending.WRITES
        await spend(quotas, connection.scope, on, caller)


async def spend(quotas: Quotas, scope: Scope, on: Spending, caller: Principal) -> None:
    """Count something against its caller, and have the answer tell how they stand.

    Raises:
        Throttled: it is too much.
    """
    spent = await quotas.spend(on, caller.actor)
    if spent is None:
        return
    scope["state"][_KEY] = (on, spent)
    if spent.is_over:
        raise Throttled(
            f"{spent.quota:,} {on} in {spent.window_s} seconds are the limit of one person.",
            code=f"too_many_{on}",
            retry_after_s=spent.reset_s,
            quota=spent.quota,
            window_s=spent.window_s,
        )


def spent_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """What the answer tells of that, if anything was counted."""
    found: tuple[Spending, Spent] | None = scope["state"].get(_KEY)
    if found is None:
        return []
    on, spent = found
    return [
        (b"ratelimit-policy", f'"{on}";q={spent.quota};w={spent.window_s}'.encode()),
        (b"ratelimit", f'"{on}";r={spent.remaining};t={spent.reset_s}'.encode()),
    ]
