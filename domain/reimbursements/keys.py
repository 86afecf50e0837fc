"""Claim keys: which claims say the same, exactly, however many are submitted at one moment.

Every (member, amount, currency, date) is a stream of its own. A claim uses its key when it is submitted, and gives it
back when it is amended to another or withdrawn; both happen in one append with the claim's own event, so of two equal
claims one is the earlier, and the other knows it.
"""

from datetime import datetime
from typing import assert_never
from uuid import UUID

import msgspec

from domain.reimbursements.details import Details
from domain.shared.deciders import Decider
from domain.shared.events import Event, event
from domain.shared.ids import derived

# Commands


class _OfClaim(msgspec.Struct, frozen=True, kw_only=True):
    reimbursement_uid: UUID


class UseKey(_OfClaim, frozen=True, kw_only=True):
    """A claim says now what the key stands for."""


class ReleaseKey(_OfClaim, frozen=True, kw_only=True):
    """A claim does not say it any more."""


Command = UseKey | ReleaseKey


# Events


@event("claim_key.used.v1", by=UseKey)
class ClaimKeyUsed(_OfClaim, Event, frozen=True):
    """A claim has this member, amount, currency and date."""


@event("claim_key.released.v1", by=ReleaseKey)
class ClaimKeyReleased(_OfClaim, Event, frozen=True):
    """A claim has them no more: it was amended or withdrawn."""


# State


class ClaimKey(msgspec.Struct, frozen=True):
    """The claims that hold the key, the earliest first."""

    holders: tuple[UUID, ...] = ()

    def earlier_than(self, reimbursement_uid: UUID) -> UUID | None:
        """The claim that came first, if it is not this one."""
        return next((one for one in self.holders if one != reimbursement_uid), None)


INITIAL = ClaimKey()


# Rules


def key_uid(member_uid: UUID, details: Details) -> UUID:
    """The stream of the key of these details, which must be in their normal form (`12.5` and `12.50` differ)."""
    amount, currency, day = details.amount, details.currency, details.incurred_on
    return derived("claim key", member_uid, str(amount), currency, day.isoformat())


def decide(state: ClaimKey, command: Command, now: datetime) -> list[Event]:  # noqa: ARG001
    """What the command leads to; nothing where it is already so. A key refuses nobody."""
    holds = command.reimbursement_uid in state.holders
    match command:
        case UseKey(reimbursement_uid=uid):
            return [] if holds else [ClaimKeyUsed(reimbursement_uid=uid)]
        case ReleaseKey(reimbursement_uid=uid):
            return [ClaimKeyReleased(reimbursement_uid=uid)] if holds else []
        case _:
            assert_never(command)


# Evolution


def evolve(state: ClaimKey, fact: Event) -> ClaimKey:
    """The state after a fact; facts that do not follow leave it as it is."""
    match fact:
        case ClaimKeyUsed(reimbursement_uid=uid) if uid not in state.holders:
            return ClaimKey((*state.holders, uid))
        case ClaimKeyReleased(reimbursement_uid=uid):
            return ClaimKey(tuple(one for one in state.holders if one != uid))
        case _:
            return state


DECIDER: Decider[ClaimKey, Command] = Decider(INITIAL, decide, evolve)
