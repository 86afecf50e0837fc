"""Asking for the words that a claim still needs: at once where somebody endorsed it, and anew where it waits for long.

Rules upheld here:
- only those are asked whose word would help, as the policy and what stands beside the claim are now;
- a claim that waits as many days as the policy says is brought up again; after twice as many to those whom the policy
  asks about more than that, too, or to operators where it names nobody;
- whoever gets many such letters gets the others as a digest.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from application.reimbursements.deciding import (
    approver_of,
    controls_of,
    givers_of,
    of_approver,
    rests_on,
)
from application.reimbursements.ports import BankRoster, ClaimPost
from application.shared.commands import Commands
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.ports import Record
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import NotYet, PlannedReaction, Reaction, planned_id
from application.shared.rosters import Roster
from application.shared.services import Services
from application.shared.views import View
from domain import identity
from domain.banks import administrators, banks, policies
from domain.banks.administrators import ActiveAdministrator
from domain.banks.policies import policy_uid
from domain.identity import UserDeactivated, UserRegistered, UserRolesChanged
from domain.reimbursements import claims
from domain.reimbursements.claims import (
    PendingClaim,
    ReimbursementAmended,
    ReimbursementSubmitted,
)
from domain.reimbursements.words import Approver, Controls, LimitsTooLow, is_enough, may_say
from domain.shared.kits import known
from domain.shared.roles import Role

_DAY_S = 86_400.0
_DIGEST_S = 600
"""Seconds between two digests for the same administrator, as for claims that come in."""

_STAGES = 2


class WordsWanted:
    """Who could still say something for a claim, and asking them.

    Args:
        addressee: what the post wants of whom a letter is for: `address`, `name` and `bank`.
    """

    def __init__(
        self,
        commands: Commands,
        post: ClaimPost,
        roster: BankRoster,
        addressee: Callable[..., Any],
    ) -> None:
        self._commands, self._roster = commands, roster
        self._addressee = addressee
        self._operators: dict[UUID, None] = {}
        kinds = (UserRegistered, UserRolesChanged, UserDeactivated)
        self._users = Roster(commands.log, kinds, self._take)
        self.post = post

    def _take(self, record: Record[Any]) -> None:
        if Role.OPERATOR in getattr(record.event, "roles", ()):
            self._operators[record.stream_id] = None
        else:
            self._operators.pop(record.stream_id, None)

    async def asked(self, claim_uid: UUID, stage: int) -> list[PlannedReaction]:
        """A letter to each whose word would help, at the last stage to the next tier, too; none if it is decided."""
        view = self._commands.view(THE_LOCAL_OPERATOR)
        claim = await _waiting(view, claim_uid)
        if claim is None:
            return []
        payload = {"claim": str(claim_uid), "stage": stage}
        return [
            PlannedReaction(
                "mail_word_wanted_of",
                one.administrator_uid,
                {**payload, "user": str(one.user_uid)},
            )
            for one in await self._people(view, claim)
            if _is_asked(view, claim, one, stage)
        ]

    async def _people(self, view: View, claim: PendingClaim) -> Sequence[Approver]:
        """Everybody who decides claims of this bank, if only the policy asks them."""
        bank, head = claim.submitted.bank_uid, await self._commands.log.head_async()
        uids = await self._roster.of(bank, head)
        await self._users.read_to(head)
        await view.load(*uids, *rests_on(claim, view.now))
        states = [view.state(administrators.DECIDER, uid) for uid in uids]
        users = [it.value.user_uid for it in states if isinstance(it, ActiveAdministrator)]
        users += self._operators
        await view.load(*[uid for user in users for uid in of_approver(bank, user)])
        found = (approver_of(view, bank, user, view.now) for user in users)
        return list(filter(None, found))

    async def ask(self, reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
        """Write to one of them, if their word would still help; in a digest if they get many such letters."""
        view = self._commands.view(THE_LOCAL_OPERATOR)
        told = reaction.payload
        claim_uid, user, stage = UUID(told["claim"]), UUID(told["user"]), int(told["stage"])
        claim = await _waiting(view, claim_uid)
        if claim is None:
            return []
        bank = claim.submitted.bank_uid
        await view.load(bank, *rests_on(claim, view.now), *of_approver(bank, user))
        one = approver_of(view, bank, user, view.now)
        if one is None or not _is_asked(view, claim, one, stage):
            return []
        is_crowded = await services.reactions.is_crowded(
            reaction.id, self.post.digest_above, _DIGEST_S
        )
        if is_crowded and one.role is Role.ADMINISTRATOR and not await self.post.is_out(reaction):
            return [_digest(reaction.subject, view.now)]
        state, at = view.state(identity.DECIDER, user), known(view.state(banks.DECIDER, bank))
        if isinstance(state, identity.ActiveUser):
            to = self._addressee(address=state.email, name=one.name, bank=at.name if at else "")
            values = _values(view, claim_uid, claim, stage) | {"first_name": one.name}
            first = await _first(view, claim_uid)
            await self.post.deliver(
                reaction, to, "word_wanted", values, first=first, about=claim_uid
            )
        return []

    async def remind(self, reaction: Reaction) -> Sequence[PlannedReaction]:
        """The letters about a claim that waits for long, and the next stage; raises `NotYet` until then."""
        view = self._commands.view(THE_LOCAL_OPERATOR)
        claim = await _waiting(view, reaction.subject)
        if claim is None:
            return []
        uid, stage = policy_uid(claim.submitted.bank_uid), int(reaction.payload.get("stage", 1))
        days = (await view.stream(policies.DECIDER, uid)).state.remind_days * stage
        since = max(_moments(fact.event for fact in await _facts(view, reaction.subject)))
        left_s = (since + dt.timedelta(days=days) - view.now).total_seconds()
        if left_s > 0:
            raise NotYet(min(left_s, _DAY_S), "the claim does not wait for long yet")
        letters = await self.asked(reaction.subject, stage)
        if stage == _STAGES:
            return letters
        return [*letters, PlannedReaction("remind_claim", reaction.subject, {"stage": stage + 1})]


def _is_asked(view: View, claim: PendingClaim, one: Approver, stage: int) -> bool:
    controls = controls_of(view, claim, view.now)
    claimant = claim.submitted.user_uid
    if stage == _STAGES and one.role in _asked_next(view, claim, controls):
        return one.user_uid != claimant
    said = {word.user_uid for word in claim.words}
    if one.user_uid in {claimant, *said} or not may_say(one, claimant, controls):
        return False
    try:
        is_enough(one, givers_of(view, claim, view.now), claimant, claim.details, controls)
    except LimitsTooLow:
        return False
    return True


def _asked_next(view: View, claim: PendingClaim, controls: Controls) -> set[Role]:
    """The roles of the next tier that have no say in the claim as it is; operators, where there is no such tier."""
    policy = view.state(policies.DECIDER, policy_uid(claim.submitted.bank_uid))
    tiers = policy.tiers_from(claim.details.amount + controls.spent, claim.details.currency)
    roles = tiers[1].roles if len(tiers) > 1 else (Role.OPERATOR,)
    return set(roles) - set(controls.roles)


async def _waiting(view: View, claim_uid: UUID) -> PendingClaim | None:
    state = (await view.stream(claims.DECIDER, claim_uid)).state
    return state if isinstance(state, PendingClaim) else None


async def _facts(view: View, claim_uid: UUID) -> Sequence[Any]:
    return (await view.stream(claims.DECIDER, claim_uid)).facts


async def _first(view: View, claim_uid: UUID) -> UUID:
    """The receipt, which letters about the claim are shown with."""
    position = (await _facts(view, claim_uid))[0].position
    return planned_id("mail receipts", position, "mail_claim_received")


def _moments(facts: Iterable[Any]) -> list[dt.datetime]:
    """Since when what is claimed now waits."""
    return [
        fact.amended_at if isinstance(fact, ReimbursementAmended) else fact.submitted_at
        for fact in facts
        if isinstance(fact, ReimbursementSubmitted | ReimbursementAmended)
    ]


def _values(view: View, uid: UUID, claim: PendingClaim, stage: int) -> dict[str, Any]:
    policy = view.state(policies.DECIDER, policy_uid(claim.submitted.bank_uid))
    return {
        "claim_uid": uid,
        "member_name": claim.submitted.member_name,
        "words": [word.administrator_name for word in claim.words],
        "days": policy.remind_days * stage,
        **msgspec.structs.asdict(claim.details),
    }


def _digest(administrator: UUID, now: dt.datetime) -> PlannedReaction:
    """The letter that tells an administrator of all claims that wait, at the end of the ten minutes running now."""
    ends_at = (now.timestamp() // _DIGEST_S + 1) * _DIGEST_S
    after_s = ends_at - now.timestamp()
    return PlannedReaction("mail_digest", administrator, after_s=after_s, shared=f"{ends_at:.0f}")


async def mail_word_wanted(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Ask those who can give the word that an endorsed claim still needs."""
    return await services.of(WordsWanted).asked(reaction.subject, 0)


async def mail_word_wanted_of(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Ask one of them."""
    return await services.of(WordsWanted).ask(reaction, services)


async def remind_claim(reaction: Reaction, services: Services) -> Sequence[PlannedReaction]:
    """Bring a claim up again that waits for long."""
    return await services.of(WordsWanted).remind(reaction)


HANDLERS: Mapping[str, Handler] = {
    "mail_word_wanted": mail_word_wanted,
    "mail_word_wanted_of": mail_word_wanted_of,
    "remind_claim": remind_claim,
}
"""The kinds of reactions that ask for words."""
