"""Being let in by a running Daybook: access tokens signed with its own keys, for whoever a test needs to be."""

from collections.abc import Generator, Mapping

import httpx

from application.identity.ports import AccessTokens
from application.identity.signing_in import ACCESS_LIFETIME
from application.shared.permissions import Principal
from domain.identity import user_uid
from domain.shared.roles import Role
from infrastructure.bootstrap import SystemClock
from infrastructure.identity.access import access_tokens
from infrastructure.shared.settings import read_settings

OPERATOR = Principal(
    user_uid=user_uid("operator@daybook.example"),
    name="Test Operator",
    bank_uid=None,
    roles=frozenset({Role.OPERATOR}),
)


class SignedIn(httpx.Auth):
    """Sends each request with a fresh access token for one principal, whether or not there is such a user."""

    def __init__(self, tokens: AccessTokens, principal: Principal = OPERATOR) -> None:
        self._tokens = tokens
        self._principal = principal

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token, unless the test sent a header of its own."""
        if "authorization" not in request.headers:
            request.headers.update(self.header())
        yield request

    def header(self) -> dict[str, str]:
        """The header that lets a client of another kind in, for ten minutes."""
        token = self._tokens.issue(self._principal, ACCESS_LIFETIME)
        return {"Authorization": f"Bearer {token}"}


def tokens_of(settings: Mapping[str, str]) -> AccessTokens:
    """What issues tokens for a Daybook with these settings: `DAYBOOK_HOME` tells where its keys are."""
    return access_tokens(read_settings(settings), SystemClock())
