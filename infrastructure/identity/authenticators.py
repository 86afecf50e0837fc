"""What browsers' authenticators say (WebAuthn), for one site: the address at which people reach Daybook.

A browser takes no IP address for the name of a site, so a Daybook on one machine is `localhost` to passkeys.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    parse_authentication_credential_json,
    parse_client_data_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from application.identity.way_ports import Authenticators, Passkey, Said
from domain.shared.errors import Malformed, Unauthenticated

_LOOPBACK = ("127.0.0.1", "::1")
_CREDENTIAL_LENGTH_MAX = 1_023


class WebAuthn(Authenticators):
    """`application.identity.way_ports.Authenticators`, for the site at `url`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = "localhost" if parts.hostname in _LOOPBACK else str(parts.hostname)
        self.site = host
        self.origin = f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")

    def creation(
        self, challenge: bytes, user_uid: UUID, email: str, name: str, known: Sequence[bytes]
    ) -> Mapping[str, Any]:
        options = generate_registration_options(
            rp_id=self.site,
            rp_name="Daybook",
            user_id=user_uid.bytes,
            user_name=email,
            user_display_name=name,
            challenge=challenge,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        return _plain(options_to_json(options))

    def request(self, challenge: bytes) -> Mapping[str, Any]:
        options = generate_authentication_options(
            rp_id=self.site,
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _plain(options_to_json(options))

    def challenge_of(self, said: Said) -> str:
        with _reading():
            client_data = base64url_to_bytes(said["response"]["clientDataJSON"])
            return str(msgspec.json.decode(client_data, type=_ClientData).challenge)

    def credential_of(self, said: Said) -> bytes:
        with _reading():
            return base64url_to_bytes(said["rawId"])

    def created(self, said: Said, user_uid: UUID) -> Passkey:
        with _checking():
            made = verify_registration_response(
                credential=dict(said),
                expected_challenge=self._challenge(said),
                expected_rp_id=self.site,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        if len(made.credential_id) > _CREDENTIAL_LENGTH_MAX:
            raise _not_proven()
        return Passkey(made.credential_id, user_uid, made.credential_public_key, made.sign_count)

    def used(self, said: Said, passkey: Passkey) -> int:
        with _checking():
            credential = parse_authentication_credential_json(dict(said))
            handle = credential.response.user_handle
            if handle is not None and handle != passkey.user_uid.bytes:
                raise _not_proven()
            used = verify_authentication_response(
                credential=credential,
                expected_challenge=self._challenge(said),
                expected_rp_id=self.site,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=0,  # held against the last one once it is known to be the passkey
                require_user_verification=True,
            )
        return used.new_sign_count

    def _challenge(self, said: Said) -> bytes:
        client_data = base64url_to_bytes(said["response"]["clientDataJSON"])
        return parse_client_data_json(client_data).challenge


class _ClientData(msgspec.Struct, frozen=True):
    challenge: str


def _plain(options: str) -> Mapping[str, Any]:
    plain: Mapping[str, Any] = msgspec.json.decode(options)
    return plain


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, msgspec.MsgspecError) as error:
        raise Malformed(
            "This is not what an authenticator says; the JSON of a PublicKeyCredential was expected.",
            code="passkey_unreadable",
        ) from error


@contextmanager
def _checking() -> Iterator[None]:
    # The library parses bytes of a stranger's, and lets some errors of its parsers through.
    try:
        yield
    except (WebAuthnException, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _not_proven() from error


def _not_proven() -> Unauthenticated:
    return Unauthenticated(
        "This passkey does not hold: it was made or used for another site, or without its user being asked.",
        code="passkey_not_proven",
    )
