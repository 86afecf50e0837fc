"""Given a message, when its sending or its return is reported, then ..."""

from datetime import UTC, datetime
from functools import reduce
from uuid import UUID

import msgspec
import pytest

from domain.mail import (
    INITIAL,
    REASON_LENGTH_MAX,
    BouncedMail,
    Envelope,
    MailBounced,
    MailRefused,
    MailSent,
    NoteBounced,
    NoteRefused,
    NoteSent,
    NotSent,
    RefusedMail,
    SentMail,
    State,
    decide,
    evolve,
    mail_uid,
    shortened,
)
from domain.shared.events import Event

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
ENVELOPE = Envelope(
    reaction_id=UUID(int=7),
    policy="mail about claims",
    recipient="ines.falk@harbour.example",
    subject="Your claim was approved",
    message_id="<7@daybook.example>",
)
FIELDS = msgspec.structs.asdict(ENVELOPE)
SENT = MailSent(**FIELDS)
REFUSED = MailRefused(**FIELDS, reason="550 no such mailbox")
BOUNCED = MailBounced(**FIELDS, reason="mailbox full")


def given(*facts: Event) -> State:
    return reduce(evolve, facts, INITIAL)


@pytest.mark.parametrize("before", [(), (REFUSED,)])
def test_a_message_that_was_taken_over_is_sent(before: tuple[Event, ...]) -> None:
    assert decide(given(*before), NoteSent(ENVELOPE), NOW) == [SENT]
    assert given(*before, SENT) == SentMail(SENT)


@pytest.mark.parametrize("before", [(SENT,), (SENT, BOUNCED)])
def test_a_message_that_is_out_is_not_recorded_again(before: tuple[Event, ...]) -> None:
    assert decide(given(*before), NoteSent(ENVELOPE), NOW) == []
    assert decide(given(*before), NoteRefused(ENVELOPE, "550 again"), NOW) == []


def test_a_refusal_is_recorded_with_what_the_server_said() -> None:
    assert decide(given(), NoteRefused(ENVELOPE, "550  no such\r\nmailbox"), NOW) == [REFUSED]
    assert given(REFUSED) == RefusedMail(REFUSED)


def test_the_same_refusal_again_is_quiet_and_another_one_is_not() -> None:
    assert decide(given(REFUSED), NoteRefused(ENVELOPE, REFUSED.reason), NOW) == []
    other = decide(given(REFUSED), NoteRefused(ENVELOPE, "552 too large"), NOW)
    assert other == [MailRefused(**FIELDS, reason="552 too large")]


def test_a_sent_message_bounces_once() -> None:
    assert decide(given(SENT), NoteBounced("mailbox full"), NOW) == [BOUNCED]
    assert given(SENT, BOUNCED) == BouncedMail(BOUNCED)
    assert decide(given(SENT, BOUNCED), NoteBounced("mailbox full"), NOW) == []


@pytest.mark.parametrize("before", [(), (REFUSED,)])
def test_what_was_not_sent_cannot_bounce(before: tuple[Event, ...]) -> None:
    with pytest.raises(NotSent):
        decide(given(*before), NoteBounced("mailbox full"), NOW)


def test_facts_that_do_not_follow_change_nothing() -> None:
    assert given(BOUNCED) == INITIAL
    assert given(SENT, REFUSED) == SentMail(SENT)


def test_a_reason_is_one_short_line() -> None:
    assert shortened("a\tb\n c") == "a b c"
    assert shortened("  ") == "no reason given"
    assert len(shortened("x" * 2_000)) == REASON_LENGTH_MAX


def test_a_reaction_has_one_message() -> None:
    assert mail_uid(UUID(int=7)) == mail_uid(UUID(int=7)) != mail_uid(UUID(int=8))
