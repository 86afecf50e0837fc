"""Whoever says whatever to a proposal, in any order: it ends once, by two people, and a replay finds the same."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.proposals import (
    DECIDER,
    LIFETIME,
    ConfirmProposal,
    MakeProposal,
    NoProposal,
    ProposalConfirmed,
    ProposalMade,
    RejectProposal,
    Second,
    WithdrawProposal,
)
from tests.kits import NOW, lived, replayed

USERS = [UUID(int=number) for number in range(1, 5)]
people = st.builds(
    Second,
    user_uid=st.sampled_from([None, *USERS]),
    name=st.just("Somebody"),
    administers=st.booleans(),
    operates=st.booleans(),
    others=st.integers(0, 1),
    owner_is_enough=st.just(False),
)
commands: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        MakeProposal,
        bank_uid=st.sampled_from([None, UUID(int=9)]),
        kind=st.just("limit"),
        terms=st.just({}),
        summary=st.just("More"),
        concerns=st.lists(st.sampled_from(USERS), max_size=2).map(tuple),
        proposed_by=st.sampled_from(USERS),
        proposed_by_name=st.just("Somebody"),
    ),
    st.builds(ConfirmProposal, people),
    st.builds(RejectProposal, people, st.sampled_from([None, "No", " "])),
    st.builds(WithdrawProposal, people),
)


@given(st.lists(commands, max_size=12), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_it_ends_once_and_by_a_second_person(said: list[Any], waits: list[int]) -> None:
    passed = [sum(waits[: place + 1]) * timedelta(days=1) for place in range(len(waits))]
    life = lived(DECIDER, said, lambda place: NOW + passed[place])
    assert replayed(DECIDER, life.facts) == life.given.state
    assert isinstance(life.given.state, NoProposal) == (life.facts == [])
    assert len(life.facts) <= 2
    match life.facts:
        case [ProposalMade() as made, ProposalConfirmed() as confirmed]:
            assert confirmed.decided_by != made.proposed_by
            assert confirmed.decided_by not in made.concerns
            assert confirmed.decided_at < made.expires_at
            assert made.expires_at - LIFETIME <= confirmed.decided_at
