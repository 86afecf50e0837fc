"""Requests of clients that break off or write broken chunks: each has a head and the beginning of a body."""

import json
from collections.abc import Callable

from tests.sites import AN_EXPENSE, Site

BODY = json.dumps(AN_EXPENSE).encode()
FORM = b"multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\nmember_name,'


def head(path: str, *headers: bytes) -> Callable[[Site], bytes]:
    """The head of a POST by an operator."""

    def made(site: Site) -> bytes:
        lines = [f"POST {path} HTTP/1.1".encode(), b"Host: localhost", *headers]
        lines += [f"{name}: {value}".encode() for name, value in site.authorization().items()]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    return made


ALONE = (
    b"POST /auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 500\r\n\r\n"
)
JSON, CHUNKED = b"Content-Type: application/json", b"Transfer-Encoding: chunked"
FORM_TYPE = b"Content-Type: " + FORM
BREAKING = {
    "half a body": (head("/expenses", JSON, b"Content-Length: 500"), BODY[:20]),
    "no body": (head("/expenses", JSON, b"Content-Length: 500"), b""),
    "half a chunk": (head("/expenses", JSON, CHUNKED), b"64\r\n" + BODY[:20]),
    "a chunk without a length": (
        head("/expenses", JSON, CHUNKED),
        b"zz\r\n" + BODY + b"\r\n0\r\n\r\n",
    ),
    "half a form": (head("/imports/expenses", FORM_TYPE, b"Content-Length: 9999"), PART),
    "half a form in chunks": (head("/imports/expenses", FORM_TYPE, CHUNKED), b"ff\r\n" + PART),
    "a form with a broken chunk": (head("/imports/expenses", FORM_TYPE, CHUNKED), b"-1\r\n" + PART),
    "half a sign-in": (head("/auth/token", JSON, b"Content-Length: 500"), b'{"email": "a'),
}
