"""Sessions: begun by a sign-in, kept up by refresh tokens, ended by their user, an operator or time.

Rules upheld here:
- what a session is worth is said by the log, where every command looks; beside it lie only the refresh tokens;
- no session begins on what was known of a user before their password or roles changed.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from application.identity.ports import Credential, OpenSession, Session, Sessions
from application.identity.users import USER, principal_of
from application.shared.commands import Call, Carried, Commands, Write, of_itself
from application.shared.permissions import NOBODY, NOBODY_KNOWN, THE_LOCAL_OPERATOR, Principal
from application.shared.ports import Cause
from application.shared.streams import Reference, named
from application.shared.views import View
from domain import identity
from domain.identity import ActiveUser, EndSessions, sessions
from domain.identity.sessions import (
    SIGNED_OUT,
    ConfirmSession,
    EndSession,
    SessionStarted,
    SignInWay,
    StartSession,
    stands,
)
from domain.shared.errors import Conflict, NotFound, Refused

REFRESH_LIFETIME = timedelta(days=30)
NO_LEEWAY = timedelta(0)
LOST_ANSWER = timedelta(seconds=10)
"""For how long a browser may send the same refresh token again: the answer with the next may never have come, since
somebody loaded the page anew or left the reach of their network."""


class KnownUser(msgspec.Struct, frozen=True):
    """Who a user is, and in which epoch of theirs that was looked up; `about` is what others know of them."""

    uid: UUID
    principal: Principal
    epoch: int
    about: tuple[str, ...]


async def known_user(commands: Commands, uid: UUID) -> KnownUser | None:
    """A user who may sign in now."""
    state = await commands.state(identity.DECIDER, uid)
    principal = principal_of(uid, state)
    if principal is None or not isinstance(state, ActiveUser):
        return None
    return KnownUser(uid, principal, state.epoch, (state.email, state.name))


class KeptSessions:
    """The use cases of sessions."""

    def __init__(self, commands: Commands, kept: Sessions) -> None:
        self._commands = commands
        self._kept = kept

    async def begin(
        self,
        user: KnownUser,
        credential: Credential | None,
        way: SignInWay,
        client: str,
        address: str,
        proven_at: datetime | None = None,
    ) -> tuple[Principal, str] | None:
        """A new session of a user who proved themselves, `proven_at` if not now, and its first refresh token.

        `address` is what stands for where they are.

        None if user or credential (of whoever proved to know a password) are not any more what was proven.
        """
        start = StartSession(
            user_uid=user.uid, epoch=user.epoch, way=way, proven_at=proven_at, address=address
        )
        principal = await self.started(user, start, self._own(user.principal))
        session = _session(principal)
        token = session and await self._kept.start(
            session, credential, client, way, self._now(), REFRESH_LIFETIME
        )
        return (principal, token) if principal and token else None

    async def started(self, user: KnownUser, start: StartSession, call: Call) -> Principal | None:
        """The user with a new session, in the log alone; None if the user is in another epoch by now."""
        uid, session_uid = user.uid, self._commands.new_id()

        async def prepare(view: View) -> Sequence[Write]:
            state = (await view.stream(identity.DECIDER, uid)).state
            if not isinstance(state, ActiveUser) or state.epoch != user.epoch:
                raise Conflict("the user has changed")
            return [Write(sessions.DECIDER, session_uid, start, is_new=True)]

        try:
            await self._commands.carry_out(call, prepare)
        except Conflict:
            return None
        return msgspec.structs.replace(user.principal, session_uid=session_uid)

    async def confirm(self, way: SignInWay, call: Call) -> Carried:
        """Note in the caller's session that they have proven themselves again.

        Raises:
            Refused: there is no session (`no_session`).
        """
        session_uid = call.principal.session_uid
        if session_uid is None:
            raise Refused("Whoever is at the machine itself has no session.", code="no_session")
        return await self._commands.tell(sessions.DECIDER, session_uid, ConfirmSession(way), call)

    async def renewed(
        self, refresh_token: str, address: str, leeway: timedelta = NO_LEEWAY
    ) -> tuple[Principal, str] | None:
        """The user of a session with the roles they have by now, and the next refresh token; the one given is used up.

        None if it is unknown, run out, or its session over. If it was used before, longer ago than the
        `leeway`, its session ends now, and the log tells at which `address` that was.
        """
        rotated = await self._kept.rotate(refresh_token, self._now(), REFRESH_LIFETIME, leeway)
        if rotated is None:
            return None
        session = rotated.session
        if rotated.token is None:
            await self._end(session, "refresh token reused", None, address)
            return None
        view = self._commands.view(THE_LOCAL_OPERATOR)
        await view.load(session.user_uid, session.session_uid)
        user = (await view.stream(identity.DECIDER, session.user_uid)).state
        began = (await view.stream(sessions.DECIDER, session.session_uid)).state
        principal = principal_of(session.user_uid, user)
        if principal is None or not stands(began, session.user_uid, user, view.now):
            return None
        return msgspec.structs.replace(principal, session_uid=session.session_uid), rotated.token

    async def sign_out(self, refresh_token: str) -> None:
        """End the session of a refresh token; nothing happens if it is unknown."""
        if session := await self._kept.of_token(refresh_token):
            await self._end(session, SIGNED_OUT, _own_name(session.user_uid))

    async def listed(self, principal: Principal) -> Sequence[OpenSession]:
        """The caller's sessions that are not over, the newest first."""
        if principal.user_uid is None:
            return ()
        return await self._kept.listed(principal.user_uid, self._now())

    async def end_own(self, session: Reference, call: Call) -> Carried:
        """End one of the caller's sessions; nothing happens if it is over.

        Raises:
            NotFound: the caller has no such session.
        """

        async def prepare(view: View) -> Sequence[Write]:
            uid = named(session)
            uid = uid if isinstance(uid, UUID) else NOBODY
            facts = (await view.stream(sessions.DECIDER, uid)).facts
            began = facts[0].event if facts else None
            owner = began.user_uid if isinstance(began, SessionStarted) else None
            if owner is None or owner != call.principal.user_uid:
                raise NotFound(f"You have no session with the id {session}.")
            return [Write(sessions.DECIDER, uid, EndSession("ended by its user"))]

        carried = await self._commands.carry_out(call, prepare)
        await self._kept.end(carried.uid, self._now(), "ended by its user")
        return carried

    async def end_all(self, user: Reference, call: Call) -> Carried:
        """End every session of a user that has begun so far."""
        carried = await self._commands.change(USER, user, EndSessions(), call)
        if not carried.replayed:
            await self._kept.end_all(carried.uid, self._now(), "ended by an operator")
        return carried

    async def _end(
        self, session: Session, because: str, by: Principal | None, address: str | None = None
    ) -> None:
        uid = session.session_uid
        with suppress(NotFound):  # one that began before sessions were told in the log
            command = EndSession(because, address)
            await self._commands.tell(sessions.DECIDER, uid, command, self._own(by))
        await self._kept.end(uid, self._now(), because)

    def _own(self, principal: Principal | None) -> Call:
        """What somebody does who has just proven who they are; None has not."""
        command = self._commands.new_id()
        actor = principal.actor if principal else NOBODY_KNOWN
        cause = Cause(actor=actor, correlation_id=command, causation_id=command)
        return Call(principal=principal, cause=cause) if principal else of_itself(cause)

    def _now(self) -> datetime:
        return self._commands.clock.now()


def _session(principal: Principal | None) -> Session | None:
    if principal is None or principal.session_uid is None or principal.user_uid is None:
        return None
    return Session(principal.session_uid, principal.user_uid)


def _own_name(user_uid: UUID) -> Principal:
    """A user who acts by something that only they hold, whatever they may do otherwise."""
    return Principal(user_uid=user_uid, name="", bank_uid=None, roles=frozenset())
