"""The letter that says that somebody can sign in another way from now on, or cannot any more."""

from collections.abc import Mapping
from typing import Any

from application.mail.use_cases import Mail
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Reaction
from application.shared.services import Services
from application.shared.streams import facts_of
from domain import identity
from domain.identity import ActiveUser
from domain.identity.ways import (
    PasskeyAdded,
    PasskeyRemoved,
    SubjectPinned,
    WaysForgotten,
)


async def mail_sign_in_ways(reaction: Reaction, services: Services) -> None:
    """Tell the user what the reaction's event changed, at the address they sign in with."""
    facts = facts_of(await services.log.stream(reaction.subject))
    began = facts[0].event
    if not isinstance(began, PasskeyAdded | SubjectPinned):
        return
    added = [it.event for it in facts if isinstance(it.event, PasskeyAdded)]
    names = {it.passkey_uid: it.name for it in added}
    changed = next((it for it in facts if it.position == reaction.position), None)
    user = await services.commands.state(identity.DECIDER, began.user_uid)
    if changed is None or not isinstance(user, ActiveUser):
        return
    values = {"first_name": user.name, "at": changed.recorded_at, **_told(changed.event, names)}
    await services.of(Mail).deliver(reaction, user.email, "sign_in_ways", values)


def _told(event: Any, names: Mapping[Any, str]) -> dict[str, Any]:
    match event:
        case PasskeyAdded(name=name):
            return {"change": "added", "name": name, "because": ""}
        case PasskeyRemoved(passkey_uid=uid, because=because):
            return {"change": "removed", "name": names.get(uid, ""), "because": because}
        case SubjectPinned():
            return {"change": "pinned", "name": "", "because": ""}
        case WaysForgotten():
            return {"change": "forgotten", "name": "", "because": ""}
    return {}


HANDLERS: Mapping[str, Handler] = {"mail_sign_in_ways": mail_sign_in_ways}
"""The kind of reaction that tells people how they sign in."""
