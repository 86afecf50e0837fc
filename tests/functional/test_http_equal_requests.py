"""What an idempotency key stands for is what a request says, however it is written."""

import hashlib
import json
from collections.abc import Mapping
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.asking import problem
from tests.sites import AN_EXPENSE, Site

COMMON_SITE = True

REST = json.dumps({name: value for name, value in AN_EXPENSE.items() if name != "amount"})[1:-1]


def _sent(site: Site, key: str, body: str) -> httpx.Response:
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    return site.http.post("/expenses", content=body, headers=headers)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('"48.20"', "48.2"),
        ("48.2", '"48.20"'),
        ('"1200"', "1.2e3"),
        ('"48.2"', '"+48.20"'),
        ('"-3.50"', "-3.5"),
    ],
)
def test_the_same_amount_is_the_same_request(site: Site, first: str, second: str) -> None:
    key = uuid4().hex
    made = _sent(site, key, f'{{"amount": {first}, {REST}}}')
    again = _sent(site, key, f'{{{REST}, "amount": {second}}}')
    assert (made.status_code, again.status_code) == (201, 201), again.text
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == made.json()


def test_another_amount_is_another_request(site: Site) -> None:
    key = uuid4().hex
    assert _sent(site, key, f'{{"amount": "48.20", {REST}}}').status_code == 201
    other = _sent(site, key, f'{{"amount": "48.02", {REST}}}')
    problem(other, 422, "idempotency_key_reused")


def _kept_before(site: Site, key: str, body: Mapping[str, object]) -> None:
    """Put the hash that an earlier release would have kept of this body in the place of what is kept."""
    text = json.dumps(body, separators=(",", ":")).encode()
    digest = hashlib.sha256(b"POST /expenses" + len(text).to_bytes(8, "big") + text).digest()
    statement = "UPDATE daybook.idempotency_keys SET request_hash = %s WHERE key = %s"
    with psycopg.connect(site.settings["DATABASE_URL"], autocommit=True) as connection:
        assert connection.execute(statement, (digest, key)).rowcount == 1


def test_a_key_of_an_earlier_release_is_still_known(site: Site) -> None:
    """Whoever sends a request before an upgrade, and again after it, has it done once."""
    key, body = uuid4().hex, {**AN_EXPENSE, "amount": "48.20"}
    made = _sent(site, key, json.dumps(body))
    _kept_before(site, key, body)
    again = _sent(site, key, json.dumps(body))
    assert (again.status_code, again.json()) == (201, made.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = _sent(site, key, json.dumps({**body, "amount": "48.21"}))
    problem(other, 422, "idempotency_key_reused")
