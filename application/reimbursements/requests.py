"""What is asked of the use cases of reimbursements."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from application.shared.values import Amount

DECISIONS_MAX = 100
"""Claims that can be decided at once."""


class NewReimbursement(msgspec.Struct, frozen=True, kw_only=True):
    """A claim to submit: an amount above 0, and 1 to 500 characters that say for what.

    `bank_account_id` is the id or the uid of an account of the caller's. The currency is that of the account and the
    day is today (UTC) if they are not given.
    """

    bank_account_id: int | UUID
    amount: Amount
    description: str
    currency: str | None = None
    incurred_on: dt.date | None = None


class ReimbursementChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of a pending claim; what is not given stays."""

    amount: Amount | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    incurred_on: dt.date | UnsetType = UNSET


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """An approval. `acknowledge_duplicates` says that the claim in `duplicate_of` was seen, and that the account's is.

    `on_behalf_of` is the id or uid of an administrator who lent the caller their limit, to use it here.
    """

    acknowledge_duplicates: bool = False
    on_behalf_of: int | UUID | None = None


class Denial(msgspec.Struct, frozen=True, kw_only=True):
    """A denial, and why: 1 to 500 characters, which the member gets to read."""

    reason: str = ""


class Verdict(StrEnum):
    """What an administrator says about a claim."""

    APPROVE = "approve"
    DENY = "deny"


class OneDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided about one claim, named by its id or uid. To deny it takes a `reason`.

    `if_version` is the number in the claim's `ETag` as it was read: if it has changed since, nothing is decided.
    """

    reimbursement_id: int | UUID
    decision: Verdict
    reason: str = ""
    acknowledge_duplicates: bool = False
    on_behalf_of: int | UUID | None = None
    if_version: Annotated[int, msgspec.Meta(ge=1, le=(1 << 31) - 1)] | None = None


class Decisions(msgspec.Struct, frozen=True, kw_only=True):
    """Up to 100 decisions, which are made one after the other."""

    decisions: Annotated[
        Sequence[OneDecision],
        msgspec.Meta(extra_json_schema={"minItems": 1, "maxItems": DECISIONS_MAX}),
    ]
