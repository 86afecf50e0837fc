"""Every route of the OpenAPI document × every role × no token: let in exactly as permissions say."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from application.shared.permissions import (
    OF_FIRM_AUDITORS,
    ROLE_PERMISSIONS,
    SCOPES,
    SCOPES_OF_A_BANK,
    Permission,
    Principal,
)
from domain.shared.roles import Role
from tests.sites import Site

COMMON_SITE = True

Route = tuple[str, str, dict[str, Any]]


def someone(role: Role) -> Principal:
    """A user of this role, whom no bank knows."""
    bank_uid = None if role is Role.OPERATOR else uuid4()
    return Principal(user_uid=uuid4(), name="Some One", bank_uid=bank_uid, roles=frozenset({role}))


FIRM_AUDITOR = Principal(
    user_uid=uuid4(), name="Some One", bank_uid=None, roles=frozenset({Role.AUDITOR})
)
CALLERS = {
    **{str(role): (someone(role), ROLE_PERMISSIONS[role]) for role in Role},
    "auditor of the firm": (FIRM_AUDITOR, OF_FIRM_AUDITORS),
}
"""Whoever there is, and what they hold."""


@pytest.fixture(scope="module")
def routes(site: Site) -> list[Route]:
    """Method, path with a name of nothing in it, and operation of every route."""
    paths = site.http.get("/openapi.json").json()["paths"]
    return [
        (method.upper(), _filled(path), operation)
        for path, operations in paths.items()
        for method, operation in operations.items()
    ]


def _filled(path: str) -> str:
    """No such thing is anywhere: who is let in changes nothing."""
    parts = [str(uuid4()) if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def secured(routes: list[Route]) -> Iterator[Route]:
    return (route for route in routes if route[2]["x-permission"] != Permission.PUBLIC)


def outcome(client: httpx.Client, method: str, path: str) -> tuple[int, str]:
    """Status and code of an answer, of which no more is read than its beginning: some have no end."""
    with client.stream(method, path, timeout=120) as answer:
        if answer.status_code < 400:
            return answer.status_code, ""
        answer.read()
        return answer.status_code, answer.json()["code"]


def test_every_route_declares_a_permission_and_documents_its_refusals(routes: list[Route]) -> None:
    assert len(routes) >= 30
    for _, path, operation in routes:
        assert operation["x-permission"] in set(Permission), path
    for method, path, operation in secured(routes):
        permission = operation["x-permission"]
        is_read = permission == Permission.SIGNED_IN and method == "GET"
        keys = [{"serviceKey": []}] if is_read or permission in SCOPES | SCOPES_OF_A_BANK else []
        told = "those of a bank alone can hold" in operation["description"]
        assert told == (permission in SCOPES_OF_A_BANK - SCOPES), path
        assert operation["security"] == [{"bearer": []}, *keys], path
        assert {"401", "403"} <= operation["responses"].keys(), path


def test_every_permission_is_asked_for_somewhere_and_held_by_somebody(routes: list[Route]) -> None:
    asked = {operation["x-permission"] for _, _, operation in routes}
    held = frozenset[Permission]().union(*ROLE_PERMISSIONS.values())
    assert asked == {*held, Permission.PUBLIC}


def test_nobody_is_let_in_without_a_token(site: Site, routes: list[Route]) -> None:
    with httpx.Client(base_url=site.url) as nobody:
        for method, path, operation in secured(routes):
            assert outcome(nobody, method, path) == (401, "token_missing"), (method, path)
            assert operation


@pytest.mark.parametrize("role", CALLERS)
def test_a_role_is_let_in_where_it_holds_the_permission(
    site: Site, routes: list[Route], role: str
) -> None:
    caller, held = CALLERS[role]
    with site.signed_in(caller) as client:
        for method, path, operation in secured(routes):
            status, code = outcome(client, method, path)
            let_in = operation["x-permission"] in held
            assert (code != "permission_missing") == let_in, (method, path, role, status, code)
            assert status not in (401, 500), (method, path, role, code)
            assert let_in or status == 403, (method, path, role, code)


def test_an_auditor_of_the_firm_gives_no_command_but_about_their_own_sign_in(
    routes: list[Route],
) -> None:
    commands = {
        path.partition("/")[2].partition("/")[0]
        for method, path, operation in secured(routes)
        if operation["x-permission"] in OF_FIRM_AUDITORS and method != "GET"
    }
    assert commands == {"auth"}


def test_who_has_no_role_left_is_let_in_nowhere(site: Site, routes: list[Route]) -> None:
    nothing = Principal(user_uid=uuid4(), name="Former", bank_uid=uuid4(), roles=frozenset())
    with site.signed_in(nothing) as client:
        for method, path, _ in secured(routes):
            assert outcome(client, method, path) == (403, "permission_missing"), (method, path)


def test_a_refusal_says_who_may(site: Site) -> None:
    with site.signed_in(someone(Role.MEMBER)) as client:
        answer = client.get("/users")
    assert answer.status_code == 403
    document = answer.json()
    assert (document["permission"], document["expected_roles"]) == ("users:manage", ["operator"])
    assert document["roles"] == ["member"]


def test_the_files_of_a_collection_are_guarded_like_it(site: Site) -> None:
    with site.signed_in(someone(Role.MEMBER)) as client:
        for path in ("/users.csv", "/expanses_data", "/expenses.ndjson", "/aggregates"):
            assert outcome(client, "GET", path) == (403, "permission_missing"), path
