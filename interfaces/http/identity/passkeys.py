"""Passkeys: made, listed and removed by whoever is signed in, and signed in with."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from application.identity.passkeys import NamedPasskey, PasskeySignIn
from application.shared.permissions import Permission, Proof
from domain.shared.errors import Forbidden, Invalid, NotFound, Refused, Throttled, Unauthenticated
from interfaces.http.identity.browsers import SESSION, SIGNED_IN, handed
from interfaces.http.identity.sessions import A_PAIR, origin_of
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import shows, takes
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Parameter, answer
from interfaces.http.shared.security import principal_of

_TAG = "Signing in"


class NewPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as the browser made it (`PublicKeyCredential.toJSON()`), and what its user calls it."""

    name: str
    passkey: dict[str, Any]


class UsedPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """What a passkey says (`PublicKeyCredential.toJSON()`)."""

    passkey: dict[str, Any]


class PasskeysShown(msgspec.Struct, frozen=True):
    """The caller's passkeys, the oldest first."""

    data: Sequence[NamedPasskey]


class AddedPasskey(msgspec.Struct, frozen=True):
    """The id of a new passkey."""

    uid: UUID


_UID = UUID("b1d2c3e4-5f60-8718-8293-a4b5c6d7e82c")
_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_SAID: dict[str, Any] = {
    "id": "mK0Q3C1T1yq0nRr2aJx7Ow",
    "rawId": "mK0Q3C1T1yq0nRr2aJx7Ow",
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUFBQSJ9",
        "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg",
        "signature": "MEUCIQDb0c2ln",
        "userHandle": "C3xsHl0Mim5T",
    },
}
_OPTIONS = {"type": "object", "additionalProperties": True}
_SOME_OPTIONS: Mapping[str, Any] = {
    "challenge": "9Yx2m8dT0JZ2a7Qm3pWk1cXb5nVe4uRs6tGh0iJkLmN",
    "rpId": "daybook.firm.example",
    "userVerification": "required",
}


_NEW_OPTIONS: Mapping[str, Any] = {
    "rp": {"name": "Daybook", "id": "daybook.firm.example"},
    "challenge": "9Yx2m8dT0JZ2a7Qm3pWk1cXb5nVe4uRs6tGh0iJkLmN",
}


@takes(
    "/auth/passkeys/new",
    _TAG,
    "Ask for a new passkey",
    Permission.SIGNED_IN,
    None,
    answer(200, "What the browser's authenticator is asked with.", _OPTIONS, example=_NEW_OPTIONS),
    problems=[Refused],
    proof=Proof.ENROLMENT,
)
async def ask_for_passkey(request: AnyRequest) -> Mapping[str, Any]:
    """For `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`; good for 5 minutes.

    What comes of it goes to `POST /auth/passkeys`.
    """
    return await services_of(request).of(PasskeySignIn).ask_for_new(principal_of(request))


@takes(
    "/auth/passkeys",
    _TAG,
    "Add a passkey",
    Permission.SIGNED_IN,
    NewPasskey(name="Laptop", passkey=_SAID),
    answer(201, "You can sign in with it.", example=AddedPasskey(_UID)),
    problems=[Unauthenticated, Invalid, Refused],
    proof=Proof.ENROLMENT,
)
async def add_passkey(request: AnyRequest, given: NewPasskey) -> AddedPasskey:
    """One of the user's own, made for this site and with its user asked; at most ten."""
    call = call_of(request, is_keyed=False)
    passkeys = services_of(request).of(PasskeySignIn)
    return AddedPasskey(await passkeys.add(given.name, given.passkey, call))


@shows(
    "/auth/passkeys",
    _TAG,
    "Which passkeys do I have?",
    Permission.SIGNED_IN,
    answer(
        200,
        "Your passkeys.",
        example=PasskeysShown([NamedPasskey(_UID, "Laptop", _AT, _AT)]),
    ),
    headers={"Cache-Control": "private, no-store"},
)
async def list_passkeys(request: AnyRequest) -> PasskeysShown:
    """With when each was added, and used last."""
    return PasskeysShown(await services_of(request).of(PasskeySignIn).listed(principal_of(request)))


@takes(
    "/auth/passkeys/{passkey_id:str}/remove",
    _TAG,
    "Remove one of one's own passkeys",
    Permission.SIGNED_IN,
    None,
    answer(204, "It is good no more."),
    parameters=[
        Parameter(
            name="passkey_id",
            where="path",
            description="The `uid` of a passkey.",
            schema={"type": "string", "format": "uuid"},
            example=str(_UID),
        )
    ],
    problems=[NotFound, Refused],
    proof=Proof.RECENT,
)
async def remove_passkey(request: AnyRequest, passkey_id: str) -> None:
    """Sessions that were begun with it go on."""
    call = call_of(request, is_keyed=False)
    await services_of(request).of(PasskeySignIn).remove(passkey_id, call)


@takes(
    "/auth/passkeys/ask",
    _TAG,
    "Ask for a passkey that is there",
    Permission.PUBLIC,
    None,
    answer(200, "What the browser's authenticator is asked with.", _OPTIONS, example=_SOME_OPTIONS),
    problems=[Throttled],
)
async def ask_with_challenge(request: AnyRequest) -> Mapping[str, Any]:
    """For `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`; good once, for 5 minutes.

    What comes of it goes to `POST /auth/passkeys/sign-in`, or to `POST /auth/confirm`.
    """
    return await services_of(request).of(PasskeySignIn).ask(origin_of(request))


@takes(
    "/auth/passkeys/sign-in",
    _TAG,
    "Sign in with a passkey",
    Permission.PUBLIC,
    UsedPasskey(passkey=_SAID),
    answer(200, "You are signed in.", example=A_PAIR),
    parameters=[SESSION],
    problems=[Forbidden, Unauthenticated],
    headers=SIGNED_IN,
)
async def sign_in_with_passkey(request: AnyRequest, given: UsedPasskey) -> Response[bytes]:
    """A passkey that was used before by a copy of it is removed: 401 `passkey_copied`."""
    passkeys = services_of(request).of(PasskeySignIn)
    return handed(request, await passkeys.sign_in(given.passkey, origin_of(request)))


ROUTES = (
    ask_for_passkey,
    add_passkey,
    list_passkeys,
    remove_passkey,
    ask_with_challenge,
    sign_in_with_passkey,
)
