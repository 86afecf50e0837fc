"""Appointing, changing and deactivating administrators."""

from typing import Any

import msgspec

from application.banks.entities import ADMINISTRATOR
from application.banks.people import NewAdministrator, People, Standing
from application.shared.commands import Call, Carried, Commands
from application.shared.streams import Reference
from domain.banks.administrators import (
    AppointAdministrator,
    ChangeAdministrator,
    DeactivateAdministrator,
)
from domain.banks.banks import Bank
from domain.shared.roles import Role, administrator_uid

_STANDING = Standing(
    entity=ADMINISTRATOR,
    role=Role.ADMINISTRATOR,
    uid=administrator_uid,
    ends=DeactivateAdministrator(),
)


class Administrators:
    """The use cases of administrators; they raise as `Commands`, `People` and `domain.banks.administrators` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._people = People(_STANDING, commands)

    async def appoint(self, bank: Reference, new: NewAdministrator, call: Call) -> Carried:
        """Make somebody an administrator, and a user if they are none."""

        def command(opened: Bank, **who: Any) -> AppointAdministrator:
            return AppointAdministrator(
                **who,
                approval_limit=new.approval_limit,
                currency=opened.currency if new.currency is None else new.currency,
                appointed_by=call.principal.user_uid,
            )

        return await self._people.take_in(bank, new, call, command)

    async def change(
        self, administrator: Reference, change: ChangeAdministrator, call: Call
    ) -> Carried:
        """Change what is given of an administrator."""
        by = msgspec.structs.replace(change, changed_by=call.principal.user_uid)
        return await self._commands.change(ADMINISTRATOR, administrator, by, call)

    async def deactivate(self, administrator: Reference, call: Call) -> Carried:
        """End an appointment."""
        return await self._people.let_go(administrator, call)
