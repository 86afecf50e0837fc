"""Transactions over HTTP, as tests ask for them."""

import random
from collections.abc import Mapping
from uuid import uuid4

import httpx

from tests.sites import Site

HEADER = "transaction_id,user_id,amount,transaction_date\n"
USERS = random.Random(1)


def ingest(site: Site, user: int, amount: str = "1.00", **changes: object) -> httpx.Response:
    """Ingest one, with these fields changed."""
    body = {
        "transaction_id": uuid4().hex,
        "user_id": user,
        "amount": amount,
        "transaction_date": "2026-03-14",
        **changes,
    }
    return site.http.post("/transactions", json=body)


def hand_in(site: Site, rows: str, **fields: str) -> httpx.Response:
    """Import a file of transactions, and wait until it can be queried."""
    file = {"file": ("transactions.csv", (HEADER + rows).encode())}
    fields = {"source": uuid4().hex, **fields}
    answer = site.http.post("/imports/transactions", files=file, data=fields)
    if answer.status_code == 201:
        site.http.get("/transactions?limit=1", headers=site.after(answer)).raise_for_status()
    return answer


def summary(
    site: Site, user: object, query: str = "", after: httpx.Response | None = None
) -> httpx.Response:
    """Ask for the summary of a user, as of an answer if that is given."""
    headers: Mapping[str, str] = site.after(after) if after else {}
    return site.http.get(f"/transactions/{user}/summary{query}", headers=dict(headers))
