"""Who sends a request: told by a token, or taken to be the local operator."""

from application.identity.ports import AccessTokens
from application.identity.service_accounts import KEY_START, ServiceAccounts
from application.shared.permissions import THE_LOCAL_OPERATOR, Authentication, Principal
from domain.shared.errors import Unauthenticated


class TokenAuthentication(Authentication):
    """Callers prove who they are with an access token (RFC 6750), machines with a key of theirs."""

    def __init__(self, access_tokens: AccessTokens, accounts: ServiceAccounts) -> None:
        self._access_tokens = access_tokens
        self._accounts = accounts

    async def principal(self, authorization: str | None) -> Principal:
        if authorization is None:
            raise Unauthenticated(
                "This route asks for an access token: Authorization: Bearer …; POST /auth/token issues one.",
                code="token_missing",
            )
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated(
                "The Authorization header was not understood; Bearer and an access token were expected.",
                code="token_missing",
            )
        token = token.strip()
        if token.startswith(KEY_START):
            return await self._accounts.principal(token)
        return self._access_tokens.read(token)


class SingleUser(Authentication):
    """Everybody who reaches this server is its operator: for a first look, on one's own machine."""

    asks_nobody = True

    async def principal(self, authorization: str | None) -> Principal:  # noqa: ARG002
        """The local operator, whatever the header says."""
        return THE_LOCAL_OPERATOR
