"""What somebody else has to confirm before it is done: contexts say what there is of it as `ProposalKind`.

A command that may have to wait is handed to `Proposing` with what it comes down to; it is carried out at once, or waits
as a proposal. To confirm it records what the kind `writes` makes of the log by then, together with the confirmation.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from application.shared.commands import Call, Carried, Write
from application.shared.views import View
from domain.shared.exports import declared

T = TypeVar("T", bound=msgspec.Struct)


class Hands(msgspec.Struct, frozen=True, kw_only=True):
    """The users through whose hands something went: None for the machine, or where nobody had to confirm."""

    proposed_by: UUID | None
    confirmed_by: UUID | None = None


class ProposalKind(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Something that takes two people.

    Attributes:
        name: what the proposals of this kind say they are.
        terms: all that is proposed; it is kept as JSON. Numbers of accounts are named as `AccountNumbers` names them,
            and are masked wherever the terms are shown.
        writes: what it comes down to by the log as it is; raises what stands against it. The first of them is what has
            to be confirmed: where that is quiet, nothing waits. Called when it is proposed, to find out, and again when
            it is confirmed.
        summary: the terms in one sentence, without any number of an account.
        owner_is_enough: whether those whom it concerns may confirm it, and need nobody else.
    """

    name: str
    terms: type[T]
    writes: Callable[[View, T, Hands], Awaitable[Sequence[Write]]]
    summary: Callable[[T], str]
    owner_is_enough: bool = False


class Draft(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """What is to be done: `terms` at a bank (if it is about one), and the users whom it `concerns`.

    `at_once` says that by the rules of its context it takes no second person.
    """

    terms: T
    bank_uid: UUID | None = None
    bank_id: int | None = None
    concerns: tuple[UUID, ...] = ()
    at_once: bool = False


class Proposing(Protocol):
    """Has what takes two people done, or proposed."""

    async def propose(
        self, kind: ProposalKind[T], draft: Callable[[View], Awaitable[Draft[T]]], call: Call
    ) -> Carried:
        """Carry out what `draft` makes of the log, or leave a proposal of it: the facts of what is written first.

        At once goes what the machine does, what changes nothing, what the draft says, and what an administrator of a
        bank without four eyes does there.

        Raises:
            Refused: as many proposals of the caller wait as may (`too_many_proposals`).
            DaybookError: what `draft` and the kind's `writes` raise, and what the writes are refused with.
        """


def proposal_kinds() -> Mapping[str, ProposalKind[Any]]:
    """Those of every context, by their names."""
    return {one.name: one for one in declared("application", ProposalKind)}
