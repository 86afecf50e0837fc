"""The firm's identity provider by OpenID Connect: authorization code with PKCE, state and nonce.

What the provider says of itself and its keys is asked anew each time: it is asked rarely, and a key that was replaced
is never taken for a good one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
import msgspec
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from application.identity.oidc import SKEW
from application.identity.way_ports import Challenge, IdentityProvider, ProvenIdentity
from application.shared.ports import Clock
from domain.identity.sessions import LIFETIME_MAX
from domain.identity.ways import Subject
from domain.shared.errors import Unauthenticated, Unavailable
from infrastructure.identity.settings import ProviderSettings

_WAIT_S = 10.0
_ALGORITHMS = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)]
_WELL_KNOWN = "/.well-known/openid-configuration"


class _Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself (OpenID Connect Discovery)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False


class OidcProvider(IdentityProvider):
    """`application.identity.way_ports.IdentityProvider`; people come back to `redirect_uri`."""

    def __init__(self, settings: ProviderSettings, redirect_uri: str, clock: Clock) -> None:
        self.label = settings.oidc_label
        self._issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret
        self._redirect_uri = redirect_uri
        self._clock = clock

    async def address(self, state: str, challenge: Challenge, *, anew: bool) -> str:
        # A greatest age makes the provider tell when somebody proved themselves.
        asked = {"prompt": "login", "max_age": 0} if anew else {"max_age": _LONG_S}
        async with self._asking() as client:
            known = await self._metadata(client)
            address, _ = client.create_authorization_url(
                known.authorization_endpoint,
                state=state,
                nonce=challenge.nonce,
                code_verifier=challenge.verifier,
                **asked,
            )
        return str(address)

    async def identity(self, code: str, issuer: str | None, challenge: Challenge) -> ProvenIdentity:
        async with self._asking() as client:
            known = await self._metadata(client)
            # Mixed up with another provider (RFC 9207), a code would be handed to the wrong one.
            if issuer != known.issuer and (
                issuer or known.authorization_response_iss_parameter_supported
            ):
                raise _not_proven("it was another provider that answered")
            given = await self._given(client, known, code, challenge.verifier)
            keys = await _json(client, known.jwks_uri)
            claims = self._checked(given, keys, challenge)
            told = claims if "email" in claims else await _told_apart(client, known, claims)
        return ProvenIdentity(
            subject=Subject(known.issuer, claims["sub"]),
            email=_verified_email(told),
            proven_at=datetime.fromtimestamp(claims["auth_time"], UTC),
        )

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[Any]:
        try:
            async with AsyncOAuth2Client(
                client_id=self._client_id,
                client_secret=self._secret,
                scope="openid email",
                redirect_uri=self._redirect_uri,
                code_challenge_method="S256",
                timeout=_WAIT_S,
            ) as client:
                yield client
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise _not_proven("the code is not good, or was used before") from error
            raise _unavailable(error) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, msgspec.MsgspecError, ValueError) as error:
            raise _unavailable(error) from error

    async def _metadata(self, client: Any) -> _Metadata:
        told = await _json(client, self._issuer.rstrip("/") + _WELL_KNOWN)
        known = msgspec.convert(told, _Metadata)
        if known.issuer != self._issuer:
            raise ValueError(f"it calls itself {known.issuer}")
        return known

    async def _given(
        self, client: Any, known: _Metadata, code: str, verifier: str
    ) -> dict[str, Any]:
        return dict(
            await client.fetch_token(
                known.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=self._redirect_uri,
            )
        )

    def _checked(self, given: dict[str, Any], keys: Any, challenge: Challenge) -> CodeIDToken:
        """The claims of the ID token, once it is the provider's, for us, for this sign-in, and good now."""
        try:
            token = jwt.decode(
                given.get("id_token", ""), KeySet.import_key_set(keys), algorithms=_ALGORITHMS
            )
            options: Any = {
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
                "sub": {"essential": True},
            }
            held_to = {
                "nonce": challenge.nonce,
                "client_id": self._client_id,
                "access_token": given.get("access_token"),
                "max_age": _LONG_S,
            }
            claims = CodeIDToken(token.claims, token.header, options, held_to)
            now = int(self._clock.now().timestamp())
            claims.validate(now=now, leeway=int(SKEW.total_seconds()))
        except (JoseError, ValueError, TypeError) as error:
            raise _not_proven(f"its statement does not hold ({type(error).__name__})") from error
        if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
            raise _not_proven("it names nobody")
        return claims


_LONG_S = int(LIFETIME_MAX.total_seconds())


async def _json(client: Any, address: str) -> Any:
    answer = await client.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    return answer.json()


async def _told_apart(client: Any, known: _Metadata, claims: CodeIDToken) -> dict[str, Any]:
    """What is told of the same person at the endpoint for that; many providers keep addresses out of the ID token."""
    if known.userinfo_endpoint is None:
        return {}
    answer = await client.get(known.userinfo_endpoint)
    answer.raise_for_status()
    told = answer.json()
    return told if isinstance(told, dict) and told.get("sub") == claims["sub"] else {}


def _verified_email(told: dict[str, Any]) -> str | None:
    email = told.get("email")
    return email if isinstance(email, str) and told.get("email_verified") is True else None


def _not_proven(reason: str) -> Unauthenticated:
    return Unauthenticated(
        f"The identity provider has not proven who you are: {reason}. Sign in again.",
        code="identity_not_proven",
    )


def _unavailable(error: Exception) -> Unavailable:
    structlog.get_logger().warning("identity provider", failure=f"{type(error).__name__}: {error}")
    return Unavailable(
        "The identity provider does not answer as it should; try again later, or sign in another way.",
        code="identity_provider_unavailable",
    )
