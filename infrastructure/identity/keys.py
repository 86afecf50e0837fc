"""The keys that sign access tokens: Ed25519, read from a PEM file.

A book on servers of its own makes its file. Where several api processes may meet at one database all of them are given
the same: a token that one signs has to be known to the others.

The file may hold several private keys: the first signs, and all of them verify. So a key is replaced by putting the
new one in front, and taking the old one out once the tokens it signed have expired.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm
from jwt.utils import base64url_encode

from domain.shared.errors import Malformed, Unavailable
from infrastructure.shared.files import write_once

KEY_FILE = "signing-keys.pem"
"""The keys' file in the home, unless DAYBOOK_SIGNING_KEY names another."""

_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----", re.DOTALL)


class SigningKeys(msgspec.Struct, frozen=True):
    """The keys in use, by their ids (RFC 7638 thumbprints); `signing_id` names the one that signs."""

    signing_id: str
    private: Mapping[str, Ed25519PrivateKey]

    @property
    def signing(self) -> Ed25519PrivateKey:
        """The key that signs new tokens."""
        return self.private[self.signing_id]

    def public(self, key_id: str) -> Ed25519PublicKey | None:
        """The public half of a key, None for an unknown id."""
        key = self.private.get(key_id)
        return key.public_key() if key else None

    def jwks(self) -> Sequence[Mapping[str, Any]]:
        """The public keys as JSON Web Keys, the signing one first."""
        return [
            {**_public_jwk(key), "kid": key_id, "use": "sig", "alg": "EdDSA"}
            for key_id, key in self.private.items()
        ]


def read_keys(path: Path) -> SigningKeys:
    """The keys of a file.

    Raises:
        Unavailable: there is no such file (`signing_key_missing`), or it cannot be read (`signing_key_unreadable`).
        Malformed: it holds no Ed25519 private key in unencrypted PKCS #8 PEM (`bad_signing_key`).
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Unavailable(
            f"there is no signing key {path}; all api processes of a book share one: name its file in "
            "DAYBOOK_SIGNING_KEY (`daybook secrets FOLDER` makes one)",
            code="signing_key_missing",
        ) from error
    except OSError as error:
        raise Unavailable(
            f"the signing key {path} cannot be read ({error.strerror})",
            code="signing_key_unreadable",
        ) from error
    return _parsed(content, path)


def make_keys(path: Path) -> None:
    """Write a new key that nobody else can read, unless there is a file.

    Raises:
        Unavailable: it cannot be written (`file_unwritable`).
    """
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_once(path, pem)


def _parsed(content: bytes, path: Path) -> SigningKeys:
    keys = [_private(block) for block in _PEM.findall(content)]
    found = {_thumbprint(key): key for key in keys if key}
    if not found or None in keys:
        raise Malformed(
            f"{path} holds no usable signing key; Ed25519 private keys in unencrypted PEM were expected "
            "(openssl genpkey -algorithm ed25519)",
            code="bad_signing_key",
        )
    return SigningKeys(next(iter(found)), found)


def _private(block: bytes) -> Ed25519PrivateKey | None:
    with suppress(ValueError, TypeError):
        key = serialization.load_pem_private_key(block, password=None)
        return key if isinstance(key, Ed25519PrivateKey) else None
    return None


def _public_jwk(key: Ed25519PrivateKey) -> dict[str, Any]:
    return OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)


def _thumbprint(key: Ed25519PrivateKey) -> str:
    """RFC 7638: the digest of the required members in the order of their names, without white space."""
    jwk = _public_jwk(key)
    canonical = msgspec.json.encode({name: jwk[name] for name in ("crv", "kty", "x")})
    return base64url_encode(sha256(canonical).digest()).decode()
