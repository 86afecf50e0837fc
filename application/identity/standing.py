"""Whether a caller may still give commands: looked up with what the command rests on, and not only read off a token."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from application.identity.service_accounts import check_machine
from application.shared.permissions import Principal, Proof
from application.shared.views import CallerStanding, View
from domain import identity
from domain.identity import ActiveUser, sessions, ways
from domain.identity.sessions import RECENT, RunningSession, SignInWay, is_proven
from domain.identity.ways import ways_uid
from domain.shared.errors import Forbidden, Unauthenticated
from domain.shared.roles import Role

AskedWays = Mapping[Role, frozenset[SignInWay]]
"""The ways of signing in that roles ask for; a role that is not named takes any."""

_ANY = frozenset(SignInWay)
_PASSKEY = frozenset({SignInWay.PASSKEY})
_EVER = dt.datetime.min.replace(tzinfo=dt.UTC)


class SessionStanding(CallerStanding):
    """A caller with a session stands as long as that, the user and each of the token's roles do.

    Who has none is Daybook itself, or somebody at the machine.
    """

    def __init__(self, asked: AskedWays | None = None) -> None:
        self._asked = asked or {}

    def streams(self, principal: Principal) -> tuple[UUID, ...]:
        if principal.is_machine and principal.user_uid is not None:
            return (principal.user_uid,)
        if principal.session_uid is None or principal.user_uid is None:
            return ()
        return principal.user_uid, principal.session_uid

    async def check(self, view: View) -> None:
        caller = view.principal
        if caller.is_machine:
            await check_machine(view)
            return
        user_uid, session_uid = self.streams(caller)
        user = (await view.stream(identity.DECIDER, user_uid)).state
        session = (await view.stream(sessions.DECIDER, session_uid)).state
        if not sessions.stands(session, user_uid, user, view.now):
            raise Unauthenticated("Your session has ended; sign in again.", code="session_ended")
        if not isinstance(user, ActiveUser) or not caller.roles <= user.roles:
            raise Unauthenticated(
                "Your roles have changed since this token was issued; get another one by POST /auth/refresh.",
                code="roles_changed",
            )
        if view.proof is not Proof.SESSION:
            await self._check_proof(view, session)

    async def _check_proof(self, view: View, session: RunningSession) -> None:
        roles = _asked_as(view.principal)
        asked = {role: accepted for role, accepted in self._asked.items() if role in roles}
        if view.proof is Proof.ENROLMENT and not await _passkeys(view, session.user_uid):
            # The first of a user whose role takes nothing else: there is no other way to come by one.
            asked = {role: accepted for role, accepted in asked.items() if accepted != _PASSKEY}
        if not is_proven(session, asked.values(), _EVER):
            raise _stronger_required(asked)
        if view.proof is not Proof.SIGN_IN:
            since = view.now - RECENT
            if not is_proven(session, (*asked.values(), _ANY), since):
                raise _recent_required(asked)


def _asked_as(caller: Principal) -> frozenset[Role]:
    """As what somebody is asked how they signed in: whoever reads every bank, as strictly as those who operate them."""
    return caller.roles | {Role.OPERATOR} if caller.audits_firm else caller.roles


async def _passkeys(view: View, user_uid: UUID) -> Mapping[UUID, str]:
    return (await view.stream(ways.DECIDER, ways_uid(user_uid))).state.passkeys


def _stronger_required(asked: AskedWays) -> Forbidden:
    told = _told(asked)
    said = "; ".join(f"{role} by {' or '.join(accepted)}" for role, accepted in told.items())
    return Forbidden(
        f"Your role asks for another way of signing in: {said}. Sign in so, or confirm this session.",
        code="stronger_sign_in_required",
        expected_ways=told,
    )


def _recent_required(asked: AskedWays) -> Forbidden:
    minutes = int(RECENT.total_seconds() / 60)
    return Forbidden(
        f"This asks for a sign-in of the last {minutes} minutes; prove again who you are by POST /auth/confirm.",
        code="recent_sign_in_required",
        recent_s=int(RECENT.total_seconds()),
        expected_ways=_told(asked),
    )


def _told(asked: AskedWays) -> dict[str, list[str]]:
    return {str(role): sorted(accepted) for role, accepted in sorted(asked.items())}
