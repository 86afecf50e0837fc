"""What signing in by other ways than a password needs of the world.

Every method may raise `Unavailable` if its collaborator does not answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from domain.identity.ways import Subject


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of somebody who was asked to prove themselves: since when, and whose session it is for, if any.

    `nonce` and `verifier` are what a provider is held to.
    """

    since: datetime
    user_uid: UUID | None = None
    session_uid: UUID | None = None
    nonce: str = ""
    verifier: str = ""


class Challenges(Protocol):
    """What somebody was asked with: only hashes of it are kept, each for minutes and for one use."""

    async def add(self, text: str, purpose: str, kept: Challenge, expires_at: datetime) -> None:
        """Keep what is known of whoever comes back with this text."""

    async def take(self, text: str, purpose: str, now: datetime) -> Challenge | None:
        """What was kept, once; None if there is nothing, or it ran out."""


class ProvenIdentity(msgspec.Struct, frozen=True):
    """Whom a provider let in, and when; `email` is None unless it says that the address was verified."""

    subject: Subject
    email: str | None
    proven_at: datetime


class IdentityProvider(Protocol):
    """The firm's own sign-in (OpenID Connect). All of it raises `Unavailable` if it does not answer."""

    label: str

    async def address(self, state: str, challenge: Challenge, *, anew: bool) -> str:
        """Where to send somebody who is to prove themselves, `anew` even if they are signed in there."""

    async def identity(self, code: str, issuer: str | None, challenge: Challenge) -> ProvenIdentity:
        """Whom the code stands for that somebody came back with; `issuer` is who they say gave it to them.

        Raises:
            Unauthenticated: nobody: the code, or what it was changed for, does not fit (`identity_not_proven`).
        """


class Passkey(msgspec.Struct, frozen=True):
    """What a passkey is checked with. `sign_count` is how often it was used, as it said last."""

    credential_id: bytes
    user_uid: UUID
    public_key: bytes
    sign_count: int


class KeptPasskey(msgspec.Struct, frozen=True):
    """When a passkey was added, and used last."""

    passkey_uid: UUID
    added_at: datetime
    used_at: datetime | None


class Passkeys(Protocol):
    """Where passkeys are kept, beside the log."""

    async def add(self, passkey_uid: UUID, passkey: Passkey, now: datetime) -> bool:
        """Keep a passkey; False and nothing else if it is known already."""

    async def find(self, credential_id: bytes) -> Passkey | None:
        """A passkey, if it is known."""

    async def note_use(self, passkey: Passkey, sign_count: int, now: datetime) -> bool:
        """Note what it says now; False and nothing else if somebody else used it meanwhile."""

    async def of(self, user_uid: UUID) -> Sequence[KeptPasskey]:
        """The passkeys of a user, the oldest first."""

    async def credentials(self, user_uid: UUID) -> Sequence[bytes]:
        """The ids by which authenticators know the passkeys of a user."""

    async def remove(self, passkey_uid: UUID) -> None:
        """Keep it no more; nothing happens if it is unknown."""

    async def remove_all(self, user_uid: UUID) -> None:
        """Keep none of a user's any more."""


Said = Mapping[str, Any]
"""What a browser's authenticator says, as JSON (WebAuthn, `PublicKeyCredential.toJSON()`)."""


class Authenticators(Protocol):
    """Asking authenticators for passkeys, and checking what they say (WebAuthn)."""

    def creation(
        self, challenge: bytes, user_uid: UUID, email: str, name: str, known: Sequence[bytes]
    ) -> Mapping[str, Any]:
        """What to ask for a new passkey with; not of those that have a `known` one."""

    def request(self, challenge: bytes) -> Mapping[str, Any]:
        """What to ask for a passkey with that is there."""

    def challenge_of(self, said: Said) -> str:
        """The challenge that is answered, in base64url.

        Raises:
            Malformed: it is no answer of an authenticator (`passkey_unreadable`).
        """

    def credential_of(self, said: Said) -> bytes:
        """The id of the passkey that is used.

        Raises:
            Malformed: as `challenge_of`.
        """

    def created(self, said: Said, user_uid: UUID) -> Passkey:
        """The passkey that was made.

        Raises:
            Unauthenticated: it was made for another site, or without its user (`passkey_not_proven`).
        """

    def used(self, said: Said, passkey: Passkey) -> int:
        """How often the passkey says that it was used; whether that can be is not asked here.

        Raises:
            Unauthenticated: it is not this passkey, was used for another site, or without its user
                (`passkey_not_proven`).
        """
