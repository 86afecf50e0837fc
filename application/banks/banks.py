"""Opening, changing and deactivating banks."""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from application.banks.changes import Changes
from application.banks.directory import BANKS
from application.banks.ports import IbanRegistry
from application.shared.lookup import Reference
from application.shared.ports import Cause, Idempotency
from application.shared.together import Done, Step
from domain.banks.banks import ChangeBank, DeactivateBank, OpenBank


class BankUseCases:
    """The use cases of banks themselves."""

    def __init__(self, changes: Changes, new_id: Callable[[], UUID], ibans: IbanRegistry) -> None:
        self._changes = changes
        self._new_id = new_id
        self._ibans = ibans

    async def open(
        self, command: OpenBank, cause: Cause, idempotency: Idempotency | None = None
    ) -> Done:
        """Open a bank on a stream of its own."""
        uid = self._new_id()

        async def prepare() -> Sequence[Step]:
            iban = None if command.iban is None else self._ibans.normal(command.iban)
            return [Step(BANKS, uid, msgspec.structs.replace(command, iban=iban))]

        return await self._changes.together(prepare, cause, idempotency)

    async def change(
        self,
        bank: Reference,
        command: ChangeBank,
        cause: Cause,
        *,
        sees: UUID | None,
        if_version: int | None = None,
    ) -> Done:
        """Change what is given of a bank; `BankInactive` if it is out of use."""

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.bank(bank, sees)
            changed = command
            if command.iban is not UNSET and command.iban is not None:
                normal = self._ibans.normal(command.iban)
                changed = msgspec.structs.replace(command, iban=normal)
            return [Step(BANKS, found.uid, changed, if_version)]

        return await self._changes.together(prepare, cause)

    async def deactivate(
        self, bank: Reference, cause: Cause, *, sees: UUID | None, if_version: int | None = None
    ) -> Done:
        """Take a bank out of use; nothing happens if it is already."""

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.bank(bank, sees)
            return [Step(BANKS, found.uid, DeactivateBank(), if_version)]

        return await self._changes.together(prepare, cause)
