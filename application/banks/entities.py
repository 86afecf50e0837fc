"""What there is in this context, for whoever looks one up: of their own bank, in use or not."""

from application.shared.permissions import bank_itself, of_bank
from application.shared.streams import Entity
from domain.banks import accounts, administrators, banks, members

BANK = Entity("bank", banks.DECIDER, banks.BankOpened, bank_itself)
ACCOUNT = Entity("bank account", accounts.DECIDER, accounts.BankAccountOpened, of_bank)
MEMBER = Entity("member", members.DECIDER, members.MemberAdmitted, of_bank)
ADMINISTRATOR = Entity(
    "administrator", administrators.DECIDER, administrators.AdministratorAppointed, of_bank
)
