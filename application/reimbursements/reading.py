"""Reading one claim off the log: as it is, or as it was at a moment.

A member sees their own claims; the administrators and auditors of a bank see all that were submitted to it.
"""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from application.reimbursements.use_cases import CLAIM
from application.shared.commands import Commands
from application.shared.permissions import NOBODY, Principal, of_bank, own_as_user
from application.shared.streams import Fact, Facts, Reference, named
from domain.payments import payments
from domain.payments.payments import payment_uid
from domain.shared.errors import NotFound
from domain.shared.roles import Role


def own(caller: Principal) -> Mapping[str, UUID]:
    """Which claims are in a caller's own list: a member's are theirs, of anybody else those they see."""
    if Role.MEMBER in caller.roles:
        return {**of_bank(caller), "user_uid": caller.user_uid or NOBODY}
    return own_as_user(caller)


class ClaimRecords:
    """The facts of single claims.

    Every method raises:
        Malformed: the reference is neither an integer nor a UUID.
        NotFound: there is no such claim, or it is not the caller's to see.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def facts(
        self, caller: Principal, claim: Reference, as_of: dt.datetime | None = None
    ) -> Facts:
        """The facts of the claim and of its payment in their order, or those that had happened at `as_of`.

        Raises:
            NotFound: it had not been submitted then, either.
        """
        uid = named(claim)
        if not isinstance(uid, UUID):
            uid = (await self._commands.view(caller).find(CLAIM, claim)).uid
        # Both at one moment: of a payment without the approval before it nothing could be made.
        view = self._commands.view(caller)
        await view.load(uid, payment_uid(uid))
        found = await view.find(CLAIM, uid)
        payment = await view.stream(payments.DECIDER, payment_uid(found.uid))
        # A payment is scheduled once its claim is decided, so all of its facts come after those of the claim.
        facts = found.facts + payment.facts
        if as_of is not None:
            facts = tuple(fact for fact in facts if _happened_at(fact) <= as_of)
        if not facts:
            raise NotFound(f"There was no reimbursement with the id {claim} at {as_of}.")
        return facts


def _happened_at(fact: Fact) -> dt.datetime:
    """When it came about: what the claim shows as that moment, else when it was recorded."""
    moments = (getattr(fact.event, name, None) for name in _MOMENTS)
    return next(filter(None, moments), fact.recorded_at)


_MOMENTS = ("submitted_at", "amended_at", "endorsed_at", "approved_at", "denied_at", "withdrawn_at")
