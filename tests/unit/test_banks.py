"""Given a bank or what belongs to it, when it is opened, changed or ended, then ..."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import asdict, replace

from domain.banks.accounts import DECIDER as ACCOUNTS
from domain.banks.accounts import (
    AccountClosed,
    AccountExists,
    BankAccountChanged,
    BankAccountClosed,
    BankAccountOpened,
    ChangeAccount,
    CloseAccount,
    OpenAccount,
    open_account,
)
from domain.banks.administrators import DECIDER as ADMINISTRATORS
from domain.banks.administrators import (
    AdministratorAppointed,
    AdministratorChanged,
    AdministratorDeactivated,
    AdministratorInactive,
    AlreadyAdministrator,
    AppointAdministrator,
    ChangeAdministrator,
    DeactivateAdministrator,
    OwnLimitForbidden,
)
from domain.banks.banks import DECIDER as BANKS
from domain.banks.banks import (
    AlreadyOpened,
    BankChanged,
    BankDeactivated,
    BankInactive,
    BankOpened,
    ChangeBank,
    DeactivateBank,
    OpenBank,
)
from domain.banks.members import DECIDER as MEMBERS
from domain.banks.members import (
    AdmitMember,
    AlreadyMember,
    ChangeMember,
    DeactivateMember,
    MemberAdmitted,
    MemberChanged,
    MemberDeactivated,
    MemberInactive,
)
from domain.shared.account_numbers import AccountNumbers
from domain.shared.deciders import Decider
from domain.shared.errors import DaybookError, NotFound
from domain.shared.events import Event
from tests.kits import NOW, given_of

BANK, USER, OTHER, MEMBER = (UUID(int=number) for number in range(1, 5))
IBAN = "DE89370400440532013000"

OPEN = OpenBank(name="Harbour Bank", location="Rotterdam", currency="EUR", iban=IBAN)
OPENED = BankOpened(**asdict(OPEN))
OPEN_ACCOUNT = OpenAccount(
    bank_uid=BANK,
    bank_id=1,
    member_uid=MEMBER,
    bank_member_id=2,
    holder="Ines Falk",
    currency="EUR",
    numbers=AccountNumbers(iban=IBAN),
)
ACCOUNT_OPENED = BankAccountOpened(
    **{name: value for name, value in asdict(OPEN_ACCOUNT).items() if name != "numbers"},
    **asdict(OPEN_ACCOUNT.numbers),
    payee_since=NOW,
)
SOMEBODY = {"bank_uid": BANK, "bank_id": 1, "user_uid": USER}
ADMIT = AdmitMember(**SOMEBODY, first_name="Ines", last_name="Falk", email="i@h.example")
ADMITTED = MemberAdmitted(**asdict(ADMIT))
APPOINT = AppointAdministrator(
    **SOMEBODY,
    first_name="Ruth",
    last_name="Abara",
    email="r@h.example",
    currency="EUR",
    approval_limit=Decimal("500.00"),
)
APPOINTED = AdministratorAppointed(**asdict(APPOINT))


ROUTED = AccountNumbers(routing_number="011000015", account_number="440011927")
DOES = [
    (BANKS, [], OPEN, OPENED),
    (BANKS, [], replace(OPEN, name="  Harbour   Bank "), OPENED),
    (
        BANKS,
        [OPENED],
        ChangeBank(location="Utrecht"),
        BankChanged(name="Harbour Bank", location="Utrecht", iban=IBAN),
    ),
    (
        BANKS,
        [OPENED],
        ChangeBank(iban=None),
        BankChanged(name="Harbour Bank", location="Rotterdam", iban=None),
    ),
    (BANKS, [OPENED], DeactivateBank(), BankDeactivated()),
    (ACCOUNTS, [], OPEN_ACCOUNT, ACCOUNT_OPENED),
    (
        ACCOUNTS,
        [ACCOUNT_OPENED],
        ChangeAccount(numbers=ROUTED),
        BankAccountChanged(
            holder="Ines Falk",
            iban=None,
            routing_number="011000015",
            account_number="440011927",
            payee_since=NOW,
        ),
    ),
    (ACCOUNTS, [ACCOUNT_OPENED], CloseAccount(), BankAccountClosed()),
    (MEMBERS, [], ADMIT, ADMITTED),
    (
        MEMBERS,
        [ADMITTED],
        ChangeMember(last_name="Falk-Moreno"),
        MemberChanged(first_name="Ines", last_name="Falk-Moreno"),
    ),
    (MEMBERS, [ADMITTED], DeactivateMember(), MemberDeactivated()),
    (MEMBERS, [ADMITTED, MemberDeactivated()], ADMIT, ADMITTED),
    (ADMINISTRATORS, [], APPOINT, APPOINTED),
    (
        ADMINISTRATORS,
        [],
        replace(APPOINT, approval_limit=Decimal(500), appointed_by=OTHER, confirmed_by=MEMBER),
        replace(APPOINTED, appointed_by=OTHER, confirmed_by=MEMBER),
    ),
    (
        ADMINISTRATORS,
        [APPOINTED],
        ChangeAdministrator(approval_limit=None, changed_by=OTHER),
        AdministratorChanged(
            first_name="Ruth",
            last_name="Abara",
            approval_limit=None,
            currency="EUR",
            changed_by=OTHER,
        ),
    ),
    (
        ADMINISTRATORS,
        [APPOINTED],
        ChangeAdministrator(first_name="Rut", changed_by=USER),
        AdministratorChanged(
            first_name="Rut",
            last_name="Abara",
            approval_limit=Decimal("500.00"),
            currency="EUR",
            changed_by=USER,
        ),
    ),
    (ADMINISTRATORS, [APPOINTED], DeactivateAdministrator(), AdministratorDeactivated()),
    (ADMINISTRATORS, [APPOINTED, AdministratorDeactivated()], APPOINT, APPOINTED),
]
REFUSES = [
    (BANKS, [], ChangeBank(name="X"), NotFound),
    (BANKS, [], DeactivateBank(), NotFound),
    (BANKS, [OPENED], replace(OPEN, name="Another"), AlreadyOpened),
    (BANKS, [OPENED, BankDeactivated()], ChangeBank(name="X"), BankInactive),
    (BANKS, [OPENED, BankDeactivated()], OPEN, AlreadyOpened),
    (ACCOUNTS, [], ChangeAccount(holder="X"), NotFound),
    (ACCOUNTS, [], CloseAccount(), NotFound),
    (ACCOUNTS, [ACCOUNT_OPENED], replace(OPEN_ACCOUNT, holder="X"), AccountExists),
    (ACCOUNTS, [ACCOUNT_OPENED, BankAccountClosed()], ChangeAccount(holder="X"), AccountClosed),
    (MEMBERS, [], ChangeMember(), NotFound),
    (MEMBERS, [], DeactivateMember(), NotFound),
    (MEMBERS, [ADMITTED], replace(ADMIT, first_name="Inez"), AlreadyMember),
    (MEMBERS, [ADMITTED, MemberDeactivated()], ChangeMember(first_name="X"), MemberInactive),
    (ADMINISTRATORS, [], ChangeAdministrator(), NotFound),
    (ADMINISTRATORS, [], DeactivateAdministrator(), NotFound),
    (ADMINISTRATORS, [APPOINTED], replace(APPOINT, approval_limit=None), AlreadyAdministrator),
    (
        ADMINISTRATORS,
        [APPOINTED, AdministratorDeactivated()],
        ChangeAdministrator(first_name="X"),
        AdministratorInactive,
    ),
    (
        ADMINISTRATORS,
        [APPOINTED],
        ChangeAdministrator(approval_limit=None, changed_by=USER),
        OwnLimitForbidden,
    ),
    (
        ADMINISTRATORS,
        [APPOINTED],
        ChangeAdministrator(approval_limit=None, changed_by=OTHER, confirmed_by=USER),
        OwnLimitForbidden,
    ),
    (
        ADMINISTRATORS,
        [APPOINTED],
        ChangeAdministrator(currency="USD", changed_by=USER),
        OwnLimitForbidden,
    ),
    (ADMINISTRATORS, [], replace(APPOINT, appointed_by=USER), OwnLimitForbidden),
    (
        ADMINISTRATORS,
        [],
        replace(APPOINT, appointed_by=OTHER, confirmed_by=USER),
        OwnLimitForbidden,
    ),
    (
        ADMINISTRATORS,
        [APPOINTED, AdministratorDeactivated()],
        replace(APPOINT, approval_limit=None, appointed_by=USER),
        OwnLimitForbidden,
    ),
]
QUIET = [
    (BANKS, [OPENED], OPEN),
    (BANKS, [OPENED], ChangeBank(name=" Harbour Bank")),
    (BANKS, [OPENED, BankDeactivated()], DeactivateBank()),
    (ACCOUNTS, [ACCOUNT_OPENED], OPEN_ACCOUNT),
    (ACCOUNTS, [ACCOUNT_OPENED], ChangeAccount(numbers=OPEN_ACCOUNT.numbers, made_by=OTHER)),
    (ACCOUNTS, [ACCOUNT_OPENED], ChangeAccount(holder="Ines  Falk")),
    (ACCOUNTS, [ACCOUNT_OPENED, BankAccountClosed()], CloseAccount()),
    (MEMBERS, [ADMITTED], replace(ADMIT, admitted_by=OTHER)),
    (MEMBERS, [ADMITTED], ChangeMember(first_name="Ines")),
    (MEMBERS, [ADMITTED, MemberDeactivated()], DeactivateMember()),
    (ADMINISTRATORS, [APPOINTED], APPOINT),
    (ADMINISTRATORS, [APPOINTED], replace(APPOINT, appointed_by=USER)),
    (
        ADMINISTRATORS,
        [APPOINTED],
        ChangeAdministrator(approval_limit=Decimal(500), changed_by=USER),
    ),
    (ADMINISTRATORS, [APPOINTED, AdministratorDeactivated()], DeactivateAdministrator()),
]


@pytest.mark.parametrize(("decider", "facts", "command", "fact"), DOES)
def test_does_it(
    decider: Decider[Any, Any], facts: Sequence[Event], command: Any, fact: Event
) -> None:
    given_of(decider)(*facts).when(command).then(fact)


@pytest.mark.parametrize(("decider", "facts", "command", "refusal"), REFUSES)
def test_refuses_it(
    decider: Decider[Any, Any], facts: Sequence[Event], command: Any, refusal: type[DaybookError]
) -> None:
    given_of(decider)(*facts).when(command).refused(refusal)


@pytest.mark.parametrize(("decider", "facts", "command"), QUIET)
def test_stays_quiet(decider: Decider[Any, Any], facts: Sequence[Event], command: Any) -> None:
    given_of(decider)(*facts).when(command).quiet()


@pytest.mark.parametrize(
    ("decider", "command", "pointers"),
    [
        (BANKS, replace(OPEN, name=" ", currency="EUX"), ["/name", "/currency"]),
        (ACCOUNTS, replace(OPEN_ACCOUNT, holder="x" * 71), ["/holder"]),
        (ACCOUNTS, replace(OPEN_ACCOUNT, holder="Инес Фальк"), ["/holder"]),
        (ACCOUNTS, replace(OPEN_ACCOUNT, holder="4711"), ["/holder"]),
        (MEMBERS, replace(ADMIT, first_name="", last_name="x" * 81), ["/first_name", "/last_name"]),
        (ADMINISTRATORS, replace(APPOINT, approval_limit=Decimal(0)), ["/approval_limit"]),
        (ADMINISTRATORS, replace(APPOINT, approval_limit=Decimal("NaN")), ["/approval_limit"]),
        (ADMINISTRATORS, replace(APPOINT, approval_limit=Decimal("0.001")), ["/approval_limit"]),
        (ADMINISTRATORS, replace(APPOINT, currency="EUX"), ["/currency"]),
    ],
)
def test_names_every_value_that_is_wrong(
    decider: Decider[Any, Any], command: Any, pointers: list[str]
) -> None:
    given_of(decider)().when(command).invalid(*pointers)


_ENDED: list[tuple[Decider[Any, Any], list[Event], Event]] = [
    (BANKS, [OPENED, BankDeactivated()], BankChanged(name="X", location="Y", iban=None)),
    (
        ACCOUNTS,
        [ACCOUNT_OPENED, BankAccountClosed()],
        BankAccountChanged(holder="X", iban=IBAN, routing_number=None, account_number=None),
    ),
    (MEMBERS, [ADMITTED, MemberDeactivated()], MemberChanged(first_name="X", last_name="Y")),
]


@pytest.mark.parametrize(("decider", "facts", "late"), _ENDED)
def test_facts_out_of_order_change_nothing(
    decider: Decider[Any, Any], facts: list[Event], late: Event
) -> None:
    given = given_of(decider)
    assert given(*facts, late).state == given(*facts).state
    assert given(late).state == decider.initial


@pytest.mark.parametrize(
    ("decider", "facts", "again"),
    [
        (BANKS, [OPENED], replace(OPENED, name="Another")),
        (BANKS, [OPENED, BankDeactivated()], OPENED),
        (ACCOUNTS, [ACCOUNT_OPENED, BankAccountClosed()], ACCOUNT_OPENED),
        (MEMBERS, [ADMITTED], replace(ADMITTED, first_name="Inez")),
    ],
)
def test_what_is_open_or_was_ended_for_good_is_not_opened_by_a_second_fact(
    decider: Decider[Any, Any], facts: list[Event], again: Event
) -> None:
    assert given_of(decider)(*facts, again).state == given_of(decider)(*facts).state


def test_each_change_of_numbers_or_holder_is_another_payee_version() -> None:
    later = NOW + timedelta(days=1)
    opened = given_of(ACCOUNTS)().done(replace(OPEN_ACCOUNT, made_by=USER))
    first = open_account(opened.state)
    assert (first.payee_version, first.made_by, first.payee_since) == (1, USER, NOW)
    change = ChangeAccount(numbers=ROUTED, made_by=OTHER, confirmed_by=USER)
    second = open_account(opened.done(change, now=later).state)
    assert (second.payee_version, second.payee_since) == (2, later)
    assert (second.made_by, second.confirmed_by) == (OTHER, USER)
    third = opened.done(change, change, ChangeAccount(holder="I. Falk"), now=later)
    assert open_account(third.state).payee_version == 3
    assert open_account(third.state).payee_by == {OTHER, USER}, "the numbers are theirs still"
    assert open_account(third.state).made_by is None
    filled = replace(ROUTED, account_number=f"000{ROUTED.account_number}")
    fourth = opened.done(change, ChangeAccount(numbers=filled), now=later)
    assert open_account(fourth.state).payee_by == {OTHER, USER}, "it is the same account"
