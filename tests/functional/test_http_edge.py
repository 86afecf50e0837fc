"""Clients that break off, write broken chunks, or say a thing twice: a client's fault is never a fault of ours."""

import asyncio
import json
import socket
import time
from collections import Counter
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from interfaces.http.shared.arriving import Arriving, TooSlow
from tests.asking import problem
from tests.broken_clients import ALONE, BREAKING
from tests.processes import wait_until
from tests.sites import AN_EXPENSE, Site


@pytest.mark.parametrize("way", BREAKING)
def test_a_client_that_goes_away_is_no_fault_of_ours(site: Site, way: str) -> None:
    make, body = BREAKING[way]
    before = len(site.output.read_text())
    at = urlsplit(site.url)
    with socket.create_connection((at.hostname, at.port), timeout=120) as client:
        client.sendall(make(site) + body)

    def told() -> str | None:
        assert site.http.get("/health/live").status_code == 200
        lines = site.output.read_text()[before:].splitlines()
        return next((it for it in lines if '"method":"POST"' in it.replace(" ", "")), None)

    line = json.loads(wait_until(told, "the request in the log"))
    assert 400 <= line["status"] < 500, line
    assert "Traceback" not in site.output.read_text()[before:]
    assert 'status="5' not in site.http.get("/metrics").text


def test_who_sends_a_byte_and_waits_stops_nobody_else(site: Site) -> None:
    """Without a token, from one address: others are answered meanwhile, and these hear 408 in the end, as far as
    one address may have so many connections."""
    at = urlsplit(site.url)
    with ExitStack() as opened:
        waiting = [
            opened.enter_context(socket.create_connection((at.hostname, at.port), timeout=120))
            for _ in range(1_100)
        ]
        for client in waiting:
            client.sendall(ALONE + b"{")
        with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2")) as other:
            assert other.get(f"{site.url}/health/live", timeout=120).status_code == 200
        answers = Counter(_beginning(client) for client in waiting)
    assert set(answers) <= {b"HTTP/1.1 408 ", b"HTTP/1.1 429 ", b""}
    assert answers[b"HTTP/1.1 408 "]


def _beginning(client: socket.socket) -> bytes:
    """The first line of an answer; nothing if there is none."""
    with suppress(ConnectionError):
        return client.recv(13)
    return b""


def test_what_a_body_brings_is_time_to_bring_more() -> None:
    async def after(*parts: bytes) -> list[Any]:
        told = iter(parts)

        async def receive() -> Any:
            body = next(told, None)
            if body is None:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": body, "more_body": True}

        arriving = Arriving(receive, grace_s=0.01)
        return [await arriving() for _ in range(len(parts) + 1)]

    with pytest.raises(TooSlow, match="10,000 bytes a second"):
        asyncio.run(after(b"{", b"x" * 100))


def _refused(site: Site, *parts: bytes, **headers: str) -> bytes:
    """The answer to a body that nobody reads, written part by part, and that to another on the same connection."""
    at, fields = urlsplit(site.url), {"Host": urlsplit(site.url).netloc, **headers}
    lines = "\r\n".join(f"{name}: {value}" for name, value in fields.items())
    with socket.create_connection((at.hostname, at.port), timeout=120) as client:
        for part in (f"POST /expenses HTTP/1.1\r\n{lines}\r\n\r\n".encode(), *parts):
            client.sendall(part)
            time.sleep(0.05)  # each is a packet of its own
        if parts:
            last = f"GET /health/live HTTP/1.1\r\nHost: {at.netloc}\r\nConnection: close\r\n\r\n"
            client.sendall(last.encode())
        return b"".join(iter(lambda: client.recv(65_536), b"")) if parts else client.recv(65_536)


def test_who_is_refused_while_still_writing_is_told(site: Site) -> None:
    """A connection that ended with the answer would be reset by what comes after it, and the answer lost."""
    told = _refused(site, b"{", b" ", b"}", **{"Content-Length": "3"}).lower()
    assert b"401 unauthorized" in told
    assert b"200 ok" in told


@pytest.mark.parametrize(
    "headers",
    [{"Content-Length": "3", "Expect": "100-continue"}, {"Content-Length": "100000000"}],
)
def test_who_waits_for_the_answer_before_writing_has_it_at_once(
    site: Site, headers: dict[str, str]
) -> None:
    assert b"401 unauthorized" in _refused(site, **headers).lower()


def test_a_header_that_says_who_calls_is_sent_once(site: Site) -> None:
    token = site.authorization()["Authorization"]
    twice = [("Authorization", token), ("Authorization", token)]
    told = problem(httpx.get(f"{site.url}/banks", headers=twice), 400, "repeated_header")
    assert told["errors"][0]["parameter"] == "Authorization"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"amount": "1.00", "amount": "1000.00"}', "/amount"),
        ('{"amount": "1.00", "am\\u006funt": "1000.00"}', "/amount"),
    ],
)
def test_a_member_that_is_said_twice(site: Site, body: str, pointer: str) -> None:
    """Which of them counts, two readers would say differently."""
    fields = {name: value for name, value in AN_EXPENSE.items() if name != "amount"}
    text = json.dumps(fields)[:-1] + ", " + body[1:]
    answer = site.http.post("/expenses", content=text, headers={"Content-Type": "application/json"})
    (error,) = problem(answer, 400, "malformed")["errors"]
    assert (error["pointer"], error["code"]) == (pointer, "repeated_member")


@pytest.mark.parametrize("amount", ["１２.50", "1_000", " 12.50", "12.50 ", "", "٣"])
def test_an_amount_is_written_in_plain_digits(site: Site, amount: str) -> None:
    (error,) = problem(site.record(amount=amount), 400, "malformed")["errors"]
    assert (error["pointer"], error["code"]) == ("/amount", "wrong_value")


@pytest.mark.parametrize("amount", ["１２.50€", "1_000€", "٣€", "€１2", "1２.50€"])
def test_an_amount_in_a_file_is_written_in_plain_digits(site: Site, amount: str) -> None:
    answer = site.upload(
        f"departments,project_name,amount,date,member_name\nIT,A,{amount},1/2/2026,B\n"
    )
    (error,) = problem(answer, 422, "bad_rows")["errors"]
    assert error["column"] == "amount"


@pytest.mark.parametrize("amount", ["１２.50", "1_000", " 12", "٣"])
@pytest.mark.parametrize("filtered", ["amount", "amount[gte]", "amount[in]", "amount[between]"])
def test_an_amount_in_a_query_is_written_in_plain_digits(
    site: Site, filtered: str, amount: str
) -> None:
    value = f"1,{amount}" if filtered.endswith(("[in]", "[between]")) else amount
    (error,) = problem(site.http.get("/expenses", params={filtered: value}), 400, "invalid_query")[
        "errors"
    ]
    assert (error["parameter"], error["code"]) == (filtered, "bad_value")


@pytest.mark.parametrize("amount", ["12.50", "+12.50", "1e2", "-3", ".5"])
def test_an_amount_in_plain_digits_is_read(site: Site, amount: str) -> None:
    assert site.record(amount=amount).status_code in (201, 422)


@pytest.mark.parametrize("path", ["/auth/token", "/expenses", "/usages/batch"])
@pytest.mark.parametrize("body", [b'{"email": "\xff\xfe"}', b'{"\xff": 1}', b'["\xc3"]'])
def test_a_body_that_is_no_utf8_is_no_fault_of_ours(site: Site, path: str, body: bytes) -> None:
    answer = site.http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
