"""Mail that Daybook sends: one stream per message, from the attempt to what became of it.

Rules upheld here:
- a message is sent once; what a repetition reports again is not recorded again;
- a message that was refused may be sent after all, when an operator has put right what was wrong;
- only what was sent can bounce.

```
no mail ──sent──► sent ──bounced──► bounced
   └──refused──► refused ──sent──► sent
```
"""

import datetime as dt
from typing import TypeGuard, assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Refused
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.rules import only_seen

REASON_LENGTH_MAX = 500


def mail_uid(reaction_id: UUID) -> UUID:
    """The stream of the one message of a reaction."""
    return derived("mail", reaction_id)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """Which message it is: the reaction that sends it, to whom, under which `Message-ID`.

    `reimbursement_uid` is the claim it is about; None if it is about none, and for letters from before that was noted.
    """

    reaction_id: UUID
    policy: str
    recipient: str
    subject: str
    message_id: str
    reimbursement_uid: UUID | None = None


# Commands


class NoteSent(msgspec.Struct, frozen=True):
    """A mail server took the message over."""

    envelope: Envelope


class NoteRefused(msgspec.Struct, frozen=True):
    """A mail server will not take the message, now or later; `reason` is what it said."""

    envelope: Envelope
    reason: str


class NoteBounced(msgspec.Struct, frozen=True):
    """The message was taken over and came back; `reason` is what the report says."""

    reason: str


Command = NoteSent | NoteRefused | NoteBounced


# Events


@event("mail.sent.v1", by=NoteSent)
class MailSent(Envelope, Event, frozen=True, omit_defaults=True):
    """A mail server took the message over."""


@event("mail.refused.v1", by=NoteRefused)
class MailRefused(Envelope, Event, frozen=True, kw_only=True, omit_defaults=True):
    """A mail server refused the message for good."""

    reason: str


@event("mail.bounced.v1", by=NoteBounced)
class MailBounced(Envelope, Event, frozen=True, kw_only=True, omit_defaults=True):
    """A message that was sent came back."""

    reason: str


State = MailSent | MailRefused | MailBounced | None
"""The last fact of a message, which says all that is known of it; None if nothing was sent, or nobody knows yet."""


# Refusals


class NotSent(Refused, code="mail_not_sent"):
    """A message bounces that was never sent."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it already happened.

    Raises:
        NotSent: a message bounces that was not sent.
    """
    match command:
        case NoteSent(envelope):
            return [] if is_out(state) else [MailSent(**msgspec.structs.asdict(envelope))]
        case NoteRefused():
            return _refused(state, command)
        case NoteBounced():
            return _bounced(state, command)
        case _:
            assert_never(command)


def _refused(state: State, command: NoteRefused) -> list[Event]:
    """A repetition of a message that is out says nothing about the message."""
    reason = shortened(command.reason)
    if is_out(state) or (isinstance(state, MailRefused) and state.reason == reason):
        return []
    return [MailRefused(**msgspec.structs.asdict(command.envelope), reason=reason)]


def _bounced(state: State, command: NoteBounced) -> list[Event]:
    if not is_out(state):
        raise NotSent("a message can bounce only after it was sent")
    if isinstance(state, MailBounced):
        return []
    return [MailBounced(**msgspec.structs.asdict(state), reason=shortened(command.reason))]


def is_out(state: State) -> TypeGuard[MailSent | MailBounced]:
    """Whether a mail server took the message over, whatever became of it then."""
    return isinstance(state, MailSent | MailBounced)


def shortened(reason: str) -> str:
    """A reason as it is kept: one line of what can be seen, at most 500 characters; "no reason given" for a blank."""
    return " ".join(only_seen(reason).split())[:REASON_LENGTH_MAX] or "no reason given"


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case None | MailRefused(), MailSent() | MailRefused():
            return fact
        case MailSent(), MailBounced():
            return fact
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(None, decide, evolve)
