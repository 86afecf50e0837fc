"""Any sequence of commands on a bank or what belongs to it: what was decided is what a replay finds."""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from domain.banks import accounts, administrators, banks, members
from domain.banks.accounts import ChangeAccount, CloseAccount, OpenAccount
from domain.banks.administrators import (
    AppointAdministrator,
    ChangeAdministrator,
    DeactivateAdministrator,
)
from domain.banks.banks import ChangeBank, DeactivateBank, OpenBank
from domain.banks.members import AdmitMember, ChangeMember, DeactivateMember
from domain.shared.account_numbers import AccountNumbers
from domain.shared.deciders import Decider
from domain.shared.errors import DaybookError
from domain.shared.events import Event, decode, encode, name_of
from domain.shared.kits import Nothing
from tests.unit.test_banks import NOW

# Few values, so that commands meet: equal ones, ones that only look different, and ones that break a rule.
NAMES = st.sampled_from(["Ines", " Ines ", "Ruth", "", "x" * 300, "a\x00b"])
CURRENCIES = st.sampled_from(["EUR", "JPY", "EUX"])
USERS = st.sampled_from([UUID(int=1), UUID(int=2)])
LIMITS = st.sampled_from(
    [None, Decimal(500), Decimal("500.00"), Decimal("0.001"), Decimal(-1), Decimal("NaN")]
)
NUMBERS = st.sampled_from(
    [
        AccountNumbers(iban="DE89370400440532013000"),
        AccountNumbers(routing_number="011000015", account_number="440011927"),
        AccountNumbers(routing_number="1", account_number="440011927"),
        AccountNumbers(),
    ]
)
BANK = {"bank_uid": st.just(UUID(int=9)), "bank_id": st.just(9)}


def or_unset(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(UNSET), values)


PERSON: dict[str, Any] = {
    **BANK,
    "user_uid": st.just(UUID(int=1)),
    "first_name": NAMES,
    "last_name": st.just("Falk"),
    "email": st.just("ines@harbour.example"),
}
COMMANDS: dict[str, tuple[Decider[Any, Any], st.SearchStrategy[Any]]] = {
    "banks": (
        banks.DECIDER,
        st.one_of(
            st.builds(OpenBank, name=NAMES, location=NAMES, currency=CURRENCIES),
            st.builds(ChangeBank, name=or_unset(NAMES), iban=or_unset(st.none())),
            st.just(DeactivateBank()),
        ),
    ),
    "accounts": (
        accounts.DECIDER,
        st.one_of(
            st.builds(
                OpenAccount,
                **BANK,
                member_uid=USERS,
                bank_member_id=st.just(1),
                holder=NAMES,
                currency=CURRENCIES,
                numbers=NUMBERS,
            ),
            st.builds(ChangeAccount, holder=or_unset(NAMES), numbers=or_unset(NUMBERS)),
            st.just(CloseAccount()),
        ),
    ),
    "members": (
        members.DECIDER,
        st.one_of(
            st.builds(AdmitMember, **PERSON),
            st.builds(ChangeMember, first_name=or_unset(NAMES)),
            st.just(DeactivateMember()),
        ),
    ),
    "administrators": (
        administrators.DECIDER,
        st.one_of(
            st.builds(
                AppointAdministrator,
                **PERSON,
                currency=CURRENCIES,
                approval_limit=LIMITS,
                by=st.one_of(st.none(), USERS),
            ),
            st.builds(
                ChangeAdministrator,
                first_name=or_unset(NAMES),
                approval_limit=or_unset(LIMITS),
                currency=or_unset(CURRENCIES),
                by=st.one_of(st.none(), USERS),
            ),
            st.just(DeactivateAdministrator()),
        ),
    ),
}


def carried_out(
    decider: Decider[Any, Any], commands: Sequence[Any]
) -> tuple[Any, list[Event], list[Any]]:
    """The state, the facts, and the commands that were not refused."""
    state, facts, taken = decider.initial, list[Event](), list[Any]()
    for command in commands:
        try:
            decided = decider.decide(state, command, NOW)
        except DaybookError:
            continue
        state = reduce(decider.evolve, decided, state)
        facts += decided
        taken.append((command, state))
    return state, facts, taken


@pytest.mark.parametrize("kind", COMMANDS)
@given(data=st.data())
def test_a_replay_of_what_was_recorded_finds_the_same_state(kind: str, data: st.DataObject) -> None:
    decider, command = COMMANDS[kind]
    state, facts, _ = carried_out(decider, data.draw(st.lists(command, max_size=12)))
    stored = [(name_of(type(fact)), encode(fact)) for fact in facts]
    read = [decode(name, payload) for name, payload in stored]
    assert reduce(decider.evolve, read, decider.initial) == state
    assert isinstance(state, Nothing) == (facts == [])


@pytest.mark.parametrize("kind", COMMANDS)
@given(data=st.data())
def test_what_was_done_is_quiet_when_it_is_asked_again(kind: str, data: st.DataObject) -> None:
    decider, command = COMMANDS[kind]
    _, _, taken = carried_out(decider, data.draw(st.lists(command, min_size=1, max_size=8)))
    for done, state in taken:
        assert list(decider.decide(state, done, NOW)) == []


@pytest.mark.parametrize("kind", COMMANDS)
@given(data=st.data())
def test_facts_in_any_order_are_taken_in(kind: str, data: st.DataObject) -> None:
    decider, command = COMMANDS[kind]
    _, facts, _ = carried_out(decider, data.draw(st.lists(command, max_size=12)))
    shuffled = data.draw(st.permutations(facts))
    assert isinstance(reduce(decider.evolve, shuffled, decider.initial), Nothing) == (facts == [])
