"""Appointing, changing and deactivating administrators."""

from collections.abc import Sequence

import msgspec

from application.banks.entities import ADMINISTRATOR, BANK
from application.banks.people import NewAdministrator, checked_person, let_in, role_ends
from application.banks.ports import FirstPasswords
from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.streams import Reference
from domain.banks.administrators import (
    AppointAdministrator,
    ChangeAdministrator,
    DeactivateAdministrator,
    administrator_of,
)
from domain.banks.banks import open_bank
from domain.identity import user_uid
from domain.shared.roles import Role, administrator_uid


class Administrators:
    """The use cases of administrators; they raise as `Commands` and `domain.banks.administrators` say."""

    def __init__(self, commands: Commands, passwords: FirstPasswords) -> None:
        self._commands = commands
        self._passwords = passwords

    async def appoint(self, bank: Reference, new: NewAdministrator, call: Call) -> Carried:
        """Make somebody an administrator, and a user if they are none; a password they have already stays.

        Raises:
            BankInactive: the bank is out of use.
            BelongsElsewhere, UserIsDeactivated: the address is that of a user who cannot be admitted here.
        """

        async def prepare(view: View) -> Sequence[Write]:
            at = await view.find(BANK, bank)
            opened = open_bank(at.state)
            person = checked_person(new, "the administrator")
            user = user_uid(person.email)
            command = AppointAdministrator(
                bank_uid=at.uid,
                bank_id=at.id,
                user_uid=user,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                approval_limit=new.approval_limit,
                currency=opened.currency if new.currency is None else new.currency,
                by=call.principal.user_uid,
            )
            return [
                Write(ADMINISTRATOR.decider, administrator_uid(at.uid, user), command),
                let_in(person, user, at.uid, Role.ADMINISTRATOR),
            ]

        carried = await self._commands.carry_out(call, prepare)
        if new.password is not None:
            await self._passwords.give_password(user_uid(new.email), new.password)
        return carried

    async def change(
        self, administrator: Reference, change: ChangeAdministrator, call: Call
    ) -> Carried:
        """Change what is given of an administrator."""
        by = msgspec.structs.replace(change, by=call.principal.user_uid)
        return await self._commands.change(ADMINISTRATOR, administrator, by, call)

    async def deactivate(self, administrator: Reference, call: Call) -> Carried:
        """End an appointment and take the role away from the user; nothing happens if it is over already."""

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(ADMINISTRATOR, administrator)
            return [
                Write(ADMINISTRATOR.decider, found.uid, DeactivateAdministrator()),
                *role_ends(administrator_of(found.state), Role.ADMINISTRATOR),
            ]

        return await self._commands.carry_out(call, prepare)
