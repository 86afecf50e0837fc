"""Signing in and out, choosing a password by a link, and changing one's own."""

from datetime import timedelta
from hashlib import sha256
from math import ceil
from uuid import UUID

import msgspec

from application.identity.ports import (
    AccessTokens,
    Attempts,
    Credential,
    CredentialStore,
    Links,
    Passwords,
    Sessions,
)
from application.identity.users import principal_of_user, uid_or_nobodys
from application.shared.commands import Call, Commands
from application.shared.permissions import Principal
from application.shared.ports import Cause
from domain import identity
from domain.identity import (
    LINK_VOID,
    LinkVoid,
    NotePasswordChange,
    RedeemLink,
    check_password,
)
from domain.shared.errors import Refused, Throttled, Unauthenticated

ACCESS_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(days=30)


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """An access token for `expires_in` seconds, and a refresh token for the next pair, good for one use in 30 days."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


class SigningIn:
    """The use cases of signing in."""

    def __init__(
        self,
        commands: Commands,
        passwords: Passwords,
        credentials: CredentialStore,
        sessions: Sessions,
        attempts: Attempts,
        access_tokens: AccessTokens,
        links: Links,
    ) -> None:
        self._commands = commands
        self._clock = commands.clock
        self._passwords = passwords
        self._credentials = credentials
        self._sessions = sessions
        self._attempts = attempts
        self.access_tokens = access_tokens
        self._links = links

    async def sign_in(self, email: str, password: str, address: str) -> TokenPair:
        """Tokens for a user who knows the password; `address` is where the attempt comes from.

        Raises:
            Unauthenticated: address and password do not belong together, or the user may not sign in
                (`wrong_credentials`, whichever it is).
            Throttled: too many attempts for this e-mail address, or from this network address.
        """
        uid = uid_or_nobodys(email)
        credential, principal = await self._proven(uid, password, address)
        return await self._start(principal, uid, credential)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """The next pair of tokens, with the roles the user has by now; the one given is used up.

        Raises:
            Unauthenticated: it is unknown, expired, or its session has ended (`refresh_token_invalid`). If it was used
                before, its session ends now.
        """
        rotated = await self._sessions.rotate(refresh_token, self._clock.now(), REFRESH_LIFETIME)
        principal = (
            await principal_of_user(self._commands, rotated[0].user_uid) if rotated else None
        )
        if rotated is None or principal is None:
            raise Unauthenticated(
                "The refresh token is not valid any more; sign in again.",
                code="refresh_token_invalid",
            )
        return self._tokens(principal, rotated[1])

    async def sign_out(self, refresh_token: str) -> None:
        """End the session of a refresh token; nothing happens if it is unknown."""
        await self._sessions.end(refresh_token, self._clock.now())

    async def change_password(self, current: str, new: str, address: str, call: Call) -> TokenPair:
        """Set another password, end every session, and begin a new one.

        Raises:
            Invalid: the new password has not 12 to 128 characters.
            Refused: the caller is no user (`no_password`).
            Unauthenticated: the current password is wrong (`wrong_credentials`).
            Throttled: too many wrong ones.
        """
        check_password(new)
        uid = call.principal.user_uid
        if uid is None:
            raise Refused("The local operator has no password to change.", code="no_password")
        credential, current_principal = await self._proven(uid, current, address)
        hashed = await self._passwords.hash(new)
        if not await self._credentials.replace(uid, hashed, self._clock.now(), credential):
            raise _wrong()
        await self._commands.tell(identity.DECIDER, uid, NotePasswordChange(), call)
        changed = await self._credentials.find(uid)
        return await self._start(current_principal, uid, changed)

    async def choose_password(self, token: str, new: str, address: str) -> TokenPair:
        """Set the password that the owner of a link chose, end every session, and begin a new one.

        Raises:
            Invalid: the password has not 12 to 128 characters.
            LinkVoid: nothing was issued with this token, or it is good no more.
            Throttled: too many attempts with it, or from this network address.
        """
        check_password(new)
        await self._pay(f"link {sha256(token.encode(errors='replace')).hexdigest()}", address)
        link = await self._links.find(token, self._clock.now())
        principal = await principal_of_user(self._commands, link.user_uid) if link else None
        if link is None or principal is None:
            raise LinkVoid(LINK_VOID)
        uid, redeem = link.user_uid, RedeemLink(link.number)
        # What the log says against it is said before anything is done.
        identity.decide(
            await self._commands.state(identity.DECIDER, uid), redeem, self._clock.now()
        )
        hashed = await self._passwords.hash(new)
        now = self._clock.now()
        if not await self._credentials.redeem(token, uid, link.number, hashed, now):
            raise LinkVoid(LINK_VOID)
        await self._commands.tell(identity.DECIDER, uid, redeem, self._own(principal))
        return await self._start(principal, uid, await self._credentials.find(uid))

    def issue(self, principal: Principal) -> str:
        """An access token alone, for somebody whose identity is beyond doubt."""
        return self.access_tokens.issue(principal, ACCESS_LIFETIME)

    async def _proven(self, uid: UUID, password: str, address: str) -> tuple[Credential, Principal]:
        """The credential and the caller behind a password that is right; the same work is done for a wrong one."""
        await self._pay(str(uid), address)
        credential = await self._credentials.find(uid)
        principal = await principal_of_user(self._commands, uid)
        known = credential.password_hash if credential else None
        is_right = await self._passwords.verify(password, known)
        if not is_right or credential is None or principal is None:
            raise _wrong()
        await self._attempts.refund(str(uid), address)
        if self._passwords.is_outdated(credential.password_hash):
            hashed = await self._passwords.hash(password)
            await self._credentials.rehash(uid, credential, hashed)
        return credential, principal

    async def _pay(self, who: str, address: str) -> None:
        wait = await self._attempts.pay(who, address, self._clock.now())
        if wait is not None:
            raise Throttled(
                "There were too many attempts to sign in; wait before the next one.",
                retry_after_s=max(1, ceil(wait.total_seconds())),
            )

    def _own(self, principal: Principal) -> Call:
        """What somebody does who has just proven who they are."""
        command = self._commands.new_id()
        cause = Cause(actor=principal.actor, correlation_id=command, causation_id=command)
        return Call(principal=principal, cause=cause)

    async def _start(
        self, principal: Principal, uid: UUID, credential: Credential | None
    ) -> TokenPair:
        token = credential and await self._sessions.start(
            uid, credential, self._clock.now(), REFRESH_LIFETIME
        )
        if not token:  # the password was changed while it was being checked
            raise _wrong()
        return self._tokens(principal, token)

    def _tokens(self, principal: Principal, refresh_token: str) -> TokenPair:
        return TokenPair(
            access_token=self.issue(principal),
            refresh_token=refresh_token,
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
        )


def _wrong() -> Unauthenticated:
    return Unauthenticated(
        "E-mail address and password do not belong together.", code="wrong_credentials"
    )
