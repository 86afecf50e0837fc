"""Users: given a state, when a command comes, then these events or this refusal."""

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

import pytest

from application.shared.permissions import (
    NOBODY as NO_BANK,
)
from application.shared.permissions import (
    OF_FIRM_AUDITORS,
    ROLE_PERMISSIONS,
    SCOPES,
    SCOPES_OF_A_BANK,
    Permission,
    Principal,
    bank_itself,
    of_bank,
    own_as_member,
    own_as_user,
    own_unless_audited,
    own_unless_operated,
    roles_with,
)
from domain.identity import (
    DECIDER,
    ActiveUser,
    AdmitUser,
    BelongsElsewhere,
    Command,
    DeactivatedUser,
    DeactivateUser,
    EmailTaken,
    NotePasswordChange,
    RegisterUser,
    State,
    UserDeactivated,
    UserIsDeactivated,
    UserPasswordChanged,
    UserRegistered,
    UserRolesChanged,
    WithdrawRole,
    check_password,
    normal_email,
    user_uid,
)
from domain.shared.errors import Invalid, NotFound
from domain.shared.events import Event
from domain.shared.roles import Role
from tests.kits import Given, given_of

User = Given[State, Command]

BANK, OTHER_BANK = UUID(int=1), UUID(int=2)
ADA = UserRegistered(
    email="ada@harbour.example", name="Ada Holm", bank_uid=BANK, roles=(Role.MEMBER,)
)
given = given_of(DECIDER)
NOBODY, REGISTERED = given(), given(ADA)
DEACTIVATED = given(ADA, UserDeactivated())


def register(**changes: object) -> RegisterUser:
    fields = {
        "email": "ada@harbour.example",
        "name": "Ada Holm",
        "bank_uid": BANK,
        "roles": frozenset({Role.MEMBER}),
    }
    return RegisterUser(**{**fields, **changes})  # type: ignore[arg-type]


def admit(role: Role = Role.MEMBER, bank: UUID = BANK) -> AdmitUser:
    return AdmitUser(email="Ada@Harbour.example", name="Ada Holm", bank_uid=bank, role=role)


def test_registering_writes_the_address_in_its_one_form() -> None:
    command = register(email=" Ada@HARBOUR.example ", name="Ada  Holm ")
    NOBODY.when(command).then(ADA)


def test_the_same_registration_again_is_quiet() -> None:
    REGISTERED.when(register()).quiet()


@pytest.mark.parametrize("user", [REGISTERED, DEACTIVATED])
def test_an_address_is_registered_once(user: User) -> None:
    again = user.when(register(name="Another Ada"))
    again.refused(EmailTaken, email="ada@harbour.example")


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"email": "ada"}, ["/email"]),
        ({"email": "ada@harbour"}, ["/email"]),
        ({"email": "ada\r\nBcc: x@y.example"}, ["/email"]),
        ({"email": f"{'a' * 65}@harbour.example"}, ["/email"]),
        ({"name": "\t "}, ["/name"]),
        ({"name": "Ada\x07"}, ["/name"]),
        ({"roles": frozenset()}, ["/roles"]),
        ({"bank_uid": None}, ["/bank_uid"]),
        ({"bank_uid": None, "roles": frozenset({Role.AUDITOR})}, ["/bank_uid"]),
        ({"of_firm": True, "roles": frozenset({Role.AUDITOR})}, ["/bank_uid"]),
        ({"of_firm": True, "bank_uid": None}, ["/of_firm"]),
        ({"of_firm": True, "roles": frozenset({Role.ADMINISTRATOR})}, ["/of_firm", "/bank_uid"]),
        (
            {"of_firm": True, "bank_uid": None, "roles": frozenset({Role.OPERATOR})},
            ["/of_firm"],
        ),
        (
            {"of_firm": True, "bank_uid": None, "roles": frozenset({Role.AUDITOR, Role.OPERATOR})},
            ["/of_firm"],
        ),
        (
            {"of_firm": True, "bank_uid": None, "roles": frozenset({Role.AUDITOR, Role.MEMBER})},
            ["/of_firm"],
        ),
        ({"roles": frozenset({Role.OPERATOR})}, ["/bank_uid"]),
        ({"roles": frozenset({Role.OPERATOR, Role.AUDITOR}), "bank_uid": None}, ["/roles"]),
        ({"email": "x", "name": "", "roles": frozenset()}, ["/email", "/name", "/roles"]),
    ],
)
def test_every_rule_that_is_broken_is_named(
    changes: dict[str, object], pointers: list[str]
) -> None:
    NOBODY.when(register(**changes)).invalid(*pointers)


def test_admitting_registers_who_is_new_and_adds_a_role_to_who_is_not() -> None:
    assert isinstance(NOBODY.done(admit()).state, ActiveUser)
    added = UserRolesChanged(roles=(Role.ADMINISTRATOR, Role.MEMBER))
    REGISTERED.when(admit(Role.ADMINISTRATOR)).then(added)


def test_admitting_to_a_role_one_has_is_quiet() -> None:
    REGISTERED.when(admit()).quiet()


def test_nobody_is_admitted_to_a_second_bank() -> None:
    REGISTERED.when(admit(bank=OTHER_BANK)).refused(BelongsElsewhere)


def test_an_operator_is_admitted_to_no_bank() -> None:
    operator = NOBODY.done(register(bank_uid=None, roles=frozenset({Role.OPERATOR})))
    operator.when(admit()).refused(BelongsElsewhere)
    NOBODY.when(admit(Role.OPERATOR)).refused(Invalid)


FIRM_AUDITOR = register(bank_uid=None, roles=frozenset({Role.AUDITOR}), of_firm=True)


def test_an_auditor_of_the_firm_has_no_bank_and_is_said_to_have_none() -> None:
    NOBODY.when(FIRM_AUDITOR).then(
        UserRegistered("ada@harbour.example", "Ada Holm", None, (Role.AUDITOR,))
    )
    NOBODY.done(FIRM_AUDITOR).when(FIRM_AUDITOR).quiet()


@pytest.mark.parametrize("role", Role)
def test_an_auditor_of_the_firm_becomes_nothing_else(role: Role) -> None:
    auditor = NOBODY.done(FIRM_AUDITOR)
    auditor.when(admit(role)).refused(Invalid if role is Role.OPERATOR else BelongsElsewhere)
    auditor.when(register(roles=frozenset({Role.AUDITOR}))).refused(EmailTaken)
    auditor.when(register(bank_uid=None, roles=frozenset({Role.OPERATOR}))).refused(EmailTaken)


def test_an_auditor_of_a_bank_becomes_none_of_the_firm() -> None:
    auditor = NOBODY.done(register(roles=frozenset({Role.AUDITOR})))
    auditor.when(FIRM_AUDITOR).refused(EmailTaken)
    left = auditor.done(WithdrawRole(Role.AUDITOR))
    left.when(FIRM_AUDITOR).refused(EmailTaken)
    assert isinstance(left.state, ActiveUser)
    assert left.state.bank_uid == BANK


def test_who_was_shut_out_is_not_admitted_again() -> None:
    DEACTIVATED.when(admit()).refused(UserIsDeactivated)


def test_a_role_is_withdrawn_once() -> None:
    withdraw = WithdrawRole(Role.MEMBER)
    REGISTERED.when(withdraw).then(UserRolesChanged(roles=()))
    REGISTERED.done(withdraw).when(withdraw).quiet()
    REGISTERED.when(WithdrawRole(Role.AUDITOR)).quiet()


def test_deactivating_is_final_and_quiet_when_repeated() -> None:
    REGISTERED.when(DeactivateUser()).then(UserDeactivated())
    DEACTIVATED.when(DeactivateUser()).quiet()
    assert isinstance(DEACTIVATED.state, DeactivatedUser)


def test_a_password_change_is_noted_without_a_word_about_it() -> None:
    REGISTERED.when(NotePasswordChange()).then(UserPasswordChanged())
    DEACTIVATED.when(NotePasswordChange()).quiet()


@pytest.mark.parametrize(
    "command", [WithdrawRole(Role.MEMBER), DeactivateUser(), NotePasswordChange()]
)
def test_what_needs_a_user_is_refused_for_nobody(command: Command) -> None:
    NOBODY.when(command).refused(NotFound)


@pytest.mark.parametrize("user", [NOBODY, REGISTERED, DEACTIVATED])
@pytest.mark.parametrize(
    "fact", [ADA, UserRolesChanged(roles=()), UserDeactivated(), UserPasswordChanged()]
)
def test_every_event_can_follow_any_state(user: User, fact: Event) -> None:
    assert isinstance(user.after(fact).state, State)


def test_the_uid_of_a_user_follows_from_the_address_whatever_its_case() -> None:
    # Pinned: another uid for the same address would be another user.
    assert user_uid("ADA@harbour.example") == UUID("378d24a9-4e68-8724-9015-65d05e0d782a")
    assert user_uid("ada@harbour.example") != user_uid("ada@harbor.example")


def test_addresses_in_use_are_taken() -> None:
    for address in ("o'brien+claims@mail.harbour.example", "a@b.co", "1@2.example"):
        assert normal_email(address) == address


@pytest.mark.parametrize("length", [12, 128])
def test_a_password_of_a_fair_length_will_do(length: int) -> None:
    check_password("x" * length)


@pytest.mark.parametrize("length", [0, 11, 129])
def test_a_password_that_is_too_short_or_too_long_will_not(length: int) -> None:
    with pytest.raises(Invalid) as refused:
        check_password("x" * length)
    assert refused.value.code == "password_length"


def someone(*roles: Role) -> Principal:
    return Principal(user_uid=uuid4(), name="Someone", bank_uid=BANK, roles=frozenset(roles))


def test_a_caller_may_do_what_any_of_their_roles_may() -> None:
    both = someone(Role.MEMBER, Role.ADMINISTRATOR)
    assert both.may(Permission.CLAIMS_SUBMIT)
    assert both.may(Permission.CLAIMS_DECIDE)
    assert not both.may(Permission.USERS_MANAGE)
    assert not someone().may(Permission.SIGNED_IN)
    assert someone().may(Permission.PUBLIC)


def test_the_roles_hold_what_the_issue_says() -> None:
    verbs = ("write", "submit", "decide", "export", "record", "import", "manage", "simulate")
    writing = {one for one in Permission if one.endswith(verbs)}
    assert ROLE_PERMISSIONS[Role.AUDITOR].isdisjoint(writing)
    assert roles_with(Permission.CLAIMS_DECIDE) == [Role.ADMINISTRATOR, Role.OPERATOR]
    assert roles_with(Permission.CLAIMS_SUBMIT) == [Role.MEMBER]
    for operators in ("EXPENSES_IMPORT", "REACTIONS_MANAGE", "USERS_MANAGE"):
        assert roles_with(Permission[operators]) == [Role.OPERATOR]
    assert ROLE_PERMISSIONS.keys() == set(Role)
    assert all(Permission.PUBLIC not in held for held in ROLE_PERMISSIONS.values())


def of_no_bank(*roles: Role) -> Principal:
    return Principal(user_uid=uuid4(), name="Someone", bank_uid=None, roles=frozenset(roles))


def test_an_auditor_of_the_firm_reads_and_does_nothing() -> None:
    auditor = of_no_bank(Role.AUDITOR)
    held = {one for one in Permission if auditor.may(one)}
    assert held == OF_FIRM_AUDITORS | {Permission.PUBLIC}
    assert all(one.endswith(":read") for one in held - {Permission.PUBLIC, Permission.SIGNED_IN})
    assert held >= ROLE_PERMISSIONS[Role.AUDITOR]
    assert not held & {
        Permission.CUSTOMERS_READ,
        Permission.WORKFLOWS_READ,
        Permission.REACTIONS_READ,
        Permission.OPERATIONS_READ,
    }


def test_an_auditor_of_a_bank_and_its_machines_gain_nothing_by_those_of_the_firm() -> None:
    gained = {Permission.EVENTS_READ, Permission.SECURITY_READ, Permission.TRANSACTIONS_READ}
    assert OF_FIRM_AUDITORS - ROLE_PERMISSIONS[Role.AUDITOR] == gained
    assert not gained & SCOPES_OF_A_BANK
    assert gained < SCOPES  # as a machine of no bank had before
    assert not any(someone(Role.AUDITOR).may(one) for one in gained)


@pytest.mark.parametrize(
    "scope", [of_bank, bank_itself, own_as_user, own_as_member, own_unless_audited]
)
def test_having_no_bank_shows_every_bank_to_operators_and_auditors_of_the_firm_alone(
    scope: Callable[[Principal], Mapping[str, UUID]],
) -> None:
    for wide in (Role.AUDITOR, Role.OPERATOR):
        assert scope(of_no_bank(wide)) == {}
    for roles in (
        (),
        (Role.MEMBER,),
        (Role.ADMINISTRATOR,),
        (Role.AUDITOR, Role.MEMBER),
        (Role.AUDITOR, Role.ADMINISTRATOR),
    ):
        assert NO_BANK in scope(of_no_bank(*roles)).values(), roles
        assert not of_no_bank(*roles).may(Permission.EVENTS_READ)
    assert BANK in scope(someone(Role.AUDITOR)).values()


def test_an_auditor_of_the_firm_is_shown_no_letter_of_another() -> None:
    auditor = of_no_bank(Role.AUDITOR)
    assert own_unless_operated(auditor) == {"user_uid": auditor.user_uid}


def test_an_active_user_is_known_by_what_was_registered() -> None:
    expected = ActiveUser(
        email=ADA.email, name=ADA.name, bank_uid=BANK, roles=frozenset({Role.MEMBER})
    )
    assert REGISTERED.state == expected
