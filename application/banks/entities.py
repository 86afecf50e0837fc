"""What there is in this context, in use or not, for whoever looks one up: of their own bank; of members, their own."""

from application.shared.permissions import bank_itself, of_bank, own_as_member, own_as_user
from application.shared.streams import Entity
from domain.banks import accounts, administrators, banks, members

BANK = Entity("bank", banks.DECIDER, banks.BankOpened, bank_itself)
ACCOUNT = Entity("bank account", accounts.DECIDER, accounts.BankAccountOpened, own_as_member)
MEMBER = Entity("member", members.DECIDER, members.MemberAdmitted, own_as_user)
ADMINISTRATOR = Entity(
    "administrator", administrators.DECIDER, administrators.AdministratorAppointed, of_bank
)
