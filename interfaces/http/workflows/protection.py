"""What a form has to carry to be taken for one of ours, filled in at this browser.

Rules upheld here:
- a form names a secret that follows from a cookie, which no other site can read or send along, and from the form;
- where a browser says which site a form comes from, that must be this one;
- nothing here says who somebody is: the pages have no sign-in, and a stolen cookie opens nothing.
"""

import hmac
import re
from secrets import token_urlsafe

from litestar.datastructures import Cookie

from domain.shared.errors import Forbidden
from interfaces.http.shared.own_machine import is_own_site
from interfaces.http.shared.resources import AnyRequest

COOKIE, SEAL = "daybook_form", "seal"
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class ForeignForm(Forbidden, code="foreign_form"):
    """The form was not sent from a page of ours, or cookies are off."""


def form_key(request: AnyRequest) -> str:
    """The secret of this browser; a new one if it has none yet."""
    known = request.cookies.get(COOKIE, "")
    return known if _KEY.fullmatch(known) else token_urlsafe(32)


def key_cookie(request: AnyRequest, key: str) -> Cookie:
    """The cookie that keeps the secret until the browser is closed."""
    is_secure = request.scope["scheme"] == "https"
    return Cookie(
        key=COOKIE, value=key, path="/workflows", httponly=True, samesite="strict", secure=is_secure
    )


def seal(key: str, token: str) -> str:
    """What a form carries that was made for this browser and this token."""
    return hmac.digest(key.encode(), token.encode(), "sha256").hex()


def check_origin(request: AnyRequest) -> None:
    """Go on only if the browser does not say that the form comes from elsewhere.

    Raises:
        ForeignForm: it does.
    """
    if not is_own_site(request.headers):
        raise _foreign()


def check_seal(request: AnyRequest, token: str, sealed: str) -> None:
    """Go on only if the form was made for this browser.

    Raises:
        ForeignForm: it was not, or the browser keeps no cookies.
    """
    key = request.cookies.get(COOKIE, "")
    if not (
        _KEY.fullmatch(key) and hmac.compare_digest(seal(key, token).encode(), sealed.encode())
    ):
        raise _foreign()


def _foreign() -> ForeignForm:
    return ForeignForm(
        "The form was not sent from its own page, or your browser keeps no cookies from here. "
        "Open it again, and send it from there."
    )
