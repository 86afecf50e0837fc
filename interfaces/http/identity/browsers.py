"""What a browser keeps of a session: cookies for `/auth`, which no script reads and no other site makes it send.

Rules upheld here:
- the cookie with the refresh token counts only where the request says so in a header. A form or link of another site
  has no headers, and no page of another origin may send this one (`origins` does not name it); a browser that says
  the request is another site's is refused besides;
- whoever has the token in the cookie is not told it in an answer;
- a token that is refused is taken away from the browser.
"""

from collections.abc import Awaitable
from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from application.identity.guarding import DEVICE_LIFETIME
from application.identity.sessions import REFRESH_LIFETIME
from application.identity.signing_in import TokenPair
from domain.shared.errors import Fault, Malformed, Unauthenticated, nearest
from interfaces.http.shared.context import request_id_of
from interfaces.http.shared.own_machine import ForeignSite, is_own_site
from interfaces.http.shared.problems import answer_for
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import header

DEVICE_COOKIE, _REFRESH_COOKIE = "daybook_device", "daybook_refresh"
SIGNED_IN = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_HEADER, _COOKIE = "Daybook-Session", "cookie"

SESSION = header(
    _HEADER,
    "`cookie`: the refresh token is kept in a cookie, and is null in the answer. For pages served from here alone.",
    example=_COOKIE,
    schema={"type": "string", "enum": [_COOKIE]},
)


def is_by_cookie(request: AnyRequest) -> bool:
    """Whether the refresh token is to be kept in a cookie.

    Raises:
        Malformed: the header says anything but that.
        ForeignSite: it does, and the browser says that a page of another site sends it.
    """
    said = request.headers.get(_HEADER)
    if said not in (None, _COOKIE):
        detail = f"{_HEADER} takes {_COOKIE} alone."
        raise Malformed(
            detail,
            faults=[
                Fault(
                    detail=detail,
                    code="wrong_value",
                    parameter=_HEADER,
                    got=said[:80],
                    expected=_COOKIE,
                    nearest=nearest(said[:80], [_COOKIE]),
                )
            ],
        )
    if said is not None and not is_own_site(request.headers):
        raise ForeignSite(f"{_HEADER}: {_COOKIE} is for pages served from here alone.")
    return said is not None


def refresh_token_of(request: AnyRequest, given: str | None) -> str:
    """The refresh token of a request: that of its body, or with the header that of the cookie.

    Raises:
        Malformed: neither is there, or both are (`two_refresh_tokens`).
        Unauthenticated: the header is there, and no cookie (`refresh_token_missing`).
    """
    if not is_by_cookie(request):
        if given is None:
            detail = "the member 'refresh_token' is missing"
            fault = Fault(detail=detail, code="missing", pointer="/refresh_token")
            raise Malformed("The body has wrong members: /refresh_token.", faults=[fault])
        return given
    if given is not None:
        raise Malformed(
            f"A refresh token was sent, and {_HEADER} says that the one of the cookie is meant: leave out either.",
            code="two_refresh_tokens",
        )
    kept = request.cookies.get(_REFRESH_COOKIE)
    if not kept:
        raise Unauthenticated(
            "This browser has no session here; sign in.", code="refresh_token_missing"
        )
    return kept


def handed(request: AnyRequest, pair: TokenPair) -> Response[bytes]:
    """The answer that hands out a pair, with what the browser keeps of it."""
    cookies = []
    if pair.device_token is not None:
        kept_s = int(DEVICE_LIFETIME.total_seconds())
        cookies.append(cookie(request, DEVICE_COOKIE, pair.device_token, kept_s))
    if is_by_cookie(request) and pair.refresh_token is not None:
        kept_s = int(REFRESH_LIFETIME.total_seconds())
        cookies.append(cookie(request, _REFRESH_COOKIE, pair.refresh_token, kept_s))
        pair = msgspec.structs.replace(pair, refresh_token=None)
    return Response(
        encode_json(pair), status_code=200, media_type=JSON, headers=SIGNED_IN, cookies=cookies
    )


def forgotten(request: AnyRequest, answered: Response[Any]) -> Response[Any]:
    """The answer, with which the browser forgets the refresh token if it was in the cookie."""
    if is_by_cookie(request):
        answered.cookies.append(cookie(request, _REFRESH_COOKIE, "", 0))
    return answered


async def unless_refused(request: AnyRequest, answered: Awaitable[Response[Any]]) -> Response[Any]:
    """The answer; a token that is refused is kept no longer."""
    try:
        return await answered
    except Unauthenticated as error:
        return forgotten(request, answer_for(error, request_id_of(request.scope)))


def cookie(request: AnyRequest, name: str, value: str, seconds: int) -> Cookie:
    """Kept for this site's own pages alone; no script reads it."""
    return Cookie(
        key=name,
        value=value,
        path="/auth",
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=request.scope["scheme"] == "https",
    )
