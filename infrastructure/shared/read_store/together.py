"""Projectors of several servers in one process."""

from collections.abc import Sequence
from threading import Event, Thread

from infrastructure.shared.read_store.projecting import Projector


class Projectors:
    """Run as one. Each has a line and a connection of its own, so no server keeps the followers of another waiting."""

    def __init__(self, projectors: Sequence[Projector]) -> None:
        self._projectors = projectors

    def run(self, stop: Event) -> None:
        """Follow the log with all of them until `stop` is set, and return once each has finished."""
        threads = [Thread(target=each.run, args=(stop,)) for each in self._projectors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
