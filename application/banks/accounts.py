"""Opening, changing and closing the accounts of members."""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from application.banks.changes import Changes
from application.banks.directory import ACCOUNTS
from application.banks.ports import IbanRegistry
from application.shared.lookup import Reference
from application.shared.ports import Cause, Idempotency
from application.shared.together import Done, Step
from domain.banks.accounts import ChangeAccount, CloseAccount, OpenAccount
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.shared.account_numbers import AccountNumbers


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account to open; `holder` is the member's name and `currency` that of the bank if not given."""

    member: Reference
    numbers: AccountNumbers
    holder: str | None = None
    currency: str | None = None


class AccountUseCases:
    """The use cases of accounts."""

    def __init__(self, changes: Changes, new_id: Callable[[], UUID], ibans: IbanRegistry) -> None:
        self._changes = changes
        self._new_id = new_id
        self._ibans = ibans

    async def open(
        self,
        bank: Reference,
        new: NewAccount,
        cause: Cause,
        *,
        sees: UUID | None,
        idempotency: Idempotency | None = None,
    ) -> Done:
        """Open an account of a member of this bank.

        Raises:
            BankInactive, MemberInactive: the bank is out of use, or the membership over.
        """
        uid = self._new_id()

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.bank(bank, sees)
            at = open_bank(found.state)
            of = await self._changes.directory.member(new.member, found.uid)
            command = OpenAccount(
                bank_uid=found.uid,
                bank_id=found.id,
                member_uid=of.uid,
                bank_member_id=of.id,
                holder=active_member(of.state).name if new.holder is None else new.holder,
                currency=at.currency if new.currency is None else new.currency,
                numbers=self._normal(new.numbers),
            )
            return [Step(ACCOUNTS, uid, command)]

        return await self._changes.together(prepare, cause, idempotency)

    async def change(
        self,
        account: Reference,
        command: ChangeAccount,
        cause: Cause,
        *,
        sees: UUID | None,
        if_version: int | None = None,
    ) -> Done:
        """Change what is given of an account; `AccountClosed` if it is closed."""

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.account(account, sees)
            changed = command
            if command.numbers is not UNSET:
                numbers = self._normal(command.numbers)
                changed = msgspec.structs.replace(command, numbers=numbers)
            return [Step(ACCOUNTS, found.uid, changed, if_version)]

        return await self._changes.together(prepare, cause)

    async def close(
        self, account: Reference, cause: Cause, *, sees: UUID | None, if_version: int | None = None
    ) -> Done:
        """Take an account out of use; nothing happens if it is already."""

        async def prepare() -> Sequence[Step]:
            found = await self._changes.directory.account(account, sees)
            return [Step(ACCOUNTS, found.uid, CloseAccount(), if_version)]

        return await self._changes.together(prepare, cause)

    def _normal(self, numbers: AccountNumbers) -> AccountNumbers:
        if numbers.iban is None:
            return numbers
        return msgspec.structs.replace(numbers, iban=self._ibans.normal(numbers.iban))
