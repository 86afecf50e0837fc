"""What signing in needs of the world. Every method may raise `Unavailable` if its collaborator does not answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec

from application.shared.permissions import Principal
from domain.identity.attempts import LimitedBy
from domain.identity.sessions import SignInWay


class Credential(msgspec.Struct, frozen=True):
    """A password as it is kept. `changed_at` is when it was set, whatever became of its hash since."""

    password_hash: str
    changed_at: datetime


class Passwords(Protocol):
    """Hashing passwords: slow on purpose, so never in the event loop."""

    async def hash(self, password: str) -> str:
        """A fresh hash."""

    async def is_weak(self, password: str, about: Sequence[str]) -> bool:
        """Whether it is easy to guess, since it is common, a pattern, or little but what is known `about` the user."""

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the one hashed. Without a hash the same work is done, and the answer is no."""

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than are used now."""


class CredentialStore(Protocol):
    """Where password hashes are kept, which is never the log."""

    async def find(self, user_uid: UUID) -> Credential | None:
        """The credential of a user, if there is one."""

    async def give(self, user_uid: UUID, password_hash: str, now: datetime) -> bool:
        """Set a first password; False and nothing else if the user has one."""

    async def rehash(self, user_uid: UUID, known: Credential, password_hash: str) -> None:
        """Keep another hash of the same password, unless the password was changed meanwhile."""

    async def replace(
        self, user_uid: UUID, password_hash: str, now: datetime, known: Credential | None = None
    ) -> bool:
        """Set another password and end every session of the user, both or neither.

        False, and nothing is done, if `known` is given and no longer the user's credential.
        """

    async def revoke(self, user_uid: UUID, before: datetime) -> None:
        """Take a password away that was set before, and end every session of the user that was; both or neither."""

    async def redeem(
        self, token: str, user_uid: UUID, number: int, password_hash: str, now: datetime
    ) -> bool:
        """Set the password that somebody chose by a link, void all links of the user and end every session.

        False, and nothing is done, if the token is good no more.
        """


class Link(msgspec.Struct, frozen=True):
    """Whose link a token belongs to, and the how many-th of theirs it is."""

    user_uid: UUID
    number: int


class Links(Protocol):
    """The tokens of links to choose a password with, of which only hashes are kept."""

    async def add(self, user_uid: UUID, number: int, expires_at: datetime, now: datetime) -> str:
        """A new token (32 random bytes) for a link; those of earlier links are void."""

    async def find(self, token: str, now: datetime) -> Link | None:
        """The link of a token, None if it is unknown, used or run out."""


class Session(msgspec.Struct, frozen=True):
    """A sign-in that is still good, and whose."""

    session_uid: UUID
    user_uid: UUID


class Rotated(msgspec.Struct, frozen=True):
    """A session whose refresh token was used: its next one, None if the token had been used before."""

    session: Session
    token: str | None


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its user sees it: with what and by which way it began, and when tokens were issued for it last."""

    uid: UUID
    client: str
    way: SignInWay
    started_at: datetime
    used_at: datetime
    expires_at: datetime


class Sessions(Protocol):
    """The sign-ins and their refresh tokens, of which only hashes are kept."""

    async def start(
        self,
        session: Session,
        known: Credential | None,
        client: str,
        way: SignInWay,
        now: datetime,
        lifetime: timedelta,
    ) -> str | None:
        """A new session's first refresh token; None if `known` is given and no longer the user's credential.

        `client` and `way` are what the session shows to have been begun with, and by.
        """

    async def rotate(
        self, token: str, now: datetime, lifetime: timedelta, leeway: timedelta
    ) -> Rotated | None:
        """Take a refresh token out of use and answer its session with the next one; None if it is no good.

        A token that was used before ends its whole session: two parties hold it, and one of them stole it. Only
        within the `leeway` of its first use, and if none that followed it was used, it gets another next one; those
        that followed it count as used from then on, so that one token is good at any time, and whoever holds another
        ends the session by it. No session is prolonged beyond 90 days.
        """

    async def of_token(self, token: str) -> Session | None:
        """The session that a refresh token belongs to, if there is one."""

    async def end(self, session_uid: UUID, now: datetime, because: str) -> None:
        """End a session; nothing happens if it is over."""

    async def end_all(self, user_uid: UUID, now: datetime, because: str) -> None:
        """End every session of a user."""

    async def listed(self, user_uid: UUID, now: datetime) -> Sequence[OpenSession]:
        """The sessions of a user that are not over, the newest first."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to be `who`, from what stands for a network address.

    `user_uid` and `epoch` are those of the user, if there is one; `device` one that is known to them.
    """

    who: str
    user_uid: UUID | None
    epoch: int
    address: str
    device: UUID | None


class Lock(msgspec.Struct, frozen=True):
    """What was tried too often, and how long to wait."""

    limited_by: LimitedBy
    wait: timedelta


class Attempts(Protocol):
    """The limits on sign-in attempts, shared by all processes."""

    async def pay(self, attempt: Attempt, now: datetime) -> Lock | None:
        """Count an attempt before it is made; None if it may be made."""

    async def passed(self, attempt: Attempt, now: datetime) -> None:
        """Forget what an attempt cost, since it was right."""

    async def know(self, attempt: Attempt, now: datetime) -> None:
        """Know the user at this address in their epoch: they signed in, by whichever way."""

    async def begin(self, address: str, now: datetime, secret: str = "") -> Lock | None:
        """Count that somebody begins to prove who they are without saying it, by a `secret`; None if they may."""

    async def finish(self, address: str) -> None:
        """Forget what beginning cost: they proved it."""


class Devices(Protocol):
    """What is given to devices, so that they are known again to their user and to nobody else."""

    def issue(
        self, device: UUID, user_uid: UUID, epoch: int, now: datetime, lifetime: timedelta
    ) -> str:
        """What a device is to keep. It is good in this epoch of the user."""

    def read(self, token: str, user_uid: UUID, epoch: int, now: datetime) -> UUID | None:
        """The device that was given this, if it is known to the user."""


class Pseudonyms(Protocol):
    """What stands for network addresses wherever they are kept."""

    async def of(self, address: str, now: datetime) -> str:
        """What stands for an address this month; nobody can tell the address from it, or link it for longer."""


class AccessTokens(Protocol):
    """Short-lived signed tokens that say who a caller is."""

    def issue(self, principal: Principal, lifetime: timedelta) -> str:
        """A token for a user, valid from now on."""

    def read(self, token: str) -> Principal:
        """Who a token was issued to.

        Raises:
            Unauthenticated: it is not one of ours, was tampered with, or is not valid now; `code` says which.
        """

    def public_keys(self) -> Sequence[Mapping[str, Any]]:
        """The keys that tokens can be verified with, as JSON Web Keys."""
