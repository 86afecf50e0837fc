"""Setting the approval policy of a bank, and telling every version there was."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import Principal, bank_itself
from application.shared.proposals import Draft, Hands, ProposalKind, Proposing
from application.shared.streams import Entity, Reference
from application.shared.views import View
from domain.banks import banks, policies
from domain.banks.banks import open_bank
from domain.banks.policies import (
    DEFAULT,
    ApprovalPolicy,
    PolicySet,
    PolicyTerms,
    SetPolicy,
    Tier,
    policy_uid,
)
from domain.shared.rules import fields_in

_BANK = Entity("bank", banks.DECIDER, banks.BankOpened, bank_itself)


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to change of a policy; what is not given stays. `tiers` replaces all that there were."""

    four_eyes: bool | UnsetType = UNSET
    tiers: tuple[Tier, ...] | UnsetType = UNSET
    hold_hours: int | UnsetType = UNSET
    splitting_days: int | UnsetType = UNSET
    remind_days: int | UnsetType = UNSET

    def of(self, policy: ApprovalPolicy) -> PolicyTerms:
        """What the policy says with this change."""
        given = {name: it for name, it in asdict(self).items() if it is not UNSET}
        return PolicyTerms(**fields_in(policy, PolicyTerms) | given)


class PolicyVersion(ApprovalPolicy, frozen=True, kw_only=True):
    """One version of a policy: by whom it was set and confirmed (null: at the machine), and when it came into force.

    Version 0 is what holds until one is set.
    """

    set_by: UUID | None = None
    confirmed_by: UUID | None = None
    set_at: dt.datetime | None = None


class PolicySetting(PolicyTerms, frozen=True, kw_only=True):
    """All that the policy of a bank is to say."""

    bank_uid: UUID

    @property
    def told(self) -> str:
        """The same in words."""
        times = (
            f"hold what goes to a changed account for {self.hold_hours} hours, add up the claims of "
            f"{self.splitting_days} days, bring up what waits after {self.remind_days} days"
        )
        eyes = "" if self.four_eyes else ", without four eyes"
        return f"Ask {'; '.join(map(_tier, self.tiers))}; {times}{eyes}"


def _tier(tier: Tier) -> str:
    people = "one" if tier.approvals == 1 else f"{tier.approvals}"
    amount = "any amount" if tier.up_to is None else f"up to {tier.up_to}"
    roles = " and ".join(f"{role}s" for role in tier.roles)
    return f"{people} of the {roles} about {amount} {tier.currency or 'of other currencies'}"


async def _policy(view: View, bank_uid: UUID) -> ApprovalPolicy:
    return (await view.stream(policies.DECIDER, policy_uid(bank_uid))).state


async def _setting(view: View, terms: PolicySetting, hands: Hands) -> Sequence[Write]:
    at = await view.find(_BANK, terms.bank_uid)
    open_bank(at.state)
    command = SetPolicy(
        **fields_in(terms, PolicyTerms),
        bank_uid=at.uid,
        bank_id=at.id,
        set_by=hands.proposed_by,
        confirmed_by=hands.confirmed_by,
    )
    return [Write(policies.DECIDER, policy_uid(at.uid), command)]


POLICY = ProposalKind(
    name="policy", terms=PolicySetting, writes=_setting, summary=lambda it: it.told
)


class ApprovalPolicies:
    """The use cases of policies; they raise as `Proposing` and `domain.banks.policies` say."""

    def __init__(self, commands: Commands, proposing: Proposing) -> None:
        self._commands = commands
        self._proposing = proposing

    async def set(self, bank: Reference, change: PolicyChange, call: Call) -> Carried:
        """Put a policy in force; takes a second person.

        Raises:
            BankInactive: the bank is out of use.
        """

        async def draft(view: View) -> Draft[PolicySetting]:
            at = await view.find(_BANK, bank)
            terms = change.of(await _policy(view, at.uid))
            return Draft(
                terms=PolicySetting(bank_uid=at.uid, **asdict(terms)),
                bank_uid=at.uid,
                bank_id=at.id,
            )

        return await self._proposing.propose(POLICY, draft, call)

    async def versions(self, bank: Reference, caller: Principal) -> list[PolicyVersion]:
        """Every version that a bank's policy had, the one in force first.

        Raises:
            NotFound: there is no such bank, or it is not the caller's to see.
        """
        view = self._commands.view(caller)
        uid = policy_uid((await view.find(_BANK, bank)).uid)
        facts = (await view.stream(policies.DECIDER, uid)).facts
        told = [
            PolicyVersion(**fields_in(it.event, PolicyVersion))
            for it in reversed(facts)
            if isinstance(it.event, PolicySet)
        ]
        return [*told, PolicyVersion(**asdict(DEFAULT))]
