"""What the log is told of guesses: little, however many there are."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.identity.attempts import (
    DECIDER,
    WINDOW,
    Command,
    LimitedBy,
    NoteSignInFailure,
    NoteSignInLock,
    SignInFailed,
    SignInLocked,
    attempts_uid,
)
from tests.kits import declared

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
USER = uuid4()
FAILURE = NoteSignInFailure(user_uid=USER, address="a")
LOCKS = [NoteSignInLock(user_uid=USER, address="a", limited_by=by) for by in LimitedBy]


def test_of_what_is_alike_one_is_told_in_a_quarter_of_an_hour() -> None:
    (fact,) = DECIDER.decide(DECIDER.initial, FAILURE, NOW)
    state = DECIDER.evolve(DECIDER.initial, fact)
    assert not DECIDER.decide(state, FAILURE, NOW + WINDOW - timedelta(microseconds=1))
    assert DECIDER.decide(state, FAILURE, NOW + WINDOW)
    (lock,) = declared(LOCKS[0], DECIDER.decide(state, LOCKS[0], NOW))
    state = DECIDER.evolve(state, lock)
    assert not DECIDER.decide(state, LOCKS[0], NOW)
    assert DECIDER.decide(state, LOCKS[1], NOW)


@given(
    st.lists(
        st.tuples(st.sampled_from([FAILURE, *LOCKS]), st.integers(0, 600)), min_size=1, max_size=200
    )
)
def test_nobody_fills_the_log_by_guessing(sent: list[tuple[Command, int]]) -> None:
    state, now, told = DECIDER.initial, NOW, list[object]()
    for command, seconds in sent:
        now += timedelta(seconds=seconds)
        for fact in declared(command, DECIDER.decide(state, command, now)):
            state = DECIDER.evolve(state, fact)
            told.append(fact)
    windows = (now - NOW) // WINDOW + 1
    assert sum(isinstance(fact, SignInFailed) for fact in told) <= windows
    assert sum(isinstance(fact, SignInLocked) for fact in told) <= windows * len(LimitedBy)
    assert told


def test_all_who_are_nobody_share_a_stream() -> None:
    assert attempts_uid(None) == attempts_uid(None) != attempts_uid(USER)
