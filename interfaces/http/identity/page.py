"""Addresses that led to pages of their own, and lead to the web app now: bookmarks, letters, and the firm's provider.

What stands behind the `#` of a link is sent to nobody; browsers take it along to where they are led.
"""

from litestar import Response, get

from application.shared.permissions import Permission
from interfaces.http.shared.pages import HTML, PAGE_HEADERS
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer, documented

_DOORS = ("sign-in", "password")


@get(
    [f"/auth/{name}" for name in _DOORS],
    include_in_schema=False,
    opt=documented(
        Permission.PUBLIC,
        answer(303, "The page is in the app.", media_type=HTML, example=""),
        parses_query=True,
    ),
)
async def lead_to_the_app(request: AnyRequest) -> Response[bytes]:
    """What the provider sent people back with goes along."""
    query = request.scope["query_string"].decode("latin-1")
    there = request.scope["path"].replace("/auth/", "/app/", 1) + (f"?{query}" if query else "")
    headers = {**PAGE_HEADERS, "Location": there}
    return Response(b"", status_code=303, media_type=HTML, headers=headers)


ROUTES = (lead_to_the_app,)
