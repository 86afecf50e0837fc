"""Admitting, changing and deactivating members."""

from collections.abc import Sequence

from application.banks.entities import BANK, MEMBER
from application.banks.people import NewMember, Standing, admission, let_go
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.streams import Reference
from application.shared.views import View
from domain.banks.members import AdmitMember, ChangeMember, DeactivateMember
from domain.shared.roles import Role, member_uid

_STANDING = Standing(entity=MEMBER, role=Role.MEMBER, uid=member_uid, ends=DeactivateMember())


class Members:
    """The use cases of members; they raise as `Commands`, `admission` and `domain.banks.members` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def admit(self, bank: Reference, new: NewMember, call: Call) -> Carried:
        """Make somebody a member, and a user if they are none."""
        by = call.principal.user_uid

        async def prepare(view: View) -> Sequence[Write]:
            at = await view.find(BANK, bank)
            return await admission(
                view, _STANDING, at.uid, new, lambda _, **who: AdmitMember(**who, admitted_by=by)
            )

        return await self._commands.carry_out(call, prepare)

    async def change(self, member: Reference, change: ChangeMember, call: Call) -> Carried:
        """Change what is given of a member."""
        return await self._commands.change(MEMBER, member, change, call)

    async def deactivate(self, member: Reference, call: Call) -> Carried:
        """End a membership."""
        return await let_go(self._commands, _STANDING, member, call)
