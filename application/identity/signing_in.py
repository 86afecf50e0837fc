"""Signing in, choosing a password by a link, and changing one's own."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from application.identity.guarding import Origin, SignInGuard
from application.identity.ports import (
    AccessTokens,
    Credential,
    CredentialStore,
    Links,
    Passwords,
)
from application.identity.sessions import NO_LEEWAY, KeptSessions, KnownUser, known_user
from application.identity.users import hashed_unless_weak, uid_or_nobodys
from application.shared.commands import Call, Commands
from application.shared.permissions import Principal, Proof
from application.shared.ports import Cause
from domain import identity
from domain.identity import (
    LINK_VOID,
    LinkVoid,
    NotePasswordChange,
    RedeemLink,
    check_password,
)
from domain.identity.sessions import SignInWay, StartSession
from domain.shared.errors import NotFound, Refused, Unauthenticated

ACCESS_LIFETIME = timedelta(minutes=10)


class TokenPair(msgspec.Struct, frozen=True, kw_only=True):
    """An access token for `expires_in` seconds, and a refresh token for the next pair, good for one use in 30 days;
    the second is null where the browser keeps it in a cookie.

    What begins a session has a `device_token` as well: whoever sends it along when they sign in again, as the header
    `Daybook-Device` or the cookie that came with it, does not wait for what others try elsewhere. It lets nobody in.
    """

    access_token: str
    refresh_token: str | None
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme
    device_token: str | None = None


class SigningIn:
    """The use cases of signing in."""

    def __init__(
        self,
        commands: Commands,
        passwords: Passwords,
        credentials: CredentialStore,
        sessions: KeptSessions,
        guard: SignInGuard,
        access_tokens: AccessTokens,
        links: Links,
    ) -> None:
        self._commands = commands
        self._clock = commands.clock
        self._passwords = passwords
        self._credentials = credentials
        self._sessions = sessions
        self._guard = guard
        self.access_tokens = access_tokens
        self._links = links

    async def sign_in(self, email: str, password: str, origin: Origin) -> TokenPair:
        """Tokens for a user who knows the password.

        Raises:
            Unauthenticated: address and password do not belong together, or the user may not sign in
                (`wrong_credentials`, whichever it is).
            Throttled: too many attempts for this e-mail address, or from this network address.
        """
        uid = uid_or_nobodys(email)
        credential, user = await self._proven(uid, password, origin)
        await self._guard.know(user, origin)
        return await self._begin(user, credential, SignInWay.PASSWORD, origin)

    async def confirm(self, password: str, origin: Origin, call: Call) -> None:
        """Note in the caller's session that they know their password.

        Raises:
            Refused: the caller is no user (`no_password`).
            Unauthenticated: the password is wrong (`wrong_credentials`), or the caller's session over.
            Throttled: too many wrong ones.
        """
        uid = call.principal.user_uid
        if uid is None:
            raise Refused("The local operator has no password.", code="no_password")
        await self._proven(uid, password, origin)
        await self._sessions.confirm(SignInWay.PASSWORD, call)

    async def refresh(
        self, refresh_token: str, origin: Origin, leeway: timedelta = NO_LEEWAY
    ) -> TokenPair:
        """The next pair of tokens, with the roles the user has by now; the one given is used up.

        Within the `leeway` it may come again, if the answer was lost.

        Raises:
            Unauthenticated: it is unknown, expired, or its session has ended (`refresh_token_invalid`). If it was used
                before, its session ends now.
        """
        address = await self._guard.address(origin)
        renewed = await self._sessions.renewed(refresh_token, address, leeway)
        if renewed is None:
            raise Unauthenticated(
                "The refresh token is not valid any more; sign in again.",
                code="refresh_token_invalid",
            )
        return self._tokens(*renewed)

    async def change_password(
        self, current: str, new: str, origin: Origin, call: Call
    ) -> TokenPair:
        """Set another password, end every session, and begin a new one.

        Raises:
            Invalid: the new password has not 12 to 128 characters, or is easily guessed (`weak_password`).
            Refused: the caller is no user (`no_password`).
            Unauthenticated: the current password is wrong (`wrong_credentials`), or the caller's session over.
            Throttled: too many wrong ones.
        """
        check_password(new)
        uid = call.principal.user_uid
        if uid is None:
            raise Refused("The local operator has no password to change.", code="no_password")
        await self._commands.check_standing(call.principal, Proof.SESSION)
        credential, user = await self._proven(uid, current, origin)
        hashed = await hashed_unless_weak(self._passwords, new, user.about)
        if not await self._credentials.replace(uid, hashed, self._clock.now(), credential):
            raise _wrong()
        await self._commands.tell(identity.DECIDER, uid, NotePasswordChange(), call)
        return await self._begin_anew(uid, SignInWay.PASSWORD, origin)

    async def choose_password(self, token: str, new: str, origin: Origin) -> TokenPair:
        """Set the password that the owner of a link chose, end every session, and begin a new one.

        Raises:
            Invalid: the password has not 12 to 128 characters, or is easily guessed (`weak_password`).
            LinkVoid: nothing was issued with this token, or it is good no more.
            Throttled: too many attempts from this network address.
        """
        check_password(new)
        await self._guard.begin(origin, sha256(token.encode(errors="replace")).hexdigest())
        link = await self._links.find(token, self._clock.now())
        user = await known_user(self._commands, link.user_uid) if link else None
        if link is None or user is None:
            await self._guard.refused(None, origin)
            raise LinkVoid(LINK_VOID)
        uid, redeem = link.user_uid, RedeemLink(link.number)
        # What the log says against it is said before anything is done.
        state = await self._commands.state(identity.DECIDER, uid)
        identity.decide(state, redeem, self._clock.now())
        hashed = await hashed_unless_weak(self._passwords, new, user.about)
        now = self._clock.now()
        if not await self._credentials.redeem(token, uid, link.number, hashed, now):
            raise LinkVoid(LINK_VOID)
        await self._guard.finish(origin)
        await self._commands.tell(identity.DECIDER, uid, redeem, self._own(user.principal))
        return await self._begin_anew(uid, SignInWay.LINK, origin)

    async def issue_here(self, principal: Principal, call: Call) -> str:
        """An access token alone, for somebody at the machine itself; the log tells that it was issued.

        Raises:
            NotFound: nobody is that who may sign in.
        """
        user = await known_user(self._commands, principal.user_uid) if principal.user_uid else None
        started = user and await self._sessions.started(
            user,
            StartSession(
                user_uid=user.uid,
                epoch=user.epoch,
                way=SignInWay.COMMAND_LINE,
                lifetime=ACCESS_LIFETIME,
            ),
            call,
        )
        if not started:
            raise NotFound(f"{principal.name} may not sign in.")
        return self.access_tokens.issue(started, ACCESS_LIFETIME)

    async def welcome(
        self, user: KnownUser, way: SignInWay, origin: Origin, proven_at: datetime | None = None
    ) -> TokenPair:
        """Tokens for a user who proved otherwise than by a password who they are, `proven_at` if not now."""
        await self._guard.know(user, origin)
        return await self._begin(user, None, way, origin, proven_at)

    async def _proven(
        self, uid: UUID, password: str, origin: Origin
    ) -> tuple[Credential, KnownUser]:
        """The credential and the user behind a password that is right; the same work is done for a wrong one."""
        credential = await self._credentials.find(uid)
        user = await known_user(self._commands, uid)
        attempt = await self._guard.enter(str(uid), user, origin)
        known = credential.password_hash if credential else None
        is_right = await self._passwords.verify(password, known)
        if not is_right or credential is None or user is None:
            self._guard.failed(attempt)
            raise _wrong()
        await self._guard.passed(attempt)
        if self._passwords.is_outdated(credential.password_hash):
            hashed = await self._passwords.hash(password)
            await self._credentials.rehash(uid, credential, hashed)
        return credential, user

    def _own(self, principal: Principal) -> Call:
        """What somebody does who has just proven who they are."""
        command = self._commands.new_id()
        cause = Cause(actor=principal.actor, correlation_id=command, causation_id=command)
        return Call(principal=principal, cause=cause)

    async def _begin_anew(self, uid: UUID, way: SignInWay, origin: Origin) -> TokenPair:
        user, credential = await known_user(self._commands, uid), await self._credentials.find(uid)
        if user is None or credential is None:
            raise _wrong()
        return await self._begin(user, credential, way, origin)

    async def _begin(
        self,
        user: KnownUser,
        credential: Credential | None,
        way: SignInWay,
        origin: Origin,
        proven_at: datetime | None = None,
    ) -> TokenPair:
        address = await self._guard.address(origin)
        begun = await self._sessions.begin(user, credential, way, origin.client, address, proven_at)
        if begun is None:  # the password was changed while it was being checked
            raise _wrong()
        return self._tokens(*begun, self._guard.device_token(user, origin))

    def _tokens(
        self, principal: Principal, refresh_token: str, device_token: str | None = None
    ) -> TokenPair:
        return TokenPair(
            access_token=self.access_tokens.issue(principal, ACCESS_LIFETIME),
            refresh_token=refresh_token,
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
            device_token=device_token,
        )


def _wrong() -> Unauthenticated:
    return Unauthenticated(
        "E-mail address and password do not belong together.", code="wrong_credentials"
    )
