"""Banks, their accounts, members and administrators: who may look them up, and the use cases that change them."""

from collections.abc import Callable
from uuid import UUID

from application.banks.accounts import AccountUseCases, NewAccount
from application.banks.administrators import AdministratorUseCases, NewAdministrator
from application.banks.banks import BankUseCases
from application.banks.changes import Changes, NewPerson
from application.banks.directory import ACCOUNTS, ADMINISTRATORS, BANKS, MEMBERS, Directory
from application.banks.members import MemberUseCases
from application.banks.ports import FirstPasswords, IbanRegistry
from application.shared.ports import Clock, EventLog

__all__ = [
    "ACCOUNTS",
    "ADMINISTRATORS",
    "BANKS",
    "MEMBERS",
    "Banks",
    "Directory",
    "FirstPasswords",
    "IbanRegistry",
    "NewAccount",
    "NewAdministrator",
    "NewPerson",
]


class Banks:
    """The context as interfaces use it: `directory` looks up, the others change."""

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        new_id: Callable[[], UUID],
        ibans: IbanRegistry,
        passwords: FirstPasswords,
    ) -> None:
        changes = Changes(log, clock)
        self.directory = changes.directory
        self.banks = BankUseCases(changes, new_id, ibans)
        self.accounts = AccountUseCases(changes, new_id, ibans)
        self.members = MemberUseCases(changes, passwords)
        self.administrators = AdministratorUseCases(changes, passwords)
