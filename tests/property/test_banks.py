"""Any sequence of commands on a bank or what belongs to it: what was decided is what a replay finds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.banks import accounts, administrators, banks, members
from domain.shared.deciders import Decider
from domain.shared.kits import Nothing
from tests.kits import given_of, lived, replayed
from tests.strategies import (
    account_commands,
    administrator_commands,
    bank_commands,
    member_commands,
)

KINDS: dict[str, tuple[Decider[Any, Any], st.SearchStrategy[Any]]] = {
    "banks": (banks.DECIDER, bank_commands),
    "accounts": (accounts.DECIDER, account_commands),
    "members": (members.DECIDER, member_commands),
    "administrators": (administrators.DECIDER, administrator_commands),
}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_replay_of_what_was_recorded_finds_the_same_state(kind: str, data: st.DataObject) -> None:
    decider, commands = KINDS[kind]
    life = lived(decider, data.draw(st.lists(commands, max_size=12)))
    assert replayed(decider, life.facts) == life.given.state
    assert isinstance(life.given.state, Nothing) == (life.facts == [])


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_was_done_is_quiet_when_it_is_asked_again(kind: str, data: st.DataObject) -> None:
    decider, commands = KINDS[kind]
    for given_, command, facts in lived(
        decider, data.draw(st.lists(commands, min_size=1, max_size=8))
    ).steps:
        given_.after(*facts).when(command).quiet()


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_facts_in_any_order_are_taken_in(kind: str, data: st.DataObject) -> None:
    decider, commands = KINDS[kind]
    facts = lived(decider, data.draw(st.lists(commands, max_size=12))).facts
    shuffled = data.draw(st.permutations(facts))
    assert isinstance(given_of(decider)(*shuffled).state, Nothing) == (facts == [])
