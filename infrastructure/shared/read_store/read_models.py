"""Rebuilding, verifying and retiring on request: the adapter behind `application.shared.read_models.ReadModels`."""

from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import TypeVar

from application.shared.ports import EventLog
from application.shared.read_models import Progress, ReadModels, Rebuilt, Retired, Verified
from domain.shared.errors import NotFound, nearest
from infrastructure.shared.connections import reaching
from infrastructure.shared.read_store.collecting import collecting_rarely
from infrastructure.shared.read_store.replaying import no_progress, rebuild, verify
from infrastructure.shared.read_store.retiring import retire
from infrastructure.shared.read_store.sharding import UNDIVIDED, Shards
from projections.shared.projection import Projection

_AWAY = "the server of the read models does not answer, or takes no writes; try again later"

T = TypeVar("T", Rebuilt, Verified)


class PostgresReadModels(ReadModels):
    """The read models of one database; every call opens the connections it needs and closes them.

    Args:
        is_remote: whether the log is on another server.
        shards: into how many parts a copy is divided, if much of the log is to be read for it.
    """

    def __init__(
        self,
        database_url: str,
        log: EventLog,
        projections: Sequence[Projection],
        *,
        is_remote: bool = False,
        shards: Shards = UNDIVIDED,
    ) -> None:
        self._shards = shards
        self._is_remote = is_remote
        self._database_url = database_url
        self._log = log
        self._projections = {projection.name: projection for projection in projections}

    def names(self) -> Sequence[str]:
        return list(self._projections)

    def versions(self) -> Mapping[str, int]:
        """The read models of this code with their versions."""
        return {name: projection.version for name, projection in self._projections.items()}

    def rebuild(
        self, name: str, progress: Progress | None = None, stop: Event | None = None
    ) -> Rebuilt:
        """As the port says; ends with `Stopped` soon after `stop` is set."""
        return self._replayed(rebuild, name, progress, stop)

    def verify(
        self, name: str, progress: Progress | None = None, stop: Event | None = None
    ) -> Verified:
        """As the port says; ends with `Stopped` soon after `stop` is set."""
        return self._replayed(verify, name, progress, stop)

    def retire(self, names: Sequence[str] = (), *, force: bool = False) -> Sequence[Retired]:
        with reaching(_AWAY):
            return retire(self._database_url, self._projections, names, force=force)

    def _replayed(
        self, work: Callable[..., T], name: str, progress: Progress | None, stop: Event | None
    ) -> T:
        projection, told = self._named(name), progress or no_progress
        stop = stop or Event()
        with reaching(_AWAY), collecting_rarely():
            return work(
                self._database_url,
                self._log,
                projection,
                stop=stop,
                progress=told,
                is_remote=self._is_remote,
                shards=self._shards,
            )

    def _named(self, name: str) -> Projection:
        try:
            return self._projections[name]
        except KeyError:
            near = nearest(name, list(self._projections))
            raise NotFound(
                f"there is no projection {name!r}; there are {', '.join(self._projections)}",
                code="unknown_projection",
                nearest=near,
            ) from None
