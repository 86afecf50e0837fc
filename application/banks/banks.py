"""Opening, changing and deactivating banks."""

import msgspec

from application.banks.entities import BANK
from application.banks.ports import IbanRegistry
from application.shared.commands import Call, Carried, Commands
from application.shared.streams import Reference
from domain.banks.banks import ChangeBank, DeactivateBank, OpenBank


class Banks:
    """The use cases of banks themselves; they raise as `Commands` and `domain.banks.banks` say."""

    def __init__(self, commands: Commands, ibans: IbanRegistry) -> None:
        self._commands = commands
        self._ibans = ibans

    async def open(self, new: OpenBank, call: Call) -> Carried:
        """Open a bank on a stream of its own."""
        if new.iban is not None:
            new = msgspec.structs.replace(new, iban=self._ibans.normal(new.iban))
        return await self._commands.start(BANK.decider, new, call)

    async def change(self, bank: Reference, change: ChangeBank, call: Call) -> Carried:
        """Change what is given of a bank."""
        if isinstance(change.iban, str):
            change = msgspec.structs.replace(change, iban=self._ibans.normal(change.iban))
        return await self._commands.change(BANK, bank, change, call)

    async def deactivate(self, bank: Reference, call: Call) -> Carried:
        """Take a bank out of use; nothing happens if it is already."""
        return await self._commands.change(BANK, bank, DeactivateBank(), call)
