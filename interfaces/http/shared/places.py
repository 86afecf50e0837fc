"""Places for what goes on for long and holds a connection to the database meanwhile: nobody takes all of them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from weakref import finalize

from domain.shared.errors import Throttled, Unavailable
from interfaces.http.shared.metrics import counting_folder

EXPORTS_MAX = 6
"""Exports in hand at once in one api: each holds one of the connections that answer queries, and lists need some."""

EXPORTS_MAX_OF_ONE = 3
"""Exports in hand at once for one user in one api."""


class SharedPlaces:
    """Whose streams, or exports, are open, and how many may be, in all workers of an api together.

    A place is a lock on a file, which ends with the process that holds it, however that ends.

    Args:
        what: what they are places for, in the plural.
        most: how many there are.
        most_of_one: how many of them one person may have.
    """

    def __init__(self, what: str, most: int, most_of_one: int) -> None:
        self._what, self._most, self._most_of_one = what, most, most_of_one
        self._shared = counting_folder()

    @cached_property
    def _folder(self) -> Path:
        if self._shared is not None:
            return self._shared
        own = mkdtemp(prefix=f"daybook-{self._what}-")
        finalize(self, rmtree, own)
        return Path(own)

    @contextmanager
    def place(self, actor: str) -> Iterator[None]:
        """A place for one more of somebody's, for the length of the block.

        Raises:
            Unavailable: as many are open as may be.
            Throttled: as many of theirs are.
        """
        code = f"too_many_{self._what}"
        with ExitStack() as stack:
            if not self._takes(stack, "all", self._most):
                told = f"{self._most} {self._what} are open, which is the limit."
                raise Unavailable(told, code=code, retry_after_s=10)
            theirs = f"of-{sha256(actor.encode()).hexdigest()[:32]}"
            if not self._takes(stack, theirs, self._most_of_one):
                told = f"Of yours {self._most_of_one} {self._what} are open, which is the limit."
                raise Throttled(told, code=code, retry_after_s=10)
            yield

    def _takes(self, stack: ExitStack, name: str, most: int) -> bool:
        """Take one of the places of this name until the stack is closed; False if none is free."""
        for number in range(most):
            file = (self._folder / f"{self._what}-{name}-{number}").open("ab")
            try:
                flock(file, LOCK_EX | LOCK_NB)
            except BlockingIOError:
                file.close()
            else:
                stack.callback(file.close)
                return True
        return False


def export_places() -> SharedPlaces:
    """The places of those who take files of rows."""
    return SharedPlaces("exports", EXPORTS_MAX, EXPORTS_MAX_OF_ONE)
