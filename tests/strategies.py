"""What the property tests draw: values and commands of every context.

Where rules are tried, few values are drawn, so that commands meet: equal ones, ones that only look different, and ones
that break a rule. Where reading and writing is tried, any value is.
"""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from domain.banks.accounts import ChangeAccount, CloseAccount, OpenAccount
from domain.banks.administrators import (
    AppointAdministrator,
    ChangeAdministrator,
    DeactivateAdministrator,
)
from domain.banks.banks import ChangeBank, DeactivateBank, OpenBank
from domain.banks.members import AdmitMember, ChangeMember, DeactivateMember
from domain.expenses import RecordExpense
from domain.payments.payment_facts import (
    CancelPayment,
    DenyReturn,
    NoteFailure,
    NoteReturn,
    NoteSettlement,
    NoteSubmission,
    SchedulePayment,
    SettleAfterAll,
)
from domain.payments.payments import Command as PaymentCommand
from domain.reimbursements.claims import (
    AmendClaim,
    ApproveClaim,
    DenyClaim,
    SubmitClaim,
    WithdrawClaim,
)
from domain.reimbursements.claims import Command as ClaimCommand
from domain.reimbursements.details import Details
from domain.reimbursements.words import Approver, Controls
from domain.shared.account_numbers import AccountNumbers
from domain.shared.errors import Invalid
from domain.shared.ids import derived
from domain.shared.money import AMOUNT_LIMIT, CURRENCIES
from domain.shared.roles import Role
from domain.shared.rules import clean_text
from tests.things import CURRENCIES as THING_CURRENCIES
from tests.things import KINDS, THINGS, Row, a_thing

# Values


def is_text(text: str) -> bool:
    """Whether the rules take it for a text."""
    try:
        return bool(clean_text(text))
    except Invalid:
        return False


def or_unset(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """These values, or that none is given."""
    return st.one_of(st.just(UNSET), values)


currencies = st.sampled_from(sorted(CURRENCIES))
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    is_text
)
dates = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@st.composite
def money(draw: st.DrawFn) -> tuple[Decimal, str]:
    """An amount that its currency can express, and the currency."""
    currency = draw(currencies)
    unit = Decimal(1).scaleb(-CURRENCIES[currency])
    limit = int(AMOUNT_LIMIT / unit) - 1
    return draw(st.integers(-limit, limit)) * unit, currency


# Expenses


@st.composite
def expenses(draw: st.DrawFn) -> RecordExpense:
    """An expense that can be recorded."""
    amount, currency = draw(money())
    return RecordExpense(
        source=draw(texts),
        departments=draw(texts),
        project_name=draw(texts),
        amount=amount,
        currency=currency,
        date=draw(dates),
        member_name=draw(texts),
    )


# Banks and what belongs to them

_names = st.sampled_from(["Ines", " Ines ", "Ruth", "", "x" * 300, "a\x00b"])
_few_currencies = st.sampled_from(["EUR", "JPY", "EUX"])
_users = st.sampled_from([UUID(int=1), UUID(int=2)])
_limits = st.sampled_from(
    [None, Decimal(500), Decimal("500.00"), Decimal("0.001"), Decimal(-1), Decimal("NaN")]
)
_numbers = st.sampled_from(
    [
        AccountNumbers(iban="DE89370400440532013000"),
        AccountNumbers(routing_number="011000015", account_number="440011927"),
        AccountNumbers(routing_number="1", account_number="440011927"),
        AccountNumbers(),
    ]
)
_by = st.one_of(st.none(), _users)
_bank = {"bank_uid": st.just(UUID(int=9)), "bank_id": st.just(9)}
_person: dict[str, Any] = {
    **_bank,
    "user_uid": st.just(UUID(int=1)),
    "first_name": _names,
    "last_name": st.just("Falk"),
    "email": st.just("ines@harbour.example"),
}

bank_commands = st.one_of(
    st.builds(OpenBank, name=_names, location=_names, currency=_few_currencies),
    st.builds(ChangeBank, name=or_unset(_names), iban=or_unset(st.none())),
    st.just(DeactivateBank()),
)
account_commands = st.one_of(
    st.builds(
        OpenAccount,
        **_bank,
        member_uid=_users,
        bank_member_id=st.just(1),
        holder=_names,
        currency=_few_currencies,
        numbers=_numbers,
        made_by=_by,
    ),
    st.builds(ChangeAccount, holder=or_unset(_names), numbers=or_unset(_numbers), made_by=_by),
    st.just(CloseAccount()),
)
member_commands = st.one_of(
    st.builds(AdmitMember, **_person, admitted_by=_by),
    st.builds(ChangeMember, first_name=or_unset(_names)),
    st.just(DeactivateMember()),
)
administrator_commands = st.one_of(
    st.builds(
        AppointAdministrator,
        **_person,
        currency=_few_currencies,
        approval_limit=_limits,
        appointed_by=_by,
    ),
    st.builds(
        ChangeAdministrator,
        first_name=or_unset(_names),
        approval_limit=or_unset(_limits),
        currency=or_unset(_few_currencies),
        changed_by=_by,
    ),
    st.just(DeactivateAdministrator()),
)

# Claims

PEOPLE = [derived("user", str(number)) for number in range(4)]
CLAIMANT = PEOPLE[0]
_flags = st.sampled_from([None, derived("claim", "another")])
_details = st.builds(
    Details,
    amount=st.sampled_from([Decimal(x) for x in ("-1", "0", "10", "49.99", "50", "50.01", "900")]),
    currency=st.sampled_from(["EUR", "USD", "JPY"]),
    description=st.sampled_from(["Train", "Taxi", " "]),
    incurred_on=st.just(dt.date(2026, 11, 2)),
)
_persons = st.builds(
    lambda user, limit, currency, role: Approver(
        administrator_uid=derived("administrator", user),
        user_uid=user,
        name="Ruth",
        limit=limit,
        limit_currency=currency,
        role=role,
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from([None, Decimal(50), Decimal(5000)]),
    st.sampled_from(["EUR", "USD"]),
    st.sampled_from([Role.ADMINISTRATOR, Role.ADMINISTRATOR, Role.OPERATOR]),
)
_approvers = st.builds(
    lambda person, lender: replace(person, lender=lender), _persons, st.none() | _persons
)
_controls = st.builds(
    Controls,
    four_eyes=st.booleans(),
    approvals=st.integers(1, 3),
    roles=st.sampled_from([(Role.ADMINISTRATOR,), (Role.ADMINISTRATOR, Role.OPERATOR)]),
    spent=st.sampled_from([Decimal(0), Decimal(40)]),
    admitted_by=st.none() | st.sampled_from(PEOPLE),
    payee_version=st.sampled_from([1, 1, 2]),
    payee_by=st.frozensets(st.sampled_from(PEOPLE), max_size=1),
)
_claimants = st.sampled_from([CLAIMANT, CLAIMANT, PEOPLE[1]])
claim_commands: st.SearchStrategy[ClaimCommand] = st.one_of(
    st.builds(
        SubmitClaim,
        bank_uid=st.just(derived("bank")),
        bank_id=st.just(1),
        bank_account_uid=st.just(derived("account")),
        bank_account_id=st.just(3),
        member_uid=st.just(derived("member", CLAIMANT)),
        bank_member_id=st.just(2),
        member_name=st.just("Mira"),
        user_uid=st.just(CLAIMANT),
        details=_details,
        duplicate_of=_flags,
    ),
    st.builds(AmendClaim, user_uid=_claimants, details=_details, duplicate_of=_flags),
    st.builds(WithdrawClaim, user_uid=_claimants),
    st.builds(
        ApproveClaim,
        by=_approvers,
        acknowledge_duplicates=st.booleans(),
        beside=st.lists(_approvers, max_size=3).map(tuple),
        controls=_controls,
    ),
    st.builds(DenyClaim, by=_approvers, reason=st.sampled_from(["No ticket", ""])),
)

# Payments

payment_commands: st.SearchStrategy[PaymentCommand] = st.sampled_from(
    [
        SchedulePayment(
            reimbursement_uid=UUID(int=1),
            bank_uid=UUID(int=2),
            bank_account_uid=UUID(int=3),
            member_uid=UUID(int=4),
            amount=Decimal("184.60"),
            currency="EUR",
            creditor_name="Mira Solberg",
            iban=None,
            routing_number="021000021",
            account_number="4242",
            reference="0" * 32,
        ),
        NoteSubmission(rail="simulated", rail_reference="SIM-1"),
        NoteSettlement(settled_on=dt.date(2026, 11, 20)),
        CancelPayment(reason="in dispute"),
        NoteFailure(reason="account closed"),
        NoteReturn(reason="unknown beneficiary"),
        DenyReturn(),
        SettleAfterAll(settled_on=dt.date(2026, 11, 20), case_uid=UUID(int=5)),
    ]
)

# Rows of the grammar's tests

# Few values, so that there are ties and filters find something, and awkward ones: wildcards, quotes, code points beyond
# ASCII whose order differs from that of a dictionary, and the ends of every range.
_TEXTS = st.sampled_from(
    [
        "",
        "a",
        "A",
        "ab",
        "a%b",
        "a_b",
        "a\\b",
        "a/b",
        "a,b",
        '"',
        "ä",
        "中",
        "\U0010ffff",
        "a\U0010ffff",
        "\ud7ff",
        "Z z",
    ]
) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
_INTEGERS = st.sampled_from([-(2**63), -1, 0, 1, 2, 2**31, 2**63 - 1]) | st.integers(-5, 5)
_AMOUNTS = st.sampled_from(
    [
        Decimal(text)
        for text in (
            "0",
            "0.01",
            "-0.01",
            "1.25",
            "10",
            "9999999999999999.9999",
            "-9999999999999999.9999",
        )
    ]
) | st.decimals(-100, 100, places=4)
_RATES = st.sampled_from(
    [Decimal("0.1"), Decimal("1E-20"), Decimal("1E+30"), Decimal("-2.5")]
) | st.decimals(-10, 10, places=7)
_DAYS = st.sampled_from([dt.date(1, 1, 1), dt.date(2024, 2, 29), dt.date(9999, 12, 31)]) | st.dates(
    dt.date(2023, 12, 20), dt.date(2024, 3, 10)
)
_MOMENTS = st.sampled_from(
    [
        dt.datetime(1, 1, 2, tzinfo=dt.UTC),
        dt.datetime(2024, 3, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 30, tzinfo=dt.UTC),
    ]
) | st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2024, 2, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
_UUIDS = st.integers(0, 40).map(lambda number: UUID(int=number)) | st.uuids()

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "id": _INTEGERS,
    "uid": _UUIDS,
    "label": _TEXTS,
    "kind": st.sampled_from(KINDS),
    "number": _INTEGERS,
    "amount": _AMOUNTS,
    "currency": st.sampled_from(THING_CURRENCIES),
    "rate": _RATES,
    "day": _DAYS,
    "moment": _MOMENTS,
    "flag": st.booleans(),
}
"""What each field of a row may hold, besides null."""


@st.composite
def things(draw: st.DrawFn, size_max: int = 30) -> list[Row]:
    """Some rows, each with its own id and uid, not in the order of their ids."""
    numbers = draw(st.lists(st.integers(0, 40), max_size=size_max, unique=True))
    return [draw(thing(number)) for number in numbers]


@st.composite
def thing(draw: st.DrawFn, number: int) -> Row:
    """A row with this id."""
    row = a_thing(number)
    for field in THINGS.fields:
        if field.name in VALUES and field.name not in ("id", "uid"):
            values = VALUES[field.name]
            row[field.name] = draw(st.none() | values if field.nullable else values)
    return row
