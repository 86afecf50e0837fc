"""Looking up banks and what belongs to them, on the log itself and only as far as the caller may see.

`sees` is the bank whose data a caller sees (`Principal.bank_uid`), None for one who sees all. Another bank's things are
answered exactly like things that are not there.
"""

from uuid import UUID

from application.shared.lookup import Found, Reference, find
from application.shared.ports import EventLog
from domain.banks import accounts, administrators, banks, members
from domain.shared.errors import NotFound

BANKS = banks.DECIDER
ACCOUNTS = accounts.DECIDER
MEMBERS = members.DECIDER
ADMINISTRATORS = administrators.DECIDER


class Directory:
    """Finds by integer id or uid.

    Raises:
        Malformed: a reference is neither an integer nor a UUID.
        NotFound: there is no such thing, or the caller may not see it.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def bank(self, reference: Reference, sees: UUID | None) -> Found[banks.State]:
        """A bank, in use or not."""
        found = await find(self._log, BANKS, reference, banks.BankOpened, "bank")
        _check_seen(found.uid, sees, "bank", reference)
        return found

    async def account(self, reference: Reference, sees: UUID | None) -> Found[accounts.State]:
        """An account, in use or closed."""
        found = await find(
            self._log, ACCOUNTS, reference, accounts.BankAccountOpened, "bank account"
        )
        account = accounts.account_of(found.state)
        _check_seen(account.bank_uid if account else None, sees, "bank account", reference)
        return found

    async def member(self, reference: Reference, sees: UUID | None) -> Found[members.State]:
        """A member, active or not."""
        found = await find(self._log, MEMBERS, reference, members.MemberAdmitted, "member")
        member = members.member_of(found.state)
        _check_seen(member.bank_uid if member else None, sees, "member", reference)
        return found

    async def administrator(
        self, reference: Reference, sees: UUID | None
    ) -> Found[administrators.State]:
        """An administrator, active or not."""
        found = await find(
            self._log,
            ADMINISTRATORS,
            reference,
            administrators.AdministratorAppointed,
            "administrator",
        )
        administrator = administrators.administrator_of(found.state)
        _check_seen(
            administrator.bank_uid if administrator else None, sees, "administrator", reference
        )
        return found


def _check_seen(bank_uid: UUID | None, sees: UUID | None, noun: str, reference: Reference) -> None:
    if sees is not None and bank_uid != sees:
        raise NotFound(f"There is no {noun} with the id {reference}.")
