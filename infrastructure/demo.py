"""People and banks of firms that do not exist, so that a first look has somebody to be.

Rules upheld here:
- everything comes about by the same use cases as in earnest, and doing it again changes nothing;
- everybody has the same published password, so this is only for a Daybook that nobody else can reach.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from application.banks.accounts import Accounts, NewAccount
from application.banks.administrators import Administrators
from application.banks.banks import Banks
from application.banks.members import Members
from application.banks.people import NewAdministrator, NewMember
from application.identity.users import NewColleague, Users
from application.shared.commands import Call
from application.shared.permissions import LOCAL_OPERATOR, THE_LOCAL_OPERATOR, Principal
from application.shared.ports import Cause, EventLog, Idempotency
from application.shared.samples import SamplePeople, SignIn
from application.usage_types import UsageTypes
from application.usages.batches import Batches
from domain.banks.banks import OpenBank
from domain.identity import UserRegistered, user_uid
from domain.shared.account_numbers import AccountNumbers
from domain.shared.events import names_read_as
from domain.shared.roles import Role
from domain.usages.usages import usage_uid
from infrastructure.usages.invented import usages_of

if TYPE_CHECKING:
    from application.shared.services import Services

DEMO_PASSWORD = "open the daybook"  # noqa: S105 - published on purpose
OPERATOR_EMAIL = "operator@daybook.example"
FIRM_AUDITOR_EMAIL = "greta@daybook.example"


class DemoPerson(msgspec.Struct, frozen=True):
    """Somebody to sign in as. `numbers` is the account of a member, `limit` that of an administrator."""

    first_name: str
    last_name: str
    roles: frozenset[Role]
    numbers: AccountNumbers | None = None
    limit: Decimal | None = None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class DemoBank(msgspec.Struct, frozen=True, kw_only=True):
    """A bank and its people; their addresses are `<first name>@<domain>`."""

    details: OpenBank
    domain: str
    people: tuple[DemoPerson, ...]

    def email_of(self, person: DemoPerson) -> str:
        """Where letters to somebody of this bank go."""
        return f"{person.first_name.lower()}@{self.domain}"


_MEMBER = frozenset({Role.MEMBER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_BOTH = _MEMBER | _ADMINISTRATOR
_AUDITOR = frozenset({Role.AUDITOR})


def _iban(number: str) -> AccountNumbers:
    return AccountNumbers(iban=number)


def _routed(account_number: str) -> AccountNumbers:
    return AccountNumbers(routing_number="011000015", account_number=account_number)


BANKS = (
    DemoBank(
        details=OpenBank(
            name="Harbour Bank", location="Rotterdam", currency="EUR", iban="NL91ABNA0417164300"
        ),
        domain="harbour.example",
        people=(
            DemoPerson("Ruth", "Abara", _ADMINISTRATOR),
            DemoPerson("Milan", "Horvat", _BOTH, _iban("NL02ABNA0123456789"), Decimal("500.00")),
            DemoPerson("Ines", "Falk", _MEMBER, _iban("DE89370400440532013000")),
            DemoPerson("Joost", "Maes", _MEMBER, _iban("BE68539007547034")),
            DemoPerson("Nadia", "Karim", _AUDITOR),
        ),
    ),
    DemoBank(
        details=OpenBank(name="Prairie Savings", location="Omaha", currency="USD"),
        domain="prairie.example",
        people=(
            DemoPerson("Carla", "Jensen", _ADMINISTRATOR),
            DemoPerson("Owen", "Price", _BOTH, _routed("440011927"), Decimal("250.00")),
            DemoPerson("Dana", "Whitfield", _MEMBER, _routed("7730245518")),
            DemoPerson("Luis", "Ortega", _MEMBER, _routed("902816374")),
            DemoPerson("Priya", "Nair", _AUDITOR),
        ),
    ),
)
"""Two banks, each with two administrators (one with a limit, who is a member as well), three members and an auditor."""


def is_loaded(log: EventLog) -> bool:
    """Whether everybody is there, with what they used, by the last of it and of them (blocking)."""
    *_, (bank, person) = _members()
    email = bank.email_of(person)
    last = usages_of(email)[-1].external_id
    last_of_all = usage_uid(user_uid(email), last), user_uid(FIRM_AUDITOR_EMAIL)
    return all(log.stream_blocking(uid) for uid in last_of_all)


def came_first(log: EventLog) -> bool:
    """Whether the first user of the book, if it has one, is of the demo (blocking)."""
    first = log.page(0, 1, names=names_read_as(UserRegistered)).events
    ours = {user_uid(one.email) for one in sign_ins()}
    return all(one.stream_id in ours for one in first)


def _members() -> Iterator[tuple[DemoBank, DemoPerson]]:
    for bank in BANKS:
        yield from ((bank, person) for person in bank.people if Role.MEMBER in person.roles)


def sign_ins() -> Sequence[SignIn]:
    """Everybody of the demo, the operator first and the auditor of the firm last."""
    people = [
        SignIn(bank.email_of(person), f"{_told(person)} of {bank.details.name}")
        for bank in BANKS
        for person in bank.people
    ]
    firm_auditor = SignIn(FIRM_AUDITOR_EMAIL, "auditor of the firm")
    return [SignIn(OPERATOR_EMAIL, "operator"), *people, firm_auditor]


def _told(person: DemoPerson) -> str:
    roles = " and ".join(sorted(person.roles))
    return roles if person.limit is None else f"{roles} (decides alone up to {person.limit})"


async def load_demo(services: "Services", password: str) -> None:
    """Open the banks and let everybody in with this password, unless it was done before.

    Raises:
        EmailTaken, BelongsElsewhere: somebody else has one of the addresses.
        Unavailable: the database does not answer; doing it again goes on where this ended.
    """
    operator = NewColleague(email=OPERATOR_EMAIL, name="Olivia Operator", role="operator")
    # Before they are let in: who has a password is mailed no link to choose one with.
    await services.of(Users).give_password(user_uid(OPERATOR_EMAIL), password)
    await services.of(Users).register(operator, _once(services, "operator"))
    await services.of(UsageTypes).begin(_by(services, THE_LOCAL_OPERATOR))
    for bank in BANKS:
        once = _once(services, f"bank {bank.domain}")
        opened = await services.of(Banks).open(bank.details, once)
        for person in bank.people:
            await _let_in(services, bank, opened.uid, person, password)
            if Role.MEMBER in person.roles:
                await _record_usages(services, bank, opened.uid, person)
    await _let_in_firm_auditor(services, password)


async def _let_in_firm_auditor(services: "Services", password: str) -> None:
    await services.of(Users).give_password(user_uid(FIRM_AUDITOR_EMAIL), password)
    auditor = NewColleague(
        email=FIRM_AUDITOR_EMAIL, name="Greta Vogel", role="auditor", of_firm=True
    )
    await services.of(Users).register(auditor, _once(services, "auditor of the firm"))


async def _record_usages(
    services: "Services", bank: DemoBank, bank_uid: UUID, person: DemoPerson
) -> None:
    """Two years of what a member used; what is there already is known by its sender's ids."""
    email = bank.email_of(person)
    member = Principal(
        user_uid=user_uid(email), name=person.name, bank_uid=bank_uid, roles=person.roles
    )
    await services.of(Batches).record(usages_of(email), _by(services, member))


async def _let_in(
    services: "Services", bank: DemoBank, bank_uid: UUID, person: DemoPerson, password: str
) -> None:
    email = bank.email_of(person)
    await services.of(Users).give_password(user_uid(email), password)
    who = {"first_name": person.first_name, "last_name": person.last_name, "email": email}
    if Role.AUDITOR in person.roles:
        auditor = NewColleague(email=email, name=person.name, role="auditor", bank_id=bank_uid)
        await services.of(Users).register(auditor, _once(services, f"auditor {email}"))
    if Role.ADMINISTRATOR in person.roles:
        administrator = NewAdministrator(**who, approval_limit=person.limit)
        once = _once(services, f"administrator {email}")
        await services.of(Administrators).appoint(bank_uid, administrator, once)
    if Role.MEMBER in person.roles:
        once = _once(services, f"member {email}")
        member = await services.of(Members).admit(bank_uid, NewMember(**who), once)
        if person.numbers is not None:
            numbers = msgspec.structs.asdict(person.numbers)
            account = NewAccount(bank_member_id=member.uid, **numbers)
            await services.of(Accounts).open(bank_uid, account, _once(services, f"account {email}"))


def _by(services: "Services", principal: Principal) -> Call:
    """What does nothing a second time by itself."""
    command_id = services.new_id()
    cause = Cause(actor=principal.actor, correlation_id=command_id, causation_id=command_id)
    return Call(principal=principal, cause=cause)


def _once(services: "Services", what: str) -> Call:
    """What was done under this key is not done again, whatever became of it since."""
    command_id, key = services.new_id(), f"demo {what}".replace(" ", "-")
    digest = sha256(key.encode()).digest()
    return Call(
        principal=THE_LOCAL_OPERATOR,
        cause=Cause(actor=LOCAL_OPERATOR, correlation_id=command_id, causation_id=command_id),
        idempotency=Idempotency(scope=LOCAL_OPERATOR, key=key, request_hash=digest),
    )


SAMPLE_PEOPLE = SamplePeople(
    password=DEMO_PASSWORD,
    sign_ins=sign_ins(),
    is_loaded=is_loaded,
    came_first=came_first,
    load=load_demo,
)
