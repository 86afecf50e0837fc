"""What a device keeps so that it is known again: a JSON Web Token of a type of its own, signed as access tokens are.

It lets nobody in. It says that somebody proved on this device who they are, since which guesses made elsewhere do not
count against it.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import msgspec

from application.identity.ports import Devices
from infrastructure.identity.keys import SigningKeys
from infrastructure.identity.tokens import ALGORITHM, ISSUER

DEVICE_TYPE = "device+jwt"
DEVICE_AUDIENCE = "daybook-sign-in"
_LENGTH_MAX = 1_024


class _DeviceClaims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    iss: str
    aud: str
    sub: UUID
    jti: UUID
    epoch: int
    exp: int


class JwtDevices(Devices):
    """`application.identity.ports.Devices`."""

    def __init__(self, read_keys: Callable[[], SigningKeys]) -> None:
        self._read_keys = read_keys

    def issue(
        self, device: UUID, user_uid: UUID, epoch: int, now: datetime, lifetime: timedelta
    ) -> str:
        keys = self._read_keys()
        claims = {
            "iss": ISSUER,
            "aud": DEVICE_AUDIENCE,
            "sub": str(user_uid),
            "jti": str(device),
            "epoch": epoch,
            "exp": int((now + lifetime).timestamp()),
        }
        headers = {"typ": DEVICE_TYPE, "kid": keys.signing_id}
        return jwt.encode(claims, keys.signing, algorithm=ALGORITHM, headers=headers)

    def read(self, token: str, user_uid: UUID, epoch: int, now: datetime) -> UUID | None:
        claims = self._claims(token) if 0 < len(token) <= _LENGTH_MAX else None
        if claims is None or (claims.sub, claims.epoch) != (user_uid, epoch):
            return None
        return claims.jti if now.timestamp() < claims.exp else None

    def _claims(self, token: str) -> _DeviceClaims | None:
        with suppress(jwt.PyJWTError, msgspec.ValidationError, ValueError, TypeError):
            header = jwt.get_unverified_header(token)
            key = self._read_keys().public(str(header.get("kid")))
            if key is not None and header.get("typ") == DEVICE_TYPE:
                payload: Any = jwt.decode(
                    token,
                    key,
                    algorithms=[ALGORITHM],
                    audience=DEVICE_AUDIENCE,
                    issuer=ISSUER,
                    options={"strict_aud": True, "verify_exp": False},
                )
                return msgspec.convert(payload, _DeviceClaims)
        return None
