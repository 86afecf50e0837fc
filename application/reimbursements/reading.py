"""Reading one claim off the log: as it is, or as it was at a moment.

A member sees their own claims; the administrators and auditors of a bank see all that were submitted to it.
"""

import datetime as dt
from collections.abc import Mapping
from itertools import chain
from operator import attrgetter
from uuid import UUID

from application.reimbursements.use_cases import CLAIM
from application.shared.commands import Commands
from application.shared.permissions import NOBODY, Principal, of_bank, own_as_user
from application.shared.streams import Fact, Facts, Reference, named
from domain.payments import obligations, payments
from domain.payments.obligation_facts import obligation_uid
from domain.payments.obligations import all_payments
from domain.payments.payment_facts import payment_uid
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
        """The facts of the claim, of what is owed and of its payments, or those that had happened at `as_of`.

        Raises:
            NotFound: it had not been submitted then, either.
        """
        uid = named(claim)
        if not isinstance(uid, UUID):
            uid = (await self._commands.view(caller).find(CLAIM, claim)).uid
        # All at one moment: of a payment without the approval before it nothing could be made. Only where there were
        # several attempts it takes a second look, and that sees no less.
        view = self._commands.view(caller)
        await view.load(uid, obligation_uid(uid), payment_uid(uid))
        found = await view.find(CLAIM, uid)
        owed = await view.stream(obligations.DECIDER, obligation_uid(uid))
        of_payments = all_payments(owed.state, uid)
        await view.load(*of_payments)
        paid = [(await view.stream(payments.DECIDER, each)).facts for each in of_payments]
        facts = tuple(sorted(chain(found.facts, owed.facts, *paid), key=attrgetter("position")))
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
