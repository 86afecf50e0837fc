"""Requests per second of `POST /expenses`, validated and durable, against a POST that does nothing, in one run.

Every request has an `Idempotency-Key` of its own and is answered when its event is on disk. The no-op is measured twice
on the same Granian with one worker: as a route of the same app, so behind the same request ids, logs and metrics, and
as a route of a bare Litestar, which is the limit of framework and load generator. In the last row the projector is
at work on the same cores.

    python -m benchmarks.posts [--seconds 8] [--rounds 3] [--clients 64]
"""

import argparse
import statistics
from uuid import uuid4

from litestar import Litestar, get, post

from application.permissions import Permission
from benchmarks.daybook import Daybook, daybook
from benchmarks.load import Load, load
from benchmarks.machine import Table
from interfaces.api import app
from interfaces.http.routes import documented

_POST, _NOOP = "POST /expenses", "no-op in the same app"
_BODY = (
    b'{"departments":"Finance","project_name":"Ledger Renewal","amount":"1200.00","currency":"EUR",'
    b'"date":"2026-01-31","member_name":"Greta Hoffmann"}'
)


@post("/noop", opt=documented(Permission.PUBLIC))
async def noop() -> None:
    """Answer 201 and nothing else."""


@get("/health/live")
async def live() -> None:
    """Tell the benchmark that the bare app is up."""


def with_noop() -> Litestar:
    """The product's app, and the no-op."""
    product = app()
    product.register(noop)
    return product


def bare() -> Litestar:
    """Nothing but the no-op."""
    return Litestar([noop, live], openapi_config=None, logging_config=None)


def expense() -> bytes:
    """A request that records an expense."""
    return _request(b"/expenses")


def nothing() -> bytes:
    """The same request to the no-op."""
    return _request(b"/noop")


def _request(path: bytes) -> bytes:
    return (
        b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        b"Idempotency-Key: %b\r\n\r\n%b" % (path, len(_BODY), uuid4().hex.encode(), _BODY)
    )


def measure(at: Daybook, clients: int, seconds: float) -> dict[str, Load]:
    """One round of them all."""
    with at.serving("benchmarks.posts:bare"):
        load(at.port, clients, 0.5, nothing)
        loads = {"no-op on a bare Litestar": load(at.port, clients, seconds, nothing)}
    with at.serving("benchmarks.posts:with_noop"):
        load(at.port, clients, 0.5, expense)
        loads[_NOOP] = load(at.port, clients, seconds, nothing)
        loads[_POST] = load(at.port, clients, seconds, expense)
        with at.running("interfaces.cli", "projector"):
            at.wait_caught_up()
            loads[f"{_POST}, projected meanwhile"] = load(at.port, clients, seconds, expense)
    return loads


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=64)
    options = parser.parse_args()
    with daybook() as at:
        rounds = [measure(at, options.clients, options.seconds) for _ in range(options.rounds)]
    table = Table(f"{options.clients} clients", "requests/s", "p50", "p99", "of the app's no-op")
    limit = statistics.median(loads[_NOOP].rate for loads in rounds)
    for name in rounds[0]:
        loads = [loads[name] for loads in rounds]
        rate = statistics.median(each.rate for each in loads)
        p50, p99 = (
            statistics.median(each.quantile_ms(share) for each in loads) for share in (0.5, 0.99)
        )
        table.row(name, f"{rate:,.0f}", f"{p50:.1f} ms", f"{p99:.1f} ms", f"{rate / limit:.0%}")
    table.print()


if __name__ == "__main__":
    main()
