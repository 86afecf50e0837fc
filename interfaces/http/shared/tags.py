"""Entity tags as requests name them (RFC 9110, section 13.1)."""

from typing import Any

from litestar import Request

from interfaces.http.shared.smaller import plain_tag


def is_known(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether the caller has what this tag names, in whichever coding they got it (`If-None-Match`)."""
    given = request.headers.get("if-none-match", "")
    known = {plain_tag(each.strip().removeprefix("W/")) for each in given.split(",")}
    return not known.isdisjoint((plain_tag(etag.removeprefix("W/")), "*"))
