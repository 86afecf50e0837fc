"""What a log costs: bytes per event and per row of read models, what an archive frees, and what idle processes take.

Files of invented expenses and transactions are imported and projected; claims are approved and paid, with their
letters; then the files are archived. Bytes are those of tables with their indexes, after a VACUUM. At the end
everything runs and nobody asks for anything: memory is what is a process's own (PSS, children included), processor
time what it takes of one core.

    python -m benchmarks.sizes [--rows 50000] [--claims 500] [--idle 20]
"""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec
import psycopg

from benchmarks.daybook import (
    Daybook,
    answers,
    daybook,
    finish,
    until,
    write_expenses,
    write_transactions,
)
from benchmarks.machine import Table, asked
from benchmarks.reactions import is_over, record
from infrastructure.archives.ranges import archive

_S_MAX = 600.0
_SETTLE_S = 3.0
_EVENTS = "pg_total_relation_size('daybook.events')"
_READ = """(SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c
            WHERE c.relnamespace = 'read'::regnamespace AND c.relkind = 'r')"""
_BESIDE = """(SELECT sum(pg_total_relation_size(t::regclass))::bigint
              FROM unnest('{daybook.reactions, daybook.mailbox, daybook.idempotency_keys}'::text[]) t)"""


class Sizes(msgspec.Struct, frozen=True):
    """How many events there are, and the bytes of log, read models and what lies beside the log."""

    number: int
    events: int
    read: int
    beside: int

    def since(self, before: "Sizes") -> "Sizes":
        """What came since."""
        names = self.__struct_fields__
        return Sizes(*(getattr(self, each) - getattr(before, each) for each in names))


def sizes(at: Daybook) -> Sizes:
    """What there is now."""
    with psycopg.connect(at.database_url, autocommit=True) as connection:
        connection.execute("VACUUM")
    told = ("(SELECT count(*) FROM daybook.events)", _EVENTS, _READ, _BESIDE)
    return Sizes(*(at.rows(f"SELECT coalesce({each}, 0)") for each in told))


def imported(at: Daybook, kind: str, write: Callable[[Path, int], None], rows: int) -> None:
    """Import a file and wait until it is in the read models."""
    write(path := at.home / f"{kind}.csv", rows)
    finish(at.start("interfaces.cli", "import", kind, str(path)))
    at.wait_caught_up()


def freed(at: Daybook, number: int) -> tuple[float, float]:
    """The bytes of an event's row before and after so many of them were archived."""
    rows = f"SELECT sum(pg_column_size(e.*)) FROM daybook.events e WHERE position <= {number}"
    before = at.rows(rows)
    until(lambda: _archives(at, number), _S_MAX)
    return before / number, at.rows(rows) / number


def _archives(at: Daybook, until_position: int) -> bool:
    taken_in = at.rows("SELECT min(position) FROM daybook.checkpoints")
    return taken_in >= until_position and bool(
        [*archive(at.database_url, at.home / "archives", until_position + 1)]
    )


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    parents = {
        int(path.name): int((path / "stat").read_text().rpartition(")")[2].split()[1])
        for path in Path("/proc").iterdir()
        if path.name.isdecimal() and (path / "stat").exists()
    }
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def memory_mb(pids: Sequence[int]) -> float:
    """What these processes have resident, what they share divided among them, in MB of 1,000,000 bytes."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() for pid in pids]
    kib = [int(line.split()[1]) for lines in rollups for line in lines if line.startswith("Pss:")]
    return sum(kib) * 1024 / 1e6


def busy_s(pids: Sequence[int]) -> float:
    """The processor time that these processes have taken."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in stats) / os.sysconf("SC_CLK_TCK")


def server_pid(at: Daybook) -> int:
    """The process that all of PostgreSQL's descend from."""
    with psycopg.connect(at.database_url) as connection:
        pid = connection.info.backend_pid
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def idle(pids: dict[str, int], seconds: float) -> Table:
    """What processes take when nobody asks for anything."""
    time.sleep(_SETTLE_S)
    families = {name: family(pid) for name, pid in pids.items()}
    began = {name: busy_s(them) for name, them in families.items()}
    time.sleep(seconds)
    table = Table("idle", "memory", "of a core")
    for name, them in families.items():
        share = (busy_s(them) - began[name]) / seconds
        table.row(name, f"{memory_mb(them):.0f} MB", f"{share:.1%}")
    return table


def main() -> None:
    """Measure and print the tables of docs/operations.md."""
    options = asked(__doc__, rows=50_000, claims=500, idle=20.0)
    table = Table("what", "events", "log, bytes per event", "read models", "beside the log")

    def row(what: str, number: int, came: Sizes) -> None:
        each = (f"{size / number:,.0f}" if size else "none" for size in (came.read, came.beside))
        table.row(what, f"{came.number / number:.1f}", f"{came.events / came.number:,.0f}", *each)

    with daybook() as at, ExitStack() as processes:
        own = {
            "DAYBOOK_SMTP_URL": f"sink://{at.home}/mail/smtp.sock",
            "DAYBOOK_SETTLE_AFTER_S": "0",
        }
        at = msgspec.structs.replace(at, environment={**at.environment, **own})
        running = {"projector": processes.enter_context(at.running("interfaces.cli", "projector"))}
        at.wait_projecting()
        before = sizes(at)
        for kind, write in (("expenses", write_expenses), ("transactions", write_transactions)):
            imported(at, kind, write, options.rows)
            now = sizes(at)
            row(f"a row of {kind}", options.rows, now.since(before))
            before = now
        for name in ("mailbox", "worker"):
            running[name] = processes.enter_context(at.running("interfaces.cli", name))
        asyncio.run(record(at.database_url, options.claims))
        until(lambda: is_over(at, options.claims), _S_MAX)
        at.wait_caught_up()
        row("a claim that is paid", options.claims, sizes(at).since(before))
        whole, left = freed(at, before.number)
        running["api"] = processes.enter_context(at.running("interfaces.cli", "api"))
        until(lambda: answers(at.port, "/health/live"), _S_MAX)
        pids = {name: each.pid for name, each in running.items()}
        found = idle({**pids, "PostgreSQL": server_pid(at)}, options.idle)
    table.print()
    print(
        f"\nThe row of an event in the log has {whole:.0f} bytes, and {left:.0f} once it is archived.\n"
    )
    found.print()


if __name__ == "__main__":
    main()
