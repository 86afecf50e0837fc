"""Whose subject of a provider is: a stream per subject, so that two users at once cannot both be it."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.identity.ways import Subject, SubjectDiffers
from domain.shared.deciders import Decider
from domain.shared.events import Event, event
from domain.shared.ids import derived


class ClaimSubject(msgspec.Struct, frozen=True):
    """Let a subject be this user. `former` is who it was and is no more, since their ways were forgotten."""

    user_uid: UUID
    former: UUID | None = None


@event("sign_in_subject.claimed.v1", by=ClaimSubject)
class SubjectClaimed(Event, frozen=True):
    """A subject is this user."""

    user_uid: UUID


def subject_uid(subject: Subject) -> UUID:
    """The stream of a subject."""
    return derived("subject of a provider", subject.issuer, subject.subject)


def decide(state: UUID | None, command: ClaimSubject, now: datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is already so.

    Raises:
        SubjectDiffers: the subject is another user.
    """
    if state == command.user_uid:
        return []
    if state not in (None, command.former):
        raise SubjectDiffers("Your identity provider says that you are somebody else here.")
    return [SubjectClaimed(command.user_uid)]


def evolve(state: UUID | None, fact: Event) -> UUID | None:
    """Whose the subject is after a fact."""
    return fact.user_uid if isinstance(fact, SubjectClaimed) else state


DECIDER: Decider[UUID | None, ClaimSubject] = Decider(None, decide, evolve)
