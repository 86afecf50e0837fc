"""Having a user begin anew, who lost their passkeys or is somebody else to the provider by now."""

from collections.abc import Sequence

from application.identity.ports import Sessions
from application.identity.users import USER
from application.identity.way_ports import Passkeys
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.streams import Reference
from application.shared.views import View
from domain import identity
from domain.identity import EndSessions, ways
from domain.identity.ways import ForgetWays, ways_uid


class ForgottenWays:
    """The use case of it."""

    def __init__(self, commands: Commands, kept: Passkeys, sessions: Sessions) -> None:
        self._commands = commands
        self._kept = kept
        self._sessions = sessions

    async def forget_ways(self, user: Reference, call: Call) -> Carried:
        """Forget a user's passkeys and whom the provider named, and end every session of theirs."""

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(USER, user)
            return (
                Write(identity.DECIDER, found.uid, EndSessions()),
                Write(ways.DECIDER, ways_uid(found.uid), ForgetWays()),
            )

        carried = await self._commands.carry_out(call, prepare)
        if not carried.replayed:
            await self._kept.remove_all(carried.uid)
            await self._sessions.end_all(carried.uid, self._commands.clock.now(), "ways forgotten")
        return carried
