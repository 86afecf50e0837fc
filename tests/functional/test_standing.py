"""Whoever was shut out commands nothing more, whatever their access token still says; and their streams end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from msgspec import structs

from application.shared.permissions import Permission, Principal
from domain.shared.roles import Role
from tests.asking import problem
from tests.branches import Branch, a_person
from tests.facts import eventually
from tests.people import PASSWORD, let_choose, signs_in
from tests.seconding import posted
from tests.sites import Site

COMMON_SITE = True


class Colleague:
    """An operator who signed in by a password of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.email = f"op-{uuid4().hex[:12]}@daybook.example"
        body = {"email": self.email, "name": "Olga Op", "role": "operator"}
        self.uid = posted(site, "/users", body).json()["uid"]
        let_choose(site, self.email)
        self.pair = signs_in(site, self.email).json()

    def asks(
        self, method: str, path: str, pair: dict[str, Any] | None = None, **more: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {(pair or self.pair)['access_token']}"}
        return httpx.request(method, self.site.url + path, headers=headers, timeout=120, **more)

    def sessions(self) -> dict[str, Any]:
        listed: dict[str, Any] = self.asks("GET", "/auth/sessions").json()
        return listed

    def registers(self, pair: dict[str, Any] | None = None) -> httpx.Response:
        body = {"email": f"{uuid4().hex}@daybook.example", "name": "A Puppet", "role": "operator"}
        return self.asks("POST", "/users", pair, json=body)


@pytest.fixture
def olga(site: Site) -> Colleague:
    return Colleague(site)


def test_a_removed_administrator_appoints_nobody(site: Site) -> None:
    branch = Branch(site)
    ruth, path = branch.administrator("Ruth"), f"{branch.path}/administrators"
    assert ruth.http.post(path, json=a_person("Puppet", branch.email("P1"))).status_code == 202
    assert branch.operator.delete(ruth.path).status_code == 200
    refused = ruth.http.post(path, json=a_person("Puppet", branch.email("P2")))
    problem(refused, 401, "roles_changed")
    assert ruth.http.get(branch.path).status_code == 200  # reads go by what the token says


def test_a_deactivated_operator_registers_nobody(site: Site, olga: Colleague) -> None:
    assert olga.registers().status_code == 202
    site.http.post(f"/users/{olga.uid}/deactivate")
    problem(olga.registers(), 401, "session_ended")


def test_a_session_that_ended_commands_nothing(site: Site, olga: Colleague) -> None:
    elsewhere = signs_in(site, olga.email).json()
    httpx.post(f"{site.url}/auth/sign-out", json={"refresh_token": olga.pair["refresh_token"]})
    problem(olga.registers(), 401, "session_ended")
    assert olga.registers(elsewhere).status_code == 202


def test_a_stolen_refresh_token_ends_the_thiefs_commands_too(site: Site, olga: Colleague) -> None:
    used = {"refresh_token": olga.pair["refresh_token"]}
    thief = httpx.post(f"{site.url}/auth/refresh", json=used).json()
    assert olga.registers(thief).status_code == 202
    problem(httpx.post(f"{site.url}/auth/refresh", json=used), 401, "refresh_token_invalid")
    problem(olga.registers(thief), 401, "session_ended")


def test_another_password_ends_the_commands_of_every_other_session(
    site: Site, olga: Colleague
) -> None:
    thief = signs_in(site, olga.email).json()
    body = {"current_password": PASSWORD, "new_password": "another horse, another one"}
    changed = olga.asks("POST", "/auth/password", json=body)
    assert changed.status_code == 200
    problem(olga.registers(thief), 401, "session_ended")
    problem(olga.registers(), 401, "session_ended")
    assert olga.registers(changed.json()).status_code == 202


def test_an_operator_signs_somebody_out_everywhere(site: Site, olga: Colleague) -> None:
    assert site.http.post(f"/users/{olga.uid}/sign-out").status_code == 200
    problem(olga.registers(), 401, "session_ended")
    refused = httpx.post(
        f"{site.url}/auth/refresh", json={"refresh_token": olga.pair["refresh_token"]}
    )
    problem(refused, 401, "refresh_token_invalid")
    assert olga.registers(signs_in(site, olga.email).json()).status_code == 202


def test_one_sees_and_ends_ones_own_sessions(site: Site, olga: Colleague) -> None:
    other = signs_in(site, olga.email).json()
    listed = olga.sessions()
    assert len(listed["data"]) == 2
    here = listed["current"]
    (there,) = (each["uid"] for each in listed["data"] if each["uid"] != here)
    assert all(each["client"].startswith("python-httpx") for each in listed["data"])
    for _ in range(2):
        assert olga.asks("POST", f"/auth/sessions/{there}/end").status_code == 204
    problem(olga.registers(other), 401, "session_ended")
    assert [each["uid"] for each in olga.sessions()["data"]] == [here]
    for unknown, status, code in (
        (uuid4(), 404, "not_found"),
        (7, 404, "not_found"),
        ("x", 400, "bad_value"),
    ):
        problem(olga.asks("POST", f"/auth/sessions/{unknown}/end"), status, code)
    stranger = Colleague(site)
    problem(stranger.asks("POST", f"/auth/sessions/{here}/end"), 404, "not_found")
    assert olga.registers().status_code == 202


def commands(site: Site) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every route that is not for reading: method, path, and a body that it takes."""
    for path, operations in site.http.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            if method != "get" and operation["x-permission"] != Permission.PUBLIC:
                filled = "/".join(
                    str(uuid4()) if part.startswith("{") else part for part in path.split("/")
                )
                yield method.upper(), filled, operation.get("requestBody", {}).get("content", {})


@pytest.mark.parametrize("role", Role)
def test_no_command_is_taken_from_who_was_shut_out(site: Site, role: Role) -> None:
    bank_uid = None if role is Role.OPERATOR else uuid4()
    someone = Principal(
        user_uid=uuid4(), name="Some One", bank_uid=bank_uid, roles=frozenset({role})
    )
    taken = []
    with site.signed_in(structs.replace(someone, session_uid=uuid4())) as client:
        for method, path, content in commands(site):
            sent: dict[str, Any] = {}
            if "application/json" in content:
                sent["json"] = content["application/json"]["example"]
            elif content:
                sent = {"files": {"file": ("x.csv", b"a,b\n1,2\n")}, "data": {"source": "x"}}
            answer = client.request(method, path, **sent)
            if answer.status_code not in (
                403,
                422,
            ):  # neither may they, nor is it anything to command
                told = answer.status_code, answer.json().get("code")
                taken += [(method, path, *told)] if told != (401, "session_ended") else []
    assert taken == []


@contextmanager
def following(site: Site, token: str) -> Iterator[Iterator[str]]:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{site.url}/events/stream?after=latest"
    with httpx.stream("GET", url, headers=headers, timeout=120) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines) == ": connected"
        yield lines


def test_a_stream_ends_with_its_user(site: Site, olga: Colleague) -> None:
    with following(site, olga.pair["access_token"]) as lines:
        done = site.http.post(f"/users/{olga.uid}/deactivate")
        site.record()
        told = "\n".join(lines)
    assert f"id: {done.headers['daybook-position']}@" not in told
    assert "expense.recorded" not in told


def test_a_stream_ends_with_its_session(site: Site, olga: Colleague) -> None:
    with following(site, olga.pair["access_token"]) as lines:
        body = {"refresh_token": olga.pair["refresh_token"]}
        httpx.post(f"{site.url}/auth/sign-out", json=body)
        assert "session.ended" not in "\n".join(lines)
    refused = olga.asks("GET", "/events/stream")
    problem(refused, 401, "session_ended")


def test_a_stream_ends_with_its_token(site: Site) -> None:
    operator = Principal(
        user_uid=uuid4(), name="Op", bank_uid=None, roles=frozenset({Role.OPERATOR})
    )
    let_in = site.door.let_in(operator)
    token = site.door.tokens.issue(let_in, timedelta(seconds=2))
    with following(site, token) as lines:
        list(lines)
    headers = {"Authorization": f"Bearer {token}"}
    problem(httpx.get(f"{site.url}/auth/me", headers=headers), 401, "token_expired")


def test_one_user_has_four_streams(site: Site, olga: Colleague) -> None:
    with ExitStack() as streams:
        for _ in range(4):
            streams.enter_context(following(site, olga.pair["access_token"]))
        refused = olga.asks("GET", "/events/stream")
        problem(refused, 429, "too_many_streams")
        assert int(refused.headers["retry-after"]) > 0
        streams.enter_context(following(site, Colleague(site).pair["access_token"]))

    def is_free() -> bool:
        headers = {"Authorization": f"Bearer {olga.pair['access_token']}"}
        url = f"{site.url}/events/stream?after=latest"
        with httpx.stream("GET", url, headers=headers, timeout=120) as answer:
            return answer.status_code == 200

    eventually(is_free)
