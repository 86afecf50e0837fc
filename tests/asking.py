"""Asking a running Daybook over HTTP, in the words in which deciders are tried (tests/kits.py): when, then, refused.

when(mira.http).posts("/reimbursements", json=body).then(201)
when(ruth.http).posts(f"{path}/approve").refused(409, "already_decided", decision="denied")
when(site.http).posts("/banks", json={}).invalid("/name", "/location", status=400)

What was answered otherwise is put in with `problem(answer, 409, "already_decided")`.
"""

import re
from typing import Any

import httpx
import msgspec

from application.shared.permissions import Principal
from tests.signed_in import SignedIn
from tests.sites import Site


class Caller:
    """Calls a running Daybook as somebody, over the one client of the site."""

    def __init__(self, site: Site, principal: Principal) -> None:
        self.site = site
        self.principal = principal
        self.auth = SignedIn(site.door, principal)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """What a request is answered with."""
        return self.site.http.request(method, path, auth=self.auth, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """What a GET is answered with."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """What a POST is answered with."""
        return self.request("POST", path, **more)

    def patch(self, path: str, **more: Any) -> httpx.Response:
        """What a PATCH is answered with."""
        return self.request("PATCH", path, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        """What a DELETE is answered with."""
        return self.request("DELETE", path, **more)

    def sees(self, path: str, after: httpx.Response | None = None) -> dict[str, Any]:
        """What is answered under this path, once what `after` left can be seen."""
        headers = self.site.after(after) if after is not None else {}
        answer = self.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


class Asked(msgspec.Struct, frozen=True):
    """What was answered."""

    answer: httpx.Response

    def then(self, status: int, /, **members: Any) -> dict[str, Any]:
        """The body of an answer of this status, in which these members are so."""
        assert self.answer.status_code == status, self.answer.text
        body: dict[str, Any] = self.answer.json()
        assert {name: body.get(name) for name in members} == members
        return body

    def refused(self, status: int, code: str, /, **members: Any) -> dict[str, Any]:
        """The problem document of an answer of this status and code, in which these members are so."""
        return problem(self.answer, status, code, **members)

    def invalid(self, *pointers: str, status: int = 422) -> list[dict[str, Any]]:
        """The faults of a body that is refused for these members and no others, in this order."""
        faults: list[dict[str, Any]] = self.then(status)["errors"]
        assert [fault["pointer"] for fault in faults] == list(pointers)
        return faults


class When(msgspec.Struct, frozen=True):
    """Somebody who asks."""

    caller: Caller | httpx.Client

    def gets(self, path: str, **more: Any) -> Asked:
        """They read."""
        return Asked(self.caller.get(path, **more))

    def posts(self, path: str, **more: Any) -> Asked:
        """They post."""
        return Asked(self.caller.post(path, **more))

    def patches(self, path: str, **more: Any) -> Asked:
        """They change."""
        return Asked(self.caller.patch(path, **more))

    def deletes(self, path: str, **more: Any) -> Asked:
        """They end."""
        return Asked(self.caller.delete(path, **more))


when = When


def problem(answer: httpx.Response, status: int, code: str, /, **members: Any) -> dict[str, Any]:
    """The problem document of an answer: of this status and code and of the form of all, with these members so."""
    document = Asked(answer).then(status, status=status, code=code, **members)
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["request_id"] == answer.headers["x-request-id"]
    assert document["title"]
    assert document["detail"]
    return document


def version_of(answer: httpx.Response) -> int:
    """The version that the `ETag` of an answer begins with."""
    found = re.match(r'"([0-9]+)', answer.headers["etag"])
    assert found, answer.headers["etag"]
    return int(found[1])
