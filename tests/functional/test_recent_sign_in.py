"""Who signed in long ago changes no payees, people or limits before proving once more who they are."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from msgspec import structs

from application.shared.permissions import ROLE_PERMISSIONS, Permission, Principal
from domain.identity.sessions import RECENT
from domain.shared.roles import Role
from infrastructure.bootstrap import SystemClock
from tests.asking import problem
from tests.people import PASSWORD, let_choose, signs_in
from tests.signed_in import OPERATOR
from tests.sites import Site

COMMON_SITE = True

ADMINISTRATOR = Principal(
    user_uid=uuid4(), name="Ruth Abara", bank_uid=uuid4(), roles=frozenset({Role.ADMINISTRATOR})
)
LONG_AGO = RECENT + timedelta(seconds=1)
OTHERWISE = {"signOutUser", "deactivateServiceAccount", "revokeServiceKey"}
"""Commands under these permissions that change neither payees nor limits, and let nobody in."""


@pytest.fixture(scope="module")
def operations(site: Site) -> dict[str, dict[str, Any]]:
    paths = site.http.get("/openapi.json").json()["paths"]
    return {
        one["operationId"]: {**one, "method": method.upper(), "path": path}
        for path, found in paths.items()
        for method, one in found.items()
    }


@pytest.fixture
def olga(site: Site) -> dict[str, Any]:
    """An operator of this test's own: who they are, and tokens of a session that began just now."""
    email = f"op-{uuid4().hex[:12]}@daybook.example"
    site.door.operator(email, "Olga Op")
    let_choose(site, email)
    return {"email": email, **signs_in(site, email).json()}


def _stale(site: Site, principal: Principal = OPERATOR) -> dict[str, str]:
    began = SystemClock().now() - LONG_AGO
    return {"Authorization": f"Bearer {site.door.token_since(principal, began)}"}


def _registers(site: Site, headers: dict[str, str]) -> httpx.Response:
    body = {"email": f"{uuid4().hex}@daybook.example", "name": "A Colleague", "role": "operator"}
    return httpx.post(f"{site.url}/users", json=body, headers=headers, timeout=120)


def _asks_recent(operation: dict[str, Any]) -> bool:
    return str(operation.get("x-sign-in")) in ("recent", "enrolment")


def test_what_changes_payees_people_or_limits_asks_for_a_recent_sign_in(
    operations: dict[str, dict[str, Any]],
) -> None:
    guarded = {
        name
        for name, one in operations.items()
        if one["x-permission"] in (Permission.BANKS_WRITE, Permission.USERS_MANAGE)
        and one["method"] != "GET"
    }
    assert {name for name in guarded if _asks_recent(operations[name])} == guarded - OTHERWISE


def test_each_of_them_is_refused_to_a_sign_in_of_long_ago(
    site: Site, operations: dict[str, dict[str, Any]]
) -> None:
    stale = {who: _stale(site, who) for who in (OPERATOR, ADMINISTRATOR)}
    asking = [one for one in operations.values() if one.get("x-sign-in") == "recent"]
    assert len(asking) >= 10
    for one in asking:
        assert "recent_sign_in_required" in one["description"]
        path = "/".join(str(uuid4()) if it.startswith("{") else it for it in one["path"].split("/"))
        body = one.get("requestBody", {}).get("content", {}).get("application/json", {})
        decides = one["x-permission"] in ROLE_PERMISSIONS[Role.ADMINISTRATOR]
        headers = stale[ADMINISTRATOR if decides else OPERATOR]
        answer = httpx.request(
            one["method"], site.url + path, json=body.get("example"), headers=headers, timeout=120
        )
        refused = problem(answer, 403, "recent_sign_in_required")
        assert refused["recent_s"] == 900


def test_other_commands_and_reading_ask_for_no_more_than_a_session(site: Site) -> None:
    headers = _stale(site)
    with httpx.Client(base_url=site.url, headers=headers, timeout=120) as client:
        assert client.get("/users").status_code == 200
        problem(client.post(f"/users/{uuid4()}/sign-out"), 404, "not_found")


def test_the_password_once_more_makes_the_sign_in_a_recent_one(
    site: Site, olga: dict[str, Any]
) -> None:
    claims = site.door.tokens.read(olga["access_token"])
    began = SystemClock().now() - LONG_AGO
    old = {"Authorization": f"Bearer {site.door.token_since(_without_session(claims), began)}"}
    problem(_registers(site, old), 403, "recent_sign_in_required")
    wrong = httpx.post(f"{site.url}/auth/confirm", json={"password": "x" * 12}, headers=old)
    problem(wrong, 401, "wrong_credentials")
    problem(_registers(site, old), 403, "recent_sign_in_required")
    confirmed = httpx.post(f"{site.url}/auth/confirm", json={"password": PASSWORD}, headers=old)
    assert confirmed.status_code == 204
    assert _registers(site, old).is_success


def test_it_counts_for_the_session_it_was_said_in_alone(site: Site, olga: dict[str, Any]) -> None:
    claims = site.door.tokens.read(olga["access_token"])
    began = SystemClock().now() - LONG_AGO
    mine, other = (
        {"Authorization": f"Bearer {site.door.token_since(_without_session(claims), began)}"}
        for _ in range(2)
    )
    httpx.post(f"{site.url}/auth/confirm", json={"password": PASSWORD}, headers=mine)
    assert _registers(site, mine).is_success
    problem(_registers(site, other), 403, "recent_sign_in_required")


def test_nobody_confirms_with_the_password_of_another(site: Site, olga: dict[str, Any]) -> None:
    answer = httpx.post(
        f"{site.url}/auth/confirm", json={"password": PASSWORD}, headers=_stale(site)
    )
    problem(answer, 401, "wrong_credentials")  # the operator of the tests has none


def test_refreshing_is_not_signing_in(site: Site, olga: dict[str, Any]) -> None:
    """A refresh token is all that a thief of a browser's memory has."""
    used = {"refresh_token": olga["refresh_token"]}
    fresh = httpx.post(f"{site.url}/auth/refresh", json=used).json()["access_token"]
    before = site.door.tokens.read(olga["access_token"]).session_uid
    assert site.door.tokens.read(fresh).session_uid == before
    events = site.http.get("/events", params={"stream_id": str(before), "fields": "name"}).json()
    assert [one["name"] for one in events["data"]] == ["session.started.v1"]


def test_an_ended_session_is_not_confirmed(site: Site, olga: dict[str, Any]) -> None:
    httpx.post(f"{site.url}/auth/sign-out", json={"refresh_token": olga["refresh_token"]})
    headers = {"Authorization": f"Bearer {olga['access_token']}"}
    answer = httpx.post(f"{site.url}/auth/confirm", json={"password": PASSWORD}, headers=headers)
    problem(answer, 401, "session_ended")


def _without_session(principal: Principal) -> Principal:
    return structs.replace(principal, session_uid=None, expires_at=None)
