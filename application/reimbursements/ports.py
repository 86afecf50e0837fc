"""What telling people about claims needs of other contexts."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from application.shared.reactions.ports import Reaction


class ClaimPost(Protocol):
    """Sends mail; after `digest_above` letters of a kind to somebody in a while, a digest tells of the others."""

    digest_above: int

    async def deliver(
        self,
        reaction: Reaction,
        recipient: Any,
        template: str,
        values: Mapping[str, Any],
        *,
        first: UUID | None = None,
        about: UUID | None = None,
    ) -> None:
        """Send the one message of a reaction, unless it is known to be out.

        Raises:
            Permanent: the mail server refused it.
            Unavailable: it could not be sent, or nobody knows.
        """

    async def is_out(self, reaction: Reaction) -> bool:
        """Whether the message of a reaction is known to be out."""


class BankRoster(Protocol):
    """Who administers the banks."""

    async def of(self, bank_uid: UUID, position: int) -> Sequence[UUID]:
        """The uids of the administrators of a bank as of this position of the log; raises `Unavailable`."""
