"""The thread that imports accepted files in the background of a process."""

import threading
from collections.abc import Callable

from application.imports.use_cases import ExpenseImports

FailureNote = Callable[[Exception], None]


class Interrupted(Exception):
    """The worker was stopped in the middle of an import, which the next worker takes up from its beginning."""


class PendingImports:
    """Runs `ExpenseImports.run_pending` at its start, when kicked, and every `poll_s` seconds.

    The poll adopts imports whose process died, and repeats those that failed for a reason of ours; `note_failure` hears
    of each such failure.
    """

    def __init__(
        self, imports: ExpenseImports, note_failure: FailureNote, *, poll_s: float = 5.0
    ) -> None:
        self._imports = imports
        self._note_failure = note_failure
        self._poll_s = poll_s
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="pending-imports", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def kick(self) -> None:
        """Look for accepted files now: one was just accepted."""
        self._wake.set()

    def stop(self, timeout_s: float = 2.0) -> None:
        """End the work, and wait up to `timeout_s` seconds for the import under way to notice."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                self._imports.run_pending(self._interrupt)
            except Interrupted:
                return
            except Exception as error:  # noqa: BLE001 - the next round tries again
                self._note_failure(error)
            self._wake.wait(self._poll_s)

    def _interrupt(self, rows: int, size_bytes: int) -> None:  # noqa: ARG002 - a Progress
        if self._stopping:
            raise Interrupted
