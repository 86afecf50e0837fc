"""What is asked of the use cases of reimbursements, and what they leave."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from application.shared.lookup import Reference
from application.shared.ports import RecordedEvent

DECISIONS_MAX = 100
"""Claims that can be decided at once."""


class NewClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim to submit. Its currency is that of the account and its day is today (UTC) where they are not given."""

    bank_account: Reference
    amount: Decimal
    description: str
    currency: str | None = None
    incurred_on: dt.date | None = None


class ClaimChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be amended; the rest stays."""

    amount: Decimal | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    incurred_on: dt.date | UnsetType = UNSET


class Verdict(StrEnum):
    """What an administrator says about a claim."""

    APPROVE = "approve"
    DENY = "deny"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator says about one claim; a `reason` is required to deny."""

    reimbursement: Reference
    verdict: Verdict
    reason: str = ""
    acknowledge_duplicates: bool = False
    if_version: int | None = None


class ClaimLeft(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as a command left it: its facts, the oldest first, and the position up to which the command wrote.

    For a replayed idempotency key they are the facts as of the first time.
    """

    events: Sequence[RecordedEvent]
    position: int
    replayed: bool = False

    @property
    def uid(self) -> UUID:
        """The stream of the claim."""
        return self.events[0].stream_id

    @property
    def version(self) -> int:
        """How many facts there are."""
        return self.events[-1].version
