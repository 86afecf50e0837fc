"""How long somebody waits to sign in while files are imported: alone, and beside so many imports at once, in one run.

python -m benchmarks.sign_in_beside_imports [--files 8] [--rows 20000] [--alone 20]
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable
from uuid import uuid4

import httpx

from benchmarks.daybook import Daybook, daybook, write_expenses
from benchmarks.machine import Table, asked
from benchmarks.posts import secured
from infrastructure.demo import DEMO_PASSWORD, OPERATOR_EMAIL

_PATIENCE_S = 300.0


async def _sign_in(client: httpx.AsyncClient) -> httpx.Response:
    body = {"email": OPERATOR_EMAIL, "password": DEMO_PASSWORD}
    return (await client.post("/auth/token", json=body)).raise_for_status()


async def _waits(client: httpx.AsyncClient, until: Awaitable[object], times: int) -> list[float]:
    """Seconds of each sign-in: so many at least, one after the other, and as long as that has not happened."""
    over, waits = asyncio.ensure_future(until), list[float]()
    while not over.done() or len(waits) < times:
        started = time.perf_counter()
        await _sign_in(client)
        waits.append(time.perf_counter() - started)
    await over
    return waits


async def _import(client: httpx.AsyncClient, file: bytes) -> None:
    answer = await client.post(
        "/imports/expenses", files={"file": ("a.csv", file)}, data={"source": uuid4().hex}
    )
    answer.raise_for_status()


async def measure(at: Daybook, file: bytes, files: int, alone: int) -> tuple[list[float], ...]:
    """The waits alone and beside the imports."""
    url = f"http://127.0.0.1:{at.port}"
    async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE_S) as client:
        token = (await _sign_in(client)).json()["access_token"]
        calm = await _waits(client, asyncio.sleep(0), alone)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE_S, headers=headers) as sending:
            importing = asyncio.gather(*(_import(sending, file) for _ in range(files)))
            return calm, await _waits(client, importing, 1)


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, files=8, rows=20_000, alone=20)
    with daybook() as bare:
        at = secured(bare)
        write_expenses(at.home / "rows.csv", options.rows)
        with at.serving():
            file = (at.home / "rows.csv").read_bytes()
            measured = asyncio.run(measure(at, file, options.files, options.alone))
    table = Table("signing in", "times", "median", "longest")
    beside = f"beside {options.files} imports of {options.rows:,} rows"
    for name, waits in zip(("alone", beside), measured, strict=True):
        shown = (f"{seconds * 1000:,.0f} ms" for seconds in (statistics.median(waits), max(waits)))
        table.row(name, len(waits), *shown)
    table.print()


if __name__ == "__main__":
    main()
