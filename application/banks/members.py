"""Admitting, changing and deactivating members."""

from collections.abc import Sequence
from uuid import UUID

from application.banks.changes import Changes, NewPerson, checked_person, let_in, role_ends
from application.banks.directory import MEMBERS
from application.banks.ports import FirstPasswords
from application.shared.lookup import Reference
from application.shared.ports import Cause, Idempotency
from application.shared.together import Done, Step
from domain.banks.banks import open_bank
from domain.banks.members import AdmitMember, ChangeMember, DeactivateMember, member_of
from domain.identity import user_uid
from domain.shared.roles import Role, member_uid


class MemberUseCases:
    """The use cases of members."""

    def __init__(self, changes: Changes, passwords: FirstPasswords) -> None:
        self._changes = changes
        self._passwords = passwords

    async def admit(
        self,
        bank: Reference,
        new: NewPerson,
        cause: Cause,
        *,
        sees: UUID | None,
        idempotency: Idempotency | None = None,
    ) -> Done:
        """Make somebody a member, and a user if they are none; a password they have already stays.

        Raises:
            BankInactive, AlreadyMember: as the deciders say.
            BelongsElsewhere, UserIsDeactivated: the address is that of a user who cannot be admitted here.
        """

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.bank(bank, sees)
            open_bank(found.state)
            person = checked_person(new, "the member")
            user = user_uid(person.email)
            command = AdmitMember(
                bank_uid=found.uid,
                bank_id=found.id,
                user_uid=user,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
            )
            return [
                Step(MEMBERS, member_uid(found.uid, user), command),
                let_in(person, user, found.uid, Role.MEMBER),
            ]

        done = await self._changes.together(prepare, cause, idempotency)
        if new.password is not None:
            await self._passwords.give_password(user_uid(new.email), new.password)
        return done

    async def change(
        self,
        member: Reference,
        command: ChangeMember,
        cause: Cause,
        *,
        sees: UUID | None,
        if_version: int | None = None,
    ) -> Done:
        """Change what is given of a member; `MemberInactive` if the membership is over."""

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.member(member, sees)
            return [Step(MEMBERS, found.uid, command, if_version)]

        return await self._changes.together(prepare, cause)

    async def deactivate(
        self, member: Reference, cause: Cause, *, sees: UUID | None, if_version: int | None = None
    ) -> Done:
        """End a membership and take the role away from the user; nothing happens if it is over already."""

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.member(member, sees)
            return [
                Step(MEMBERS, found.uid, DeactivateMember(), if_version),
                *role_ends(member_of(found.state), Role.MEMBER),
            ]

        return await self._changes.together(prepare, cause)
