"""Answers made smaller on their way, as each client likes: the same answers, the same versions, and no secrets."""

import zlib
from collections.abc import Callable, Iterator
from uuid import uuid4

import brotli
import httpx
import pytest
import zstandard

from tests.asking import problem
from tests.people import PASSWORD, let_choose
from tests.seconding import posted
from tests.sites import AN_EXPENSE, Site

COMMON_SITE = True

READ: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "gzip": lambda body: zlib.decompress(body, zlib.MAX_WBITS | 16),
}


class Plain(httpx.Client):
    """Asks as an operator, and shows what came over the wire as it came."""

    def __init__(self, site: Site) -> None:
        super().__init__(base_url=site.url, headers=site.authorization(), timeout=120)

    def bytes_of(
        self, path: str, accept: str | None, method: str = "GET"
    ) -> tuple[httpx.Response, bytes]:
        """An answer, and its body in its coding."""
        request = self.build_request(method, path)
        request.headers.pop("accept-encoding")
        if accept is not None:
            request.headers["Accept-Encoding"] = accept
        answer = self.send(request, stream=True)
        return answer, b"".join(answer.iter_raw())


@pytest.fixture
def plain(site: Site) -> Iterator[Plain]:
    """A client that reads nothing into what it gets."""
    with Plain(site) as client:
        yield client


@pytest.fixture
def listed(site: Site) -> str:
    """A list with some rows."""
    name = f"P-{uuid4().hex[:8]}"
    rows = "".join(f"IT,{name},{amount}€,1/2/2026,Ada\n" for amount in range(1, 41))
    answer = site.upload(f"departments,project_name,amount,date,member_name\n{rows}")
    path = f"/expenses?project_name={name}"
    assert len(site.http.get(path, headers=site.after(answer)).json()["data"]) == 40
    return path


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, zstd;q=0.2, gzip;q=0.3", "gzip"),
        ("br;q=0, *", "zstd"),
        ("X-GZIP", "gzip"),
        ("identity;q=0, gzip;q=0.001", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=0", None),
        ("deflate", None),
        ("gzip;q=2", None),
        ("", None),
        (None, None),
    ],
)
def test_the_coding_that_is_liked_best(
    plain: Plain, listed: str, accept: str | None, coding: str | None
) -> None:
    whole, body = plain.bytes_of(listed, None)
    answer, sent = plain.bytes_of(listed, accept)
    assert answer.headers.get("content-encoding") == coding
    assert int(answer.headers["content-length"]) == len(sent)
    assert "Accept-Encoding" in answer.headers["vary"]
    assert (READ[coding](sent) if coding else sent) == body
    assert len(body) > len(sent) * (3 if coding else 0.9)
    assert whole.headers["content-type"] == answer.headers["content-type"]
    head, nothing = plain.bytes_of(listed, accept, "HEAD")
    assert (head.headers.get("content-encoding"), nothing) == (coding, b"")


@pytest.mark.parametrize("accept", ["identity;q=0", "*;q=0", "deflate, identity;q=0"])
def test_who_takes_nothing_gets_a_reason(plain: Plain, listed: str, accept: str) -> None:
    answer = plain.get(listed, headers={"Accept-Encoding": accept})
    problem(answer, 406, "no_such_coding", available=["br", "zstd", "gzip", "identity"])


@pytest.mark.parametrize("coding", READ)
@pytest.mark.parametrize("suffix", [".csv", ".ndjson"])
def test_an_export_still_flows(plain: Plain, listed: str, coding: str, suffix: str) -> None:
    path = listed.replace("/expenses", f"/expenses{suffix}")
    _, body = plain.bytes_of(path, None)
    answer, sent = plain.bytes_of(path, coding)
    assert answer.headers["content-encoding"] == coding
    assert "content-length" not in answer.headers
    assert READ[coding](sent) == body


def test_events_are_sent_as_they_come(plain: Plain) -> None:
    with plain.stream("GET", "/events/stream") as answer:
        assert "content-encoding" not in answer.headers
        assert next(answer.iter_raw())


@pytest.mark.parametrize("coding", READ)
def test_a_version_is_the_same_in_every_coding(site: Site, plain: Plain, coding: str) -> None:
    """What a client was sent in its coding is what it names when it asks again, and when it changes it."""
    long = {**AN_EXPENSE, "project_name": "P" * 200, "member_name": "M" * 200}
    made = site.http.post("/expenses", json=long)
    path, small = made.headers["location"], {"Accept-Encoding": f"{coding}, identity;q=0"}
    site.http.get(path, headers=site.after(made))
    as_it_is = plain.get(path, headers={"Accept-Encoding": "identity"}).headers["etag"]
    first = plain.get(path, headers=small)
    assert first.headers["content-encoding"] == coding
    assert first.headers["etag"] == f'{as_it_is[:-1]}-{coding}"'
    again = plain.get(path, headers={**small, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (304, first.headers["etag"])
    other = plain.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 304
    body = {"reason": "Twice"}
    voided = plain.post(f"{path}/void", json=body, headers={"If-Match": first.headers["etag"]})
    assert voided.status_code == 200


def test_the_document_is_made_small_once(plain: Plain) -> None:
    whole, body = plain.bytes_of("/openapi.json", None)
    answer, sent = plain.bytes_of("/openapi.json", "br")
    assert brotli.decompress(sent) == body
    assert len(sent) < 60_000
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"] != whole.headers["etag"]
    for tag in (answer.headers["etag"], whole.headers["etag"]):
        again = plain.get("/openapi.json", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")


def test_no_secret_is_made_small(site: Site, plain: Plain) -> None:
    """How well a token is compressed beside what somebody else chose would tell it, byte by byte."""
    email = f"op-{uuid4().hex[:12]}@daybook.example"
    posted(site, "/users", {"email": email, "name": "Olga Op", "role": "operator"})
    let_choose(site, email, PASSWORD)
    answer = plain.post(
        "/auth/token",
        json={"email": email, "password": PASSWORD},
        headers={"Accept-Encoding": "gzip, identity;q=0"},
    )
    assert answer.json()["access_token"]
    assert "content-encoding" not in answer.headers


def test_what_is_somebodys_own_is_kept_nowhere(site: Site, listed: str) -> None:
    for path in (listed.replace("?", ".csv?"), "/auth/me", "/ledger/accounts", "/expenses/nothing"):
        answer = site.http.get(path)
        assert "no-store" in answer.headers["cache-control"], path
        assert answer.headers["vary"] == "Accept, Accept-Encoding, Authorization", path
