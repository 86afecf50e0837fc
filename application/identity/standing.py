"""Whether a caller may still give commands: looked up with what the command rests on, and not only read off a token."""

from uuid import UUID

from application.identity.service_accounts import check_machine
from application.shared.commands import CallerStanding, View
from application.shared.permissions import Principal
from domain import identity
from domain.identity import ActiveUser, sessions
from domain.shared.errors import Unauthenticated


class SessionStanding(CallerStanding):
    """A caller with a session stands as long as that, the user and each of the token's roles do.

    Who has none is Daybook itself, or somebody at the machine.
    """

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
