"""Setting the approval policy of a bank, and telling every version there was."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from application.shared.commands import Call, Carried, Commands, View, Write
from application.shared.permissions import Principal, bank_itself
from application.shared.streams import Entity, Reference, Stream
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


class ApprovalPolicies:
    """The use cases of policies; they raise as `Commands` and `domain.banks.policies` say."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def set_here(self, bank: Reference, change: PolicyChange, call: Call) -> Carried:
        """Put a policy in force at once, as whoever is at the machine may.

        Raises:
            BankInactive: the bank is out of use.
        """

        async def prepare(view: View) -> Sequence[Write]:
            return [setting(await view.find(_BANK, bank), await _policy(view, bank), change)]

        return await self._commands.carry_out(call, prepare)

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


async def _policy(view: View, bank: Reference) -> ApprovalPolicy:
    uid = policy_uid((await view.find(_BANK, bank)).uid)
    return (await view.stream(policies.DECIDER, uid)).state


def setting(
    at: Stream[banks.State],
    policy: ApprovalPolicy,
    change: PolicyChange,
    set_by: UUID | None = None,
    confirmed_by: UUID | None = None,
) -> Write:
    """What puts a policy in force at a bank; raises as `open_bank`."""
    open_bank(at.state)
    command = SetPolicy(
        **fields_in(change.of(policy), PolicyTerms),
        bank_uid=at.uid,
        bank_id=at.id,
        set_by=set_by,
        confirmed_by=confirmed_by,
    )
    return Write(policies.DECIDER, policy_uid(at.uid), command)
