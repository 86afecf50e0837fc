"""What machines may be given, and when their keys are good."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import UUID, uuid4

import pytest

from application.shared.permissions import (
    NOBODY,
    ROLE_PERMISSIONS,
    SCOPES,
    SCOPES_OF_A_BANK,
    Permission,
    Principal,
    of_bank,
    own_as_user,
    own_unless_operated,
)
from domain.identity.service_accounts import (
    DECIDER,
    GOOD_KEYS_MAX,
    KEY_LIFETIME_MAX,
    Command,
    CreateServiceAccount,
    DeactivateServiceAccount,
    IssueServiceKey,
    RevokeServiceKey,
    ServiceAccount,
    ServiceAccountDeactivated,
    ServiceAccountInactive,
    TooManyKeys,
)
from domain.shared.errors import Invalid, NotFound
from domain.shared.events import Event
from domain.shared.roles import Role
from tests.kits import declared

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CREATE = CreateServiceAccount(
    name=" Prometheus ", scopes=frozenset({"operations:read", "events:read"}), bank_uid=None
)
KEY = UUID(int=7)


def issue(key: UUID = KEY, until: timedelta = DAY) -> IssueServiceKey:
    return IssueServiceKey(key_uid=key, prefix="dbk_12345678", expires_at=NOW + until)


def after(*commands: Command, now: datetime = NOW) -> ServiceAccount | None:
    state: ServiceAccount | None = DECIDER.initial
    for command in commands:
        facts: list[Event] = [*declared(command, DECIDER.decide(state, command, now))]
        state = reduce(DECIDER.evolve, facts, state)
    return state


def account(*commands: Command) -> ServiceAccount:
    found = after(CREATE, *commands)
    assert found is not None
    return found


def test_no_machine_decides_about_people_money_or_banks() -> None:
    deciding = {
        Permission.USERS_MANAGE,
        Permission.CLAIMS_SUBMIT,
        Permission.CLAIMS_DECIDE,
        Permission.PAYMENTS_EXPORT,
        Permission.BANKS_OPEN,
        Permission.BANKS_WRITE,
        Permission.REACTIONS_MANAGE,
        Permission.PROJECTIONS_REPLAY,
        Permission.WORKFLOWS_REVIEW,
        Permission.SIMULATE,
        Permission.SIGNED_IN,
        Permission.PUBLIC,
    }
    assert not deciding & (SCOPES | SCOPES_OF_A_BANK)
    # Nobody comes by more through a machine than by themselves, or by an auditor whom they let in.
    assert ROLE_PERMISSIONS[Role.OPERATOR] > SCOPES
    assert ROLE_PERMISSIONS[Role.AUDITOR] > SCOPES_OF_A_BANK


def test_what_a_machine_of_a_bank_holds_only_reads() -> None:
    assert {scope.rpartition(":")[2] for scope in SCOPES_OF_A_BANK} == {"read"}


@pytest.mark.parametrize("permission", Permission)
def test_a_machine_may_what_its_scopes_say(permission: Permission) -> None:
    machine = a_machine(scopes=frozenset({Permission.EVENTS_READ}))
    expected = permission in (Permission.EVENTS_READ, Permission.PUBLIC)
    assert machine.may(permission) == expected


def a_machine(bank: UUID | None = None, scopes: frozenset[Permission] = frozenset()) -> Principal:
    return Principal(
        user_uid=uuid4(), name="M", bank_uid=bank, roles=frozenset(), scopes=scopes, key_uid=KEY
    )


def test_a_machine_is_nobody_at_the_machine_and_no_user() -> None:
    machine = a_machine()
    assert machine.actor == f"service:{machine.user_uid}"
    assert machine.user_uid is not None


def test_a_machine_sees_its_bank_and_nothing_beyond() -> None:
    bank = uuid4()
    for scope in (of_bank, own_as_user):
        assert scope(a_machine(bank)) == {"bank_uid": bank}
        assert scope(a_machine()) == {}


def test_what_is_somebodys_own_is_seen_by_them_and_operators_alone() -> None:
    bank = uuid4()
    machine = a_machine(bank)
    assert own_unless_operated(machine) == {"user_uid": machine.user_uid}
    assert own_unless_operated(a_machine()) == {}
    for role in Role:
        someone = Principal(user_uid=KEY, name="S", bank_uid=bank, roles=frozenset({role}))
        expected = {} if role is Role.OPERATOR else {"user_uid": KEY}
        assert own_unless_operated(someone) == expected
    nobody = Principal(user_uid=None, name="N", bank_uid=bank, roles=frozenset())
    assert own_unless_operated(nobody) == {"user_uid": NOBODY}


def test_an_account_is_created_once() -> None:
    assert account().name == "Prometheus"
    assert not DECIDER.decide(account(), CREATE, NOW)
    for name, scopes, pointer in (("", CREATE.scopes, "/name"), ("M", frozenset(), "/scopes")):
        command = CreateServiceAccount(name=name, scopes=frozenset(scopes), bank_uid=None)
        with pytest.raises(Invalid) as refused:
            DECIDER.decide(None, command, NOW)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_key_is_good_until_it_expires() -> None:
    has = account(issue()).has_good
    assert has(KEY, NOW + DAY - timedelta(microseconds=1))
    assert not has(KEY, NOW + DAY)
    assert not has(uuid4(), NOW)


def test_a_key_is_good_until_it_is_revoked() -> None:
    revoked = account(issue(), RevokeServiceKey(KEY))
    assert not revoked.has_good(KEY, NOW)
    assert not DECIDER.decide(revoked, RevokeServiceKey(KEY), NOW)
    with pytest.raises(NotFound):
        DECIDER.decide(revoked, RevokeServiceKey(uuid4()), NOW)


def test_a_key_is_good_until_its_account_is_out_of_use() -> None:
    ended = account(issue(), DeactivateServiceAccount())
    assert not ended.has_good(KEY, NOW)
    assert not DECIDER.decide(ended, DeactivateServiceAccount(), NOW)
    with pytest.raises(ServiceAccountInactive):
        DECIDER.decide(ended, issue(uuid4()), NOW)


@pytest.mark.parametrize("until", [timedelta(), -DAY, KEY_LIFETIME_MAX + timedelta(microseconds=1)])
def test_a_key_is_good_for_a_year_at_most(until: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        DECIDER.decide(account(), issue(until=until), NOW)
    assert refused.value.faults[0].pointer == "/expires_at"
    assert DECIDER.decide(account(), issue(until=KEY_LIFETIME_MAX), NOW)


def test_few_keys_are_good_at_a_time() -> None:
    full = account(*(issue(UUID(int=number)) for number in range(GOOD_KEYS_MAX)))
    with pytest.raises(TooManyKeys):
        DECIDER.decide(full, issue(uuid4()), NOW)
    later = IssueServiceKey(key_uid=uuid4(), prefix="x", expires_at=NOW + 3 * DAY)
    assert DECIDER.decide(full, later, NOW + DAY)  # the others have expired
    freed = DECIDER.evolve(full, *DECIDER.decide(full, RevokeServiceKey(UUID(int=0)), NOW))
    assert DECIDER.decide(freed, issue(uuid4()), NOW)


@pytest.mark.parametrize("command", [issue(), RevokeServiceKey(KEY), DeactivateServiceAccount()])
def test_nothing_happens_to_an_account_that_is_not_there(command: Command) -> None:
    with pytest.raises(NotFound):
        DECIDER.decide(None, command, NOW)
    assert DECIDER.evolve(None, ServiceAccountDeactivated()) is None
