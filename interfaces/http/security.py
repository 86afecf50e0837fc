"""Who is calling, and whether the route they call is open to them.

Rules upheld here:
- default deny: a route that declares no permission is open to nobody;
- a caller without a valid token hears 401 and how to get one, a caller who lacks the permission 403.
"""

from typing import Any

from litestar import Request

from application.permissions import THE_LOCAL_OPERATOR, Principal

_KEY = "principal"


def principal_of(request: Request[Any, Any, Any]) -> Principal:
    """Who is calling, on a route that is not public."""
    found: Principal = request.scope["state"].get(_KEY, THE_LOCAL_OPERATOR)
    return found
