"""The mailbox of the embedded default: what was sent, as pages for people and as a collection for programs.

The pages need no sign-in, since a browser has no token to send: they are there only where mail goes to our own sink and
the server listens on this machine alone, and they answer no other site that a browser here is led from.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from application.mail.use_cases import Mail
from application.shared.permissions import Permission, everything
from application.shared.services import Services
from domain.shared.errors import Forbidden, NotFound
from interfaces.http.shared.collections import list_route, record_parameter, record_route
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.own_machine import check_own_machine, port_of
from interfaces.http.shared.pages import HTML, templates
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.resources import AnyRequest, Resource
from interfaces.http.shared.routes import answer
from projections.mail import MAILBOX
from projections.shared.query.lists import parse_list

RESOURCE = Resource(
    collection=MAILBOX,
    path="/mailbox/messages",
    noun="message",
    plural="Messages",
    permission=Permission.REACTIONS_READ,
    scope=everything,
)
_TAG, _SHOWN_MAX = "Mailbox", "200"
_TEMPLATES = Path(__file__).with_name("templates")


@shows(
    "/mailbox",
    _TAG,
    "The mailbox, as a page",
    Permission.PUBLIC,
    answer(200, "The page.", media_type=HTML, example="<h1>Mailbox</h1>"),
    problems=[Forbidden],
)
async def show_mailbox(request: AnyRequest) -> Response[bytes]:
    """The last 200 messages, the newest first. Only of the embedded mail server; none of them left this machine."""
    check_own_machine(request.headers, port_of(request.scope))
    query = parse_list(MAILBOX, [("limit", _SHOWN_MAX)])
    page = await services_of(request).queries.page(MAILBOX, query)
    return _page("mailbox.html", messages=page.rows)


@shows(
    "/mailbox/{record_id:str}",
    _TAG,
    "One message, as a page",
    Permission.PUBLIC,
    answer(200, "The page.", media_type=HTML, example="<h1>Your claim was approved</h1>"),
    parameters=[record_parameter(MAILBOX)],
    problems=[Forbidden, NotFound],
)
async def show_message(request: AnyRequest, record_id: str) -> Response[bytes]:
    """Its text, and what it looks like with markup."""
    check_own_machine(request.headers, port_of(request.scope))
    message = await services_of(request).queries.one(MAILBOX, record_id, MAILBOX.fields)
    return _page("message.html", message=message)


def _page(template: str, **values: Any) -> Response[bytes]:
    text = templates(_TEMPLATES).get_template(template).render(values)
    return Response(text.encode(), media_type=HTML, headers={"Cache-Control": "no-store"})


def routes_for(services: Services) -> Sequence[HTTPRouteHandler]:
    """The routes of the mailbox, where there is one."""
    if not services.of(Mail).shows_mailbox:
        return ()
    return [show_mailbox, show_message, *list_route(RESOURCE), *record_route(RESOURCE)]
