"""What every proposal says when it is made, for machinery that knows no more of proposals than that they wait."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.events import Event


class ProposalTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for that somebody else has to confirm.

    Attributes:
        bank_uid, bank_id: the bank it is about, if it is about one.
        kind: what is proposed, which says how `terms` are read.
        terms: what it would come to, as JSON.
        summary: the same in one sentence for people, account numbers masked.
        concerns: the users whom it is about.
        proposed_by, proposed_by_name: the user who proposes it; None at the machine.
        at_version: how many facts there were of what it would change; unset where that was not noted yet.
    """

    bank_uid: UUID | None = None
    bank_id: int | None = None
    kind: str
    terms: dict[str, Any]
    summary: str
    concerns: tuple[UUID, ...] = ()
    proposed_by: UUID | None = None
    proposed_by_name: str
    at_version: int | UnsetType = UNSET

    @property
    def user_uid(self) -> UUID | None:
        """The first of those whom it concerns."""
        return self.concerns[0] if self.concerns else None


class Proposed(ProposalTerms, Event, frozen=True, kw_only=True):
    """It waits for somebody else, until it lapses; so long it changes nothing."""

    expires_at: dt.datetime
