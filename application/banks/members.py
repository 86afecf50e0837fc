"""Admitting, changing and deactivating members."""

from application.banks.entities import MEMBER
from application.banks.people import NewMember, People, Standing
from application.shared.commands import Call, Carried, Commands
from application.shared.streams import Reference
from domain.banks.members import AdmitMember, ChangeMember, DeactivateMember
from domain.shared.roles import Role, member_uid

_STANDING = Standing(entity=MEMBER, role=Role.MEMBER, uid=member_uid, ends=DeactivateMember())


class Members:
    """The use cases of members; they raise as `Commands`, `People` and `domain.banks.members` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._people = People(_STANDING, commands)

    async def admit(self, bank: Reference, new: NewMember, call: Call) -> Carried:
        """Make somebody a member, and a user if they are none."""
        by = call.principal.user_uid
        return await self._people.take_in(
            bank, new, call, lambda _, **who: AdmitMember(**who, admitted_by=by)
        )

    async def change(self, member: Reference, change: ChangeMember, call: Call) -> Carried:
        """Change what is given of a member."""
        return await self._commands.change(MEMBER, member, change, call)

    async def deactivate(self, member: Reference, call: Call) -> Carried:
        """End a membership."""
        return await self._people.let_go(member, call)
