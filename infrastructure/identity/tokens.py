"""Access tokens: JSON Web Tokens signed with Ed25519, read as strictly as RFC 8725 asks.

Rules upheld here:
- one algorithm, given by us and never by the token; its key is one of ours, named by `kid`;
- headers that point to or carry keys (`jku`, `jwk`, `x5u` ...), or that must be understood (`crit`), are refused, as is
  everything else that our own tokens do not have;
- the type is explicit (`at+jwt`, RFC 9068): no other kind of token passes for an access token;
- every claim is required and of its own type.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID, uuid4

import jwt
import msgspec

from application.identity.ports import AccessTokens
from application.shared.permissions import Principal
from application.shared.ports import Clock
from domain.shared.errors import Unauthenticated
from domain.shared.roles import Role
from infrastructure.identity.keys import SigningKeys

ALGORITHM = "EdDSA"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type
ISSUER = "daybook"
AUDIENCE = "daybook-api"
TOKEN_LENGTH_MAX = 4_096

_REGISTERED = ("iss", "aud", "sub", "jti", "iat", "nbf", "exp")
_HEADERS = frozenset({"alg", "typ", "kid"})
_CLOCK_SKEW_S = 5  # how far the clocks of two machines that issue and read may be apart
_REMEMBERED = 4_096


class _Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    iss: str
    aud: str
    sub: UUID
    sid: UUID
    jti: UUID
    iat: int
    nbf: int
    exp: int
    name: str
    bank: UUID | None
    roles: tuple[Role, ...]


class JwtAccessTokens(AccessTokens):
    """`application.identity.AccessTokens`; the keys are read when the first token is."""

    def __init__(self, read_keys: Callable[[], SigningKeys], clock: Clock) -> None:
        self._read_keys = read_keys
        self._clock = clock
        # A caller sends the same token many times. What it says and who signed it never changes; only time passes.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._verified)

    @cached_property
    def _keys(self) -> SigningKeys:
        return self._read_keys()

    def issue(self, principal: Principal, lifetime: timedelta) -> str:
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(principal.user_uid),
            "sid": str(principal.session_uid),
            "jti": str(uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            "name": principal.name,
            "bank": str(principal.bank_uid) if principal.bank_uid else None,
            "roles": sorted(principal.roles),
        }
        headers = {"typ": TOKEN_TYPE, "kid": self._keys.signing_id}
        return jwt.encode(claims, self._keys.signing, algorithm=ALGORITHM, headers=headers)

    def read(self, token: str) -> Principal:
        if len(token) > TOKEN_LENGTH_MAX:
            raise _invalid(f"it has more than {TOKEN_LENGTH_MAX} characters")
        claims = self._remembered(token)
        now = self._clock.now().timestamp()
        if now >= claims.exp:
            raise Unauthenticated("The access token has expired.", code="token_expired")
        if now < max(claims.nbf, claims.iat) - _CLOCK_SKEW_S:
            raise Unauthenticated("The access token is not valid yet.", code="token_not_yet_valid")
        return Principal(
            user_uid=claims.sub,
            name=claims.name,
            bank_uid=claims.bank,
            roles=frozenset(claims.roles),
            session_uid=claims.sid,
            expires_at=datetime.fromtimestamp(claims.exp, UTC),
        )

    def public_keys(self) -> Sequence[Mapping[str, Any]]:
        return self._keys.jwks()

    def _verified(self, token: str) -> _Claims:
        """The claims of a token of ours, whatever the time."""
        key = self._keys.public(_key_id(token))
        if key is None:
            raise _invalid("its key is not one of ours")
        try:
            payload = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={
                    "require": list(_REGISTERED),
                    "strict_aud": True,
                    # Checked in `read`, by the clock that everything else goes by.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
            return msgspec.convert(payload, _Claims)
        except (jwt.PyJWTError, msgspec.ValidationError, ValueError, TypeError) as error:
            raise _invalid("its signature or a claim is wrong") from error


def _key_id(token: str) -> str:
    """The key that a token names, once its header is exactly of the form that ours have."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError) as error:
        raise _invalid("it is no JSON Web Token") from error
    key_id = header.get("kid")
    if (
        set(header) != _HEADERS
        or header["alg"] != ALGORITHM
        or header["typ"] != TOKEN_TYPE
        or not isinstance(key_id, str)
    ):
        raise _invalid("its header is not that of an access token of ours")
    return key_id


def _invalid(reason: str) -> Unauthenticated:
    return Unauthenticated(f"The access token is not valid: {reason}.", code="token_invalid")
