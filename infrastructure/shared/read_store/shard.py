"""The process that fills one shard of a copy: `python -m infrastructure.shared.read_store.shard`, its task on stdin.

It ends as soon as its input does, which is when whoever began it has ended. Exit code 1: it did not succeed, and what
it printed says why.
"""

import logging
import os
import sys
from threading import Event, Thread

import msgspec
import structlog

from domain.shared.errors import Unavailable
from infrastructure.shared.event_log.recorders import open_log
from infrastructure.shared.read_store.collecting import collecting_rarely
from infrastructure.shared.read_store.connections import connected
from infrastructure.shared.read_store.replaying import ReplayedCopy, no_progress
from infrastructure.shared.read_store.sharding import ShardTask, pour
from projections.shared.catalog import PROJECTIONS


def fill(task: ShardTask) -> None:
    """Build the shard in tables of its own, and pour them into the copy; its checkpoint stays."""
    shelf = task.shelf
    (projection,) = [each for each in PROJECTIONS if each.name == shelf.projection]
    log = open_log(task.log_url, readers_max=1)
    with connected(task.database_url, f"shard {shelf.key}") as connection:
        copy = ReplayedCopy(
            connection,
            log,
            projection,
            shelf,
            task.purpose,
            stop=Event(),
            progress=no_progress,
            is_remote=task.epoch is not None,
            shard=task.shard,
        )
        if copy.epoch != task.epoch:
            raise Unavailable("the log was taken back just now", code="log_changed")
        with collecting_rarely():
            copy.fill(task.until)
        pour(connection, projection, task)
        copy.pass_by(task.until)
    log.close()


def main() -> None:
    """Do what stands in the first line of the input."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=ShardTask)
    Thread(target=_end_with_input, daemon=True).start()
    try:
        fill(task)
    except Exception as error:  # noqa: BLE001 - whoever began it is told, and does it alone
        sys.stdout.write(f"{type(error).__name__}: {error}")
        sys.stdout.flush()
        os._exit(1)
    os._exit(0)  # the thread reads on


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
