"""Opening, changing and closing the accounts of members. To change one of somebody else's takes a second person."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from application.banks.entities import ACCOUNT, BANK, MEMBER
from application.banks.ports import IbanRegistry
from application.shared.commands import Call, Carried, Commands, Write
from application.shared.proposals import Draft, Hands, ProposalKind, Proposing
from application.shared.streams import Reference
from application.shared.views import View
from domain.banks import numbers as number_keys
from domain.banks.accounts import ChangeAccount, CloseAccount, OpenAccount
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.banks.numbers import ReleaseNumber, UseNumber, number_uid
from domain.proposals import ProposalOutdated
from domain.shared.account_numbers import AccountNumbers
from domain.shared.kits import known
from domain.shared.rules import of_same_fields


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


class PayeeChange(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an account, which belongs to `owner`, is to pay instead of its payee version of now."""

    bank_account_uid: UUID
    owner: str
    payee_version: int
    holder: str | UnsetType = UNSET
    iban: str | None = None
    routing_number: str | None = None
    account_number: str | None = None

    @property
    def numbers(self) -> AccountNumbers | UnsetType:
        """Its other numbers."""
        numbers = of_same_fields(AccountNumbers, self)
        return UNSET if numbers == AccountNumbers() else numbers


async def _changing(view: View, terms: PayeeChange, hands: Hands) -> Sequence[Write]:
    found = await view.stream(ACCOUNT.decider, terms.bank_account_uid)
    was = known(found.state)
    if was is None or was.payee_version != terms.payee_version:
        raise ProposalOutdated("The account was changed since this was proposed.")
    old = number_uid(was.bank_uid, was.numbers)
    new = old if terms.numbers is UNSET else number_uid(was.bank_uid, terms.numbers)
    moved: list[Write] = []
    if new and new != old:
        await view.load(*filter(None, (old, new)))
        moved = [_used(new, found.uid, was.member_uid)]
        moved += [_released(old, found.uid, was.member_uid)] if old else []
    command = ChangeAccount(
        holder=terms.holder,
        numbers=terms.numbers,
        duplicate_of=await _duplicate_of(view, new, was.member_uid) if moved else UNSET,
        made_by=hands.proposed_by,
        confirmed_by=hands.confirmed_by,
    )
    return [Write(ACCOUNT.decider, found.uid, command), *moved]


PAYEE = ProposalKind(
    name="payee",
    terms=PayeeChange,
    writes=_changing,
    summary=lambda it: f"Change the account that {it.owner} is paid into",
    owner_is_enough=True,
)


class Accounts:
    """The use cases of accounts; they raise as `Proposing` and `domain.banks.accounts` say.

    Members open, change and close their own; others do so for them, a change being confirmed by the member or by a
    second person.
    """

    def __init__(self, commands: Commands, ibans: IbanRegistry, proposing: Proposing) -> None:
        self._commands = commands
        self._ibans = ibans
        self._proposing = proposing

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
            numbers = self._numbers(new)
            key = number_uid(at.uid, numbers)
            command = OpenAccount(
                bank_uid=at.uid,
                bank_id=at.id,
                member_uid=of.uid,
                bank_member_id=of.id,
                holder=name if new.holder is None else new.holder,
                currency=opened.currency if new.currency is None else new.currency,
                numbers=numbers,
                duplicate_of=await _duplicate_of(view, key, of.uid),
                made_by=call.principal.user_uid,
            )
            used = [_used(key, uid, of.uid)] if key else []
            return [Write(ACCOUNT.decider, uid, command, is_new=True), *used]

        return await self._commands.carry_out(call, prepare)

    async def change(self, account: Reference, change: AccountChange, call: Call) -> Carried:
        """Change what is given of an account, if it is the caller's own; else propose it."""
        numbers = self._numbers(change)

        async def draft(view: View) -> Draft[PayeeChange]:
            found = await view.find(ACCOUNT, account)
            was = known(found.state)
            if was is None:
                raise ACCOUNT.unknown(account)
            owner = known((await view.stream(MEMBER.decider, was.member_uid)).state)
            of = owner.user_uid if owner else None
            return Draft(
                terms=PayeeChange(
                    bank_account_uid=found.uid,
                    owner=owner.name if owner else was.holder,
                    payee_version=was.payee_version,
                    holder=change.holder,
                    **msgspec.structs.asdict(numbers),
                ),
                bank_uid=was.bank_uid,
                bank_id=was.bank_id,
                concerns=(of,) if of else (),
                at_once=of is not None and of == call.principal.user_uid,
            )

        return await self._proposing.propose(PAYEE, draft, call)

    async def close(self, account: Reference, call: Call) -> Carried:
        """Take an account out of use; nothing happens if it is already."""

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(ACCOUNT, account)
            writes = [Write(ACCOUNT.decider, found.uid, CloseAccount())]
            was = known(found.state)
            if was and (key := number_uid(was.bank_uid, was.numbers)):
                writes.append(_released(key, found.uid, was.member_uid))
            return writes

        return await self._commands.carry_out(call, prepare)

    def _numbers(self, given: NewAccount | AccountChange) -> AccountNumbers:
        names = AccountNumbers.__struct_fields__
        numbers = {name: it for name in names if (it := getattr(given, name)) is not UNSET}
        if numbers.get("iban") is not None:
            numbers["iban"] = self._ibans.normal(numbers["iban"])
        return AccountNumbers(**numbers)


async def _duplicate_of(view: View, key: UUID | None, member: UUID) -> UUID | None:
    """The earliest account of somebody else with this number."""
    return (await view.stream(number_keys.DECIDER, key)).state.of_another(member) if key else None


def _used(key: UUID, account: UUID, member: UUID) -> Write:
    return Write(number_keys.DECIDER, key, UseNumber(bank_account_uid=account, member_uid=member))


def _released(key: UUID, account: UUID, member: UUID) -> Write:
    return Write(
        number_keys.DECIDER, key, ReleaseNumber(bank_account_uid=account, member_uid=member)
    )
