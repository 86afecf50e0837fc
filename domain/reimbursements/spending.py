"""Spending: what was approved for a member in a month, so that a claim cut in pieces counts as the whole it is.

Every (member, currency, month in UTC) is a stream of its own, appended together with each approval: of two approvals at
one moment the second sees the first. What is paid in another currency counts in both.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.events import Event, event
from domain.shared.ids import derived


class CountApproval(msgspec.Struct, frozen=True, kw_only=True):
    """Count an approved claim among what the member spent."""

    reimbursement_uid: UUID
    amount: Decimal


@event("member_spending.counted.v1", by=CountApproval)
class SpendingCounted(CountApproval, Event, frozen=True):
    """A claim was approved for the member."""

    counted_at: dt.datetime


Spending = tuple[SpendingCounted, ...]
"""The state: what was approved, the earliest first."""


def months(now: dt.datetime, days: int) -> Sequence[str]:
    """The months (in UTC) that the days up to now fall into, the current one last."""
    last = now.astimezone(dt.UTC).date()
    first = last - dt.timedelta(days=days)
    each = range(12 * first.year + first.month - 1, 12 * last.year + last.month)
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in each)


def spending_uid(member_uid: UUID, currency: str, month: str) -> UUID:
    """The stream of a member's month, `YYYY-MM`."""
    return derived("member spending", member_uid, currency, month)


def spent(states: Iterable[Spending], now: dt.datetime, days: int) -> Decimal:
    """What was approved in the last so many days."""
    since = now - dt.timedelta(days=days)
    return sum(
        (each.amount for state in states for each in state if each.counted_at > since), Decimal(0)
    )


def decide(state: Spending, command: CountApproval, now: dt.datetime) -> list[Event]:
    """What the command leads to; nothing where the claim was counted. It refuses nothing."""
    if any(each.reimbursement_uid == command.reimbursement_uid for each in state):
        return []
    return [SpendingCounted(**msgspec.structs.asdict(command), counted_at=now)]


def evolve(state: Spending, fact: Event) -> Spending:
    """The state after a fact."""
    return (*state, fact) if isinstance(fact, SpendingCounted) else state


DECIDER: Decider[Spending, CountApproval] = Decider((), decide, evolve)
