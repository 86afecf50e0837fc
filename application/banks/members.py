"""Admitting, changing and deactivating members."""

from collections.abc import Sequence

from application.banks.entities import BANK, MEMBER
from application.banks.people import NewMember, checked_person, let_in, role_ends
from application.banks.ports import FirstPasswords
from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.streams import Reference
from domain.banks.banks import open_bank
from domain.banks.members import AdmitMember, ChangeMember, DeactivateMember, member_of
from domain.identity import user_uid
from domain.shared.roles import Role, member_uid


class Members:
    """The use cases of members; they raise as `Commands` and `domain.banks.members` say."""

    def __init__(self, commands: Commands, passwords: FirstPasswords) -> None:
        self._commands = commands
        self._passwords = passwords

    async def admit(self, bank: Reference, new: NewMember, call: Call) -> Carried:
        """Make somebody a member, and a user if they are none; a password they have already stays.

        Raises:
            BankInactive: the bank is out of use.
            BelongsElsewhere, UserIsDeactivated: the address is that of a user who cannot be admitted here.
        """

        async def prepare(view: View) -> Sequence[Write]:
            at = await view.find(BANK, bank)
            open_bank(at.state)
            person = checked_person(new, "the member")
            user = user_uid(person.email)
            command = AdmitMember(
                bank_uid=at.uid,
                bank_id=at.id,
                user_uid=user,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
            )
            return [
                Write(MEMBER.decider, member_uid(at.uid, user), command),
                let_in(person, user, at.uid, Role.MEMBER),
            ]

        carried = await self._commands.carry_out(call, prepare)
        if new.password is not None:
            await self._passwords.give_password(user_uid(new.email), new.password)
        return carried

    async def change(self, member: Reference, change: ChangeMember, call: Call) -> Carried:
        """Change what is given of a member."""
        return await self._commands.change(MEMBER, member, change, call)

    async def deactivate(self, member: Reference, call: Call) -> Carried:
        """End a membership and take the role away from the user; nothing happens if it is over already."""

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(MEMBER, member)
            return [
                Write(MEMBER.decider, found.uid, DeactivateMember()),
                *role_ends(member_of(found.state), Role.MEMBER),
            ]

        return await self._commands.carry_out(call, prepare)
