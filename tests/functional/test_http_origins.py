"""Pages of other origins that a setting names may ask, and no others; heads that are too long are problems."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from interfaces.http.shared.heads import HEADERS_BYTES_MAX, TARGET_BYTES_MAX
from tests.asking import problem
from tests.sites import Site

BOOKS, OTHERS = "https://books.example", "http://127.0.0.1:3000"
SETTINGS = {"DAYBOOK_CORS_ORIGINS": f"{BOOKS}, {OTHERS}"}

FOREIGN = (
    "https://books.example.evil.example",
    "https://books.example:8443",
    "http://books.example",
    "null",
    "*",
)


@pytest.mark.parametrize("origin", [BOOKS, OTHERS])
def test_a_page_that_is_named_may_ask_and_read_the_headers(site: Site, origin: str) -> None:
    for path, status in (
        ("/banks", 200),
        ("/banks/0", 404),
        ("/nothing", 404),
        ("/health/live", 200),
    ):
        answer = site.http.get(path, headers={"Origin": origin})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == origin
        assert "ETag" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"]
    refused = httpx.get(f"{site.url}/banks", headers={"Origin": origin})
    assert problem(refused, 401, "token_missing")
    assert refused.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize("origin", FOREIGN)
def test_no_other_page_may(site: Site, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        asks = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
        answer = site.http.request(method, "/banks", headers=asks)
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert "Origin" in answer.headers["vary"]


def test_a_preflight_is_answered_for_every_route(site: Site) -> None:
    document = site.http.get("/openapi.json").json()
    parameters = document["components"]["parameters"]
    shared = {f"#/components/parameters/{name}": it for name, it in parameters.items()}
    for path, operations in document["paths"].items():
        for method in operations:
            asks = {"Origin": BOOKS, "Access-Control-Request-Method": method.upper()}
            at = path.replace("{", "").replace("}", "")
            answer = site.http.options(at, headers=asks, auth=lambda it: it)
            assert answer.status_code == 204, path
            assert answer.headers["access-control-allow-origin"] == BOOKS
            assert method.upper() in answer.headers["access-control-allow-methods"].split(", ")
            every = [
                shared.get(it.get("$ref"), it) for it in operations[method].get("parameters", ())
            ]
            taken = {it["name"] for it in every if it["in"] == "header"}
            allowed = answer.headers["access-control-allow-headers"]
            # That one is for pages served from here: with it, a browser's own cookie counts.
            assert "Daybook-Session" not in allowed
            taken -= {"Daybook-Session"}
            assert taken | {"Authorization", "Content-Type", "If-Match"} <= {*allowed.split(", ")}


def test_nothing_changes_for_who_sends_no_origin(site: Site) -> None:
    answer = site.http.options("/banks")
    assert "GET" in answer.headers["allow"]
    assert "access-control-allow-origin" not in answer.headers


def test_a_target_that_is_too_long(site: Site) -> None:
    room = TARGET_BYTES_MAX - len("/banks") - len("name=")
    assert problem(site.http.get(f"/banks?name={'a' * room}"), 400, "invalid_query")
    longer = site.http.get(f"/banks?name={'a' * (room + 1)}")
    assert problem(longer, 414, "uri_too_long", limit=TARGET_BYTES_MAX)
    assert problem(site.http.get(f"/{'a' * 40_000}"), 414, "uri_too_long")


def test_header_fields_that_are_too_large(site: Site) -> None:
    answer = site.http.get("/banks", headers={"X-Padding": "a" * HEADERS_BYTES_MAX})
    assert problem(answer, 431, "headers_too_large", limit=HEADERS_BYTES_MAX)
    assert site.http.get("/banks", headers={"X-Padding": "a" * 60_000}).status_code == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (f"GET /?{'a' * 70_000} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: x\r\n" + "X-A: b\r\n" * 200 + "\r\n", 431),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: foo\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\n\r\n", 400),
    ],
    ids=["target", "fields", "two lengths", "transfer coding", "version"],
)
def test_what_the_server_itself_refuses_is_as_the_document_says(
    site: Site, head: str, status: int
) -> None:
    """A status alone, and the end of the connection: there is no request yet that a problem could tell of."""
    at = urlsplit(site.url)
    with socket.create_connection((at.hostname, at.port), timeout=120) as client:
        client.sendall(head.encode())
        told = b"".join(iter(lambda: client.recv(65_536), b"")).decode()
    assert told.startswith(f"HTTP/1.1 {status} ")
    assert "content-length: 0" in told
    assert "431" in site.http.get("/openapi.json").json()["info"]["description"]
