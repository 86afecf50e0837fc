"""Opening, changing and closing the accounts of members."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from application.banks.entities import ACCOUNT, BANK, MEMBER
from application.banks.ports import IbanRegistry
from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.streams import Reference
from domain.banks.accounts import ChangeAccount, CloseAccount, OpenAccount
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.shared.account_numbers import AccountNumbers


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account to open, named by `iban`, or by `routing_number` (ABA) and `account_number`.

    `holder` is the member's name and `currency` that of the bank if they are not given.
    """

    bank_member_id: int | UUID
    iban: str | None = None
    routing_number: str | None = None
    account_number: str | None = None
    holder: str | None = None
    currency: str | None = None


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of an account; what is not given stays. Any number given replaces all that were there."""

    iban: str | UnsetType = UNSET
    routing_number: str | UnsetType = UNSET
    account_number: str | UnsetType = UNSET
    holder: str | UnsetType = UNSET


class Accounts:
    """The use cases of accounts; they raise as `Commands` and `domain.banks.accounts` say."""

    def __init__(self, commands: Commands, ibans: IbanRegistry) -> None:
        self._commands = commands
        self._ibans = ibans

    async def open(self, bank: Reference, new: NewAccount, call: Call) -> Carried:
        """Open an account of a member of this bank.

        Raises:
            BankInactive, MemberInactive: the bank is out of use, or the membership over.
        """
        uid = self._commands.new_id()

        async def prepare(view: View) -> Sequence[Write]:
            await view.load(bank, new.bank_member_id)
            at = await view.find(BANK, bank)
            opened = open_bank(at.state)
            of = await view.find(MEMBER, new.bank_member_id, bank_uid=at.uid)
            name = active_member(of.state).name
            command = OpenAccount(
                bank_uid=at.uid,
                bank_id=at.id,
                member_uid=of.uid,
                bank_member_id=of.id,
                holder=name if new.holder is None else new.holder,
                currency=opened.currency if new.currency is None else new.currency,
                numbers=self._numbers(new),
                made_by=call.principal.user_uid,
            )
            return [Write(ACCOUNT.decider, uid, command, is_new=True)]

        return await self._commands.carry_out(call, prepare)

    async def change(self, account: Reference, change: AccountChange, call: Call) -> Carried:
        """Change what is given of an account."""
        numbers = self._numbers(change)
        command = ChangeAccount(
            holder=change.holder,
            numbers=UNSET if numbers == AccountNumbers() else numbers,
            made_by=call.principal.user_uid,
        )
        return await self._commands.change(ACCOUNT, account, command, call)

    async def close(self, account: Reference, call: Call) -> Carried:
        """Take an account out of use; nothing happens if it is already."""
        return await self._commands.change(ACCOUNT, account, CloseAccount(), call)

    def _numbers(self, given: NewAccount | AccountChange) -> AccountNumbers:
        names = AccountNumbers.__struct_fields__
        numbers = {name: it for name in names if (it := getattr(given, name)) is not UNSET}
        if numbers.get("iban") is not None:
            numbers["iban"] = self._ibans.normal(numbers["iban"])
        return AccountNumbers(**numbers)
