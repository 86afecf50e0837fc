"""The letter that says that somebody signs in otherwise from now on, or that a session of theirs was ended for them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from application.mail.use_cases import Mail
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Reaction
from application.shared.services import Services
from application.shared.streams import Facts, facts_of
from domain import identity
from domain.identity import ActiveUser, UserPasswordChanged, UserSessionsEnded
from domain.identity.sessions import SessionEnded
from domain.identity.ways import (
    PasskeyAdded,
    PasskeyRemoved,
    SubjectPinned,
    WaysForgotten,
)


async def mail_sign_in_ways(reaction: Reaction, services: Services) -> None:
    """Tell the user what the reaction's event changed, at the address they sign in with."""
    facts = facts_of(await services.log.stream(reaction.subject))
    changed = next((it for it in facts if it.position == reaction.position), None)
    owner = getattr(facts[0].event, "user_uid", reaction.subject) if facts else reaction.subject
    user = await services.commands.state(identity.DECIDER, owner)
    if changed is None or not isinstance(user, ActiveUser):
        return
    told = _told(changed.event, facts)
    values = {"first_name": user.name, "at": changed.recorded_at, "name": "", "because": "", **told}
    await services.of(Mail).deliver(reaction, user.email, "sign_in_ways", values)


def _told(event: Any, facts: Facts) -> dict[str, Any]:
    match event:
        case PasskeyAdded(name=name):
            return {"change": "added", "name": name}
        case PasskeyRemoved(passkey_uid=uid, because=because):
            return {"change": "removed", "name": _name(facts, uid), "because": because}
        case SessionEnded(because=because):
            return {"change": "session_ended", "because": because}
        case _:
            return {"change": _CHANGES[type(event)]}


_CHANGES: dict[Any, str] = {
    SubjectPinned: "pinned",
    WaysForgotten: "forgotten",
    UserPasswordChanged: "password",
    UserSessionsEnded: "sessions_ended",
}


def _name(facts: Facts, passkey_uid: UUID) -> str:
    added = [it.event for it in facts if isinstance(it.event, PasskeyAdded)]
    return next((it.name for it in added if it.passkey_uid == passkey_uid), "")


HANDLERS: Mapping[str, Handler] = {"mail_sign_in_ways": mail_sign_in_ways}
"""The kind of reaction that tells people how they sign in."""
