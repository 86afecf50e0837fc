"""Whatever is ordered and reported in whatever order, a payment ends at most once and its facts replay to its state."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.payments.payment_facts import Command, PaymentReinstated, SettleAfterAll
from domain.payments.payments import DECIDER
from tests.kits import given_of, lived, replayed
from tests.strategies import payment_commands

FOLLOWS = {
    "none": {"scheduled"},
    "scheduled": {"submitted", "failed", "cancelled"},
    "submitted": {"settled", "failed"},
    "settled": {"returned"},
    "failed": {"submitted"},
    "cancelled": set[str](),
    "returned": {"submitted"},
}
sequences = st.lists(payment_commands, max_size=20)


@given(sequences)
def test_facts_follow_the_drawn_transitions_and_come_once_but_for_cases(
    commands: list[Command],
) -> None:
    log = lived(DECIDER, commands).facts
    given_ = given_of(DECIDER)()
    for fact in log:
        before, given_ = given_, given_.after(fact)
        assert given_.state.status in FOLLOWS[before.state.status]
    times = Counter(type(fact) for fact in log)
    assert all(number <= 1 + times[PaymentReinstated] for number in times.values())


@given(sequences)
def test_the_stored_facts_replay_to_the_state(commands: list[Command]) -> None:
    life = lived(DECIDER, commands)
    assert replayed(DECIDER, life.facts) == life.given.state


@given(sequences)
def test_what_is_repeated_comes_to_an_end(commands: list[Command]) -> None:
    # What was refused at first may follow later; but there are only so many phases, unless a case begins them anew.
    commands = [each for each in commands if not isinstance(each, SettleAfterAll)]
    log = lived(DECIDER, commands * len(FOLLOWS)).facts
    assert lived(DECIDER, commands * (len(FOLLOWS) + 1)).facts == log
