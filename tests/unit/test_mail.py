"""Given a message, when its sending or its return is reported, then ..."""

from uuid import UUID

import msgspec
import pytest

from domain import mail
from domain.shared.events import Event
from tests.kits import given_of

ENVELOPE = mail.Envelope(
    reaction_id=UUID(int=7),
    policy="mail about claims",
    recipient="ines.falk@harbour.example",
    subject="Your claim was approved",
    message_id="<7@daybook.example>",
)
FIELDS = msgspec.structs.asdict(ENVELOPE)
SENT = mail.MailSent(**FIELDS)
REFUSED = mail.MailRefused(**FIELDS, reason="550 no such mailbox")
BOUNCED = mail.MailBounced(**FIELDS, reason="mailbox full")


given = given_of(mail.DECIDER)


@pytest.mark.parametrize("before", [(), (REFUSED,)])
def test_a_message_that_was_taken_over_is_sent(before: tuple[Event, ...]) -> None:
    given(*before).when(mail.NoteSent(ENVELOPE)).then(SENT)
    assert given(*before, SENT).state == SENT


@pytest.mark.parametrize("before", [(SENT,), (SENT, BOUNCED)])
def test_a_message_that_is_out_is_not_recorded_again(before: tuple[Event, ...]) -> None:
    given(*before).when(mail.NoteSent(ENVELOPE)).quiet()
    given(*before).when(mail.NoteRefused(ENVELOPE, "550 again")).quiet()


def test_a_refusal_is_recorded_with_what_the_server_said() -> None:
    given().when(mail.NoteRefused(ENVELOPE, "550  no such\r\nmailbox")).then(REFUSED)
    assert given(REFUSED).state == REFUSED


def test_the_same_refusal_again_is_quiet_and_another_one_is_not() -> None:
    given(REFUSED).when(mail.NoteRefused(ENVELOPE, REFUSED.reason)).quiet()
    other = mail.MailRefused(**FIELDS, reason="552 too large")
    given(REFUSED).when(mail.NoteRefused(ENVELOPE, other.reason)).then(other)


def test_a_sent_message_bounces_once() -> None:
    given(SENT).when(mail.NoteBounced("mailbox full")).then(BOUNCED)
    assert given(SENT, BOUNCED).state == BOUNCED
    given(SENT, BOUNCED).when(mail.NoteBounced("mailbox full")).quiet()


@pytest.mark.parametrize("before", [(), (REFUSED,)])
def test_what_was_not_sent_cannot_bounce(before: tuple[Event, ...]) -> None:
    given(*before).when(mail.NoteBounced("mailbox full")).refused(mail.NotSent)


def test_facts_that_do_not_follow_change_nothing() -> None:
    assert given(BOUNCED).state is None
    assert given(SENT, REFUSED).state == SENT


def test_a_reason_is_one_short_line() -> None:
    assert mail.shortened("a\tb\n c") == "a b c"
    assert mail.shortened("  ") == "no reason given"
    assert mail.shortened("550\x1b[31m no\u202e such\ud800 user\0") == "550 [31m no such user"
    assert len(mail.shortened("x" * 2_000)) == mail.REASON_LENGTH_MAX


def test_a_reaction_has_one_message() -> None:
    assert mail.mail_uid(UUID(int=7)) == mail.mail_uid(UUID(int=7)) != mail.mail_uid(UUID(int=8))
