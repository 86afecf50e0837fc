"""Filling a copy of a read model by several processes, each with the streams of its shard.

Rules upheld here:
- a shard has tables and a checkpoint of its own, so that what it has written and what it has read agree; when it is
  done it pours its rows into the copy, in one statement for each table, if that is still the copy it was begun for;
- shards end with the process that began them, however that ends;
- if one does not succeed, for whatever reason, none counts: the copy is filled by one process, which tells the reason.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Lock

import msgspec
from psycopg import sql

from application.shared.ports import Shard
from application.shared.read_models import Progress
from domain.shared.events import names_read_as
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.connections import ReadConnection
from infrastructure.shared.read_store.feeding import Stopped
from infrastructure.shared.read_store.tables import drop_schema
from projections.shared.projection import Projection
from projections.shared.shelves import Shelf

# Below this the processes take longer to start than they save.
LEAST_EVENTS = 500_000
_LOOK_S = 0.25


@dataclass(frozen=True)
class Shards:
    """Into how many parts a copy is divided, if much of the log is to be read for it.

    `log_url` and `database_url` are libpq URIs of the log and of the read models.
    """

    count: int
    log_url: str
    database_url: str
    least_events: int = LEAST_EVENTS
    _taken: Lock = field(default_factory=Lock)

    @contextmanager
    def taken_for(self, projection: Projection, events: int) -> Iterator[bool]:
        """Whether a copy is to be divided: it can be, it is worth it, and no other one of this process is."""
        is_worth = self.count > 1 and projection.is_divisible and events >= self.least_events
        has_taken = is_worth and self._taken.acquire(blocking=False)
        try:
            yield has_taken
        finally:
            if has_taken:
                self._taken.release()


UNDIVIDED = Shards(1, "", "")


class ShardTask(msgspec.Struct, frozen=True, kw_only=True):
    """What a process of `shard.py` is to do: fill its part of a copy up to a position.

    `begun_at` is when the checkpoint of the copy was put; `epoch` that of a log on another server.
    """

    log_url: str
    database_url: str
    shelf: Shelf
    purpose: str
    shard: Shard
    until: int
    begun_at: datetime
    epoch: str | None

    @property
    def copy_shelf(self) -> Shelf:
        """That of the copy; `shelf` is that of the shard."""
        return replace(self.shelf, shard="")


def filled_by_shards(
    connection: ReadConnection,
    shards: Shards,
    projection: Projection,
    shelf: Shelf,
    purpose: str,
    at: checkpoints.Checkpoint,
    until: int,
    stop: Event,
    progress: Progress,
) -> str | None:
    """Fill the empty tables of a copy, whose checkpoint is `at`, up to a position; answers its witness.

    Raises:
        Stopped: `stop` was set.
        ShardFailed: one did not succeed; the copy has some of the rows.
    """
    common = [name for kind in projection.apart for name in names_read_as(kind)]
    tasks = [
        ShardTask(
            log_url=shards.log_url,
            database_url=shards.database_url,
            shelf=replace(shelf, shard=f"{number}/{shards.count}"),
            purpose=purpose,
            shard=Shard(number, shards.count, common),
            until=until,
            begun_at=at.updated_at,
            epoch=at.epoch,
        )
        for number in range(1, shards.count + 1)
    ]
    with ExitStack() as stack:
        processes = [stack.enter_context(_begun(task)) for task in tasks]
        while sum(map(_is_running, processes)):  # all are looked at
            if stop.wait(_LOOK_S):
                raise Stopped
            slowest = min((it.position for it in _reached(connection, tasks)), default=0)
            progress(slowest, until)
    reached = _reached(connection, tasks)
    if [it.position for it in reached] != [until] * shards.count:
        raise ShardFailed("the checkpoint of a shard is gone")
    remove_shards(connection, shelf, purpose)
    seen = [it.witness for it in reached if it.witness is not None]
    return max(seen, key=checkpoints.position_of, default=None)


class ShardFailed(Exception):
    """A shard did not succeed; the text says why."""


def remove_shards(connection: ReadConnection, shelf: Shelf, purpose: str) -> None:
    """Remove what shards of a copy have left."""
    found = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname ~ %s AND split_part(nspname, ':', 2) = %s",
        (f"^{purpose}_[0-9]+/[0-9]+:", shelf.key.replace("@", "_v")),
    ).fetchall()
    for (name,) in found:
        drop_schema(connection, name)
    connection.execute(
        "DELETE FROM daybook.checkpoints WHERE slot = %s AND projection ~ '^[0-9]+/[0-9]+:'"
        " AND split_part(projection, ':', 2) = %s",
        (purpose, shelf.key),
    )


def pour(connection: ReadConnection, projection: Projection, task: ShardTask) -> None:
    """Add the rows of a shard to the copy.

    Raises:
        CheckpointLost: the copy is no longer that for which the shard was begun.
    """
    own, into = task.shelf.scratch(task.purpose), task.copy_shelf
    with connection.transaction():
        kept = connection.execute(
            "SELECT FROM daybook.checkpoints WHERE projection = %s AND slot = %s AND updated_at = %s FOR SHARE",
            (into.key, task.purpose, task.begun_at),
        ).fetchone()
        if kept is None:
            raise checkpoints.CheckpointLost(f"the copy of {into.key} is another one")
        for table in (each.table for each in projection.tables):
            names = sql.SQL(", ").join(map(sql.Identifier, table.c.keys()))
            connection.execute(
                sql.SQL("INSERT INTO {} ({names}) SELECT {names} FROM {}").format(
                    sql.Identifier(into.scratch(task.purpose), table.name),
                    sql.Identifier(own, table.name),
                    names=names,
                )
            )


Process = subprocess.Popen[bytes]


@contextmanager
def _begun(task: ShardTask) -> Iterator[Process]:
    """A process at work, until the block ends."""
    command = [sys.executable, "-m", "infrastructure.shared.read_store.shard"]
    with Process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            # It stays open: its end tells the process that whoever began it has ended.
            if process.stdin is not None:
                process.stdin.write(msgspec.json.encode(task) + b"\n")
                process.stdin.flush()
            yield process
        finally:
            process.kill()


def _is_running(process: Process) -> bool:
    """Whether it is not done.

    Raises:
        ShardFailed: it ended without having done what it was to do.
    """
    code = process.poll()
    if code and process.stdout is not None:
        told = process.stdout.read().decode(errors="replace").strip()
        raise ShardFailed(told or f"it ended with {code}")
    return code is None


def _reached(
    connection: ReadConnection, tasks: Sequence[ShardTask]
) -> list[checkpoints.Checkpoint]:
    """The checkpoints of the shards that have begun."""
    found = (checkpoints.read(connection, each.shelf.key, each.purpose) for each in tasks)
    return [each for each in found if each is not None]
