"""Requests per second by the number of api processes behind one address, with one or two of each of the others.

Every request records an expense durably, under a key of its own; the api's processes share one socket, the load
generator is a process of its own on the same machine. At the end of each round everything that was answered has to be
in the log once and in the read model once: more of each loses and doubles nothing. `of one` compares with the first row
of the same round.

    python -m benchmarks.processes [--seconds 6] [--rounds 3] [--clients 64] [--apis 1 2 4]
"""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import uuid4

import msgspec

from benchmarks.daybook import Daybook, daybook
from benchmarks.load import Load, load
from benchmarks.machine import Table, asked
from benchmarks.posts import EXPENSE

_RECORDED = "SELECT count(*) FROM daybook.events WHERE name LIKE 'expense.recorded.%'"


def expense() -> bytes:
    """A request that records an expense."""
    return (
        b"POST /expenses HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        b"Idempotency-Key: %b\r\n\r\n%b" % (len(EXPENSE), uuid4().hex.encode(), EXPENSE)
    )


@contextmanager
def _running(at: Daybook, apis: int, others: int) -> Iterator[Daybook]:
    environment = {**at.environment, "DAYBOOK_API_WORKERS": str(apis)}
    several = msgspec.structs.replace(at, environment=environment)
    with several.serving(), ExitStack() as rest:
        for name in ("projector", "worker") * others:
            rest.enter_context(several.running("interfaces.cli", name))
        several.wait_caught_up()
        yield several


def measure(at: Daybook, apis: int, others: int, clients: int, seconds: float) -> Load:
    """One run, after which the log and the read model have been counted.

    Raises:
        RuntimeError: something that was answered is missing, or there twice.
    """
    with _running(at, apis, others) as several:
        load(several.port, clients, 0.5, expense)
        before = at.rows(_RECORDED)
        done = load(several.port, clients, seconds, expense)
        recorded = at.rows(_RECORDED) - before
        several.wait_caught_up()
        shown = at.rows("SELECT count(*) FROM read.expenses")
        if recorded != len(done.latencies) or shown != at.rows(_RECORDED):
            answered = len(done.latencies)
            raise RuntimeError(f"{answered} were answered, {recorded} recorded; {shown} are shown")
    return done


def main() -> None:
    """Measure and print the table of docs/scaling.md."""
    options = asked(__doc__, seconds=6.0, rounds=3, clients=64, apis=[1, 2, 4])
    runs = [(apis, others) for others in (1, 2) for apis in options.apis]
    with daybook() as at:
        rounds = [
            {run: measure(at, *run, options.clients, options.seconds) for run in runs}
            for _ in range(options.rounds)
        ]
    table = Table(
        "processes of the api", "projectors, workers", "requests/s", "p50", "p99", "of one"
    )
    for run in runs:
        loads = [one[run] for one in rounds]
        rate = statistics.median(each.rate for each in loads)
        share = statistics.median(one[run].rate / one[runs[0]].rate for one in rounds)
        p50, p99 = (statistics.median(it.quantile_ms(each) for it in loads) for each in (0.5, 0.99))
        told = (f"{rate:,.0f}", f"{p50:.1f} ms", f"{p99:.1f} ms", f"{share:.0%}")
        table.row(str(run[0]), f"{run[1]}, {run[1]}", *told)
    table.print()
    print("\nEvery request that was answered is in the log and in the read model, once.")


if __name__ == "__main__":
    main()
