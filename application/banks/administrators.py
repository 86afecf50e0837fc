"""Appointing, changing and deactivating administrators."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from application.banks.changes import Changes, NewPerson, checked_person, let_in, role_ends
from application.banks.directory import ADMINISTRATORS
from application.banks.ports import FirstPasswords
from application.shared.lookup import Reference
from application.shared.permissions import Principal
from application.shared.ports import Cause, Idempotency
from application.shared.together import Done, Step
from domain.banks.administrators import (
    AppointAdministrator,
    ChangeAdministrator,
    DeactivateAdministrator,
    administrator_of,
)
from domain.banks.banks import open_bank
from domain.identity import user_uid
from domain.shared.roles import Role, administrator_uid


class NewAdministrator(NewPerson, frozen=True, kw_only=True):
    """An administrator to appoint; `currency` is that of the limit, and of the bank if not given."""

    approval_limit: Decimal | None = None
    currency: str | None = None


class AdministratorUseCases:
    """The use cases of administrators."""

    def __init__(self, changes: Changes, passwords: FirstPasswords) -> None:
        self._changes = changes
        self._passwords = passwords

    async def appoint(
        self,
        bank: Reference,
        new: NewAdministrator,
        cause: Cause,
        *,
        principal: Principal,
        idempotency: Idempotency | None = None,
    ) -> Done:
        """Make somebody an administrator, and a user if they are none; a password they have already stays.

        Raises:
            BankInactive, AlreadyAdministrator, OwnLimitForbidden: as the deciders say.
            BelongsElsewhere, UserIsDeactivated: the address is that of a user who cannot be admitted here.
        """

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.bank(bank, principal.bank_uid)
            at = open_bank(found.state)
            person = checked_person(new, "the administrator")
            user = user_uid(person.email)
            command = AppointAdministrator(
                bank_uid=found.uid,
                bank_id=found.id,
                user_uid=user,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                approval_limit=new.approval_limit,
                currency=at.currency if new.currency is None else new.currency,
                by=principal.user_uid,
            )
            return [
                Step(ADMINISTRATORS, administrator_uid(found.uid, user), command),
                let_in(person, user, found.uid, Role.ADMINISTRATOR),
            ]

        done = await self._changes.together(prepare, cause, idempotency)
        if new.password is not None:
            await self._passwords.give_password(user_uid(new.email), new.password)
        return done

    async def change(
        self,
        administrator: Reference,
        command: ChangeAdministrator,
        cause: Cause,
        *,
        principal: Principal,
        if_version: int | None = None,
    ) -> Done:
        """Change what is given of an administrator.

        Raises:
            AdministratorInactive, OwnLimitForbidden: as the decider says.
        """
        by = msgspec.structs.replace(command, by=principal.user_uid)

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.administrator(administrator, principal.bank_uid)
            return [Step(ADMINISTRATORS, found.uid, by, if_version)]

        return await self._changes.together(prepare, cause)

    async def deactivate(
        self,
        administrator: Reference,
        cause: Cause,
        *,
        sees: UUID | None,
        if_version: int | None = None,
    ) -> Done:
        """End an appointment and take the role away from the user; nothing happens if it is over already."""

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.administrator(administrator, sees)
            return [
                Step(ADMINISTRATORS, found.uid, DeactivateAdministrator(), if_version),
                *role_ends(administrator_of(found.state), Role.ADMINISTRATOR),
            ]

        return await self._changes.together(prepare, cause)
