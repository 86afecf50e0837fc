"""Everything an interface may call, joined by `infrastructure.bootstrap.build`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar
from uuid import UUID

from application.shared.checkpoints import Checkpoints
from application.shared.commands import Commands
from application.shared.permissions import Authentication, Principal
from application.shared.ports import Clock, EventLog
from application.shared.quotas import Quotas
from application.shared.reactions.ports import Reactions
from application.shared.read_models import ReadModels, Replays
from application.shared.streams import Entity, Reference

T = TypeVar("T")


class Health(Protocol):
    """Whether the collaborators this process stands on can be used."""

    async def check(self) -> None:
        """Return if the database answers and its schema is the one this code was written for.

        Raises:
            Unavailable: it does not (code `database_unreachable`), or is not (code `migration_pending`).
        """

    async def takes_writes(self) -> bool:
        """Whether the database lets anybody write, and does not say that all of it is only to be read.

        Raises:
            Unavailable: it does not answer.
        """

    async def reaches_redis(self) -> bool | None:
        """Whether Redis answers; None if there is to be none."""

    async def timeline(self) -> int:
        """Which history of its own the database is on: another one once a standby was promoted or it went back.

        Raises:
            Unavailable: it does not answer.
        """


class Upkeep(Protocol):
    """What becomes of rows beside the log that nobody needs any more."""

    async def removed(self) -> Mapping[str, int]:
        """How many rows of each table were removed so far.

        Raises:
            Unavailable: the database does not answer.
        """


@dataclass(frozen=True)
class Outlook:
    """What whoever looks after a Daybook asks; `queries` and `aclose` are as in `Services`."""

    log: EventLog
    queries: Any
    checkpoints: Checkpoints
    reactions: Reactions
    health: Health
    upkeep: Upkeep
    aclose: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Services:
    """The composed application. `queries` is a `projections.shared.query.Queries`, which only its callers need to know.

    Nothing is connected until it is used. `aclose` gives everything back from within the event loop that used it;
    `close` is for callers that never ran one.
    """

    log: EventLog
    commands: Commands
    use_cases: Mapping[type, Any]
    entities: Mapping[str, Entity[Any, Any]]
    queries: Any
    checkpoints: Checkpoints
    read_models: ReadModels
    replays: Replays
    authentication: Authentication
    quotas: Quotas
    reactions: Reactions
    health: Health
    upkeep: Upkeep
    clock: Clock
    new_id: Callable[[], UUID]
    close: Callable[[], None]
    aclose: Callable[[], Awaitable[None]]

    def of(self, kind: type[T]) -> T:
        """The use cases of a context, by their class."""
        found: T = self.use_cases[kind]
        return found

    @cached_property
    def outlook(self) -> Outlook:
        """The part of it that tells how it is."""
        told = (self.log, self.queries, self.checkpoints, self.reactions, self.health, self.upkeep)
        return Outlook(*told, self.aclose)

    @cached_property
    def owners(self) -> Mapping[Callable[..., Any], Any]:
        """Whose method each use case is; one that is none of them is a function on `commands`."""
        return {
            use: one
            for kind, one in self.use_cases.items()
            for use in vars(kind).values()
            if callable(use)
        }

    async def find(self, noun: str, reference: Reference, principal: Principal) -> UUID:
        """The uid of the thing of this kind that a caller names.

        Raises:
            Malformed, NotFound: as `View.find` says.
        """
        return (await self.commands.view(principal).find(self.entities[noun], reference)).uid
