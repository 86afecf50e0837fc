"""Signing in as people do it: tokens, their rotation, another password, and the users whom operators let in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.facts import eventually
from tests.functional.test_http_problems import problem
from tests.people import PASSWORD, let_choose
from tests.seconding import posted
from tests.sites import Site


class Person:
    """An operator of a test's own, registered over HTTP."""

    def __init__(self, site: Site, password: str | None = PASSWORD) -> None:
        self.email = f"op-{uuid4().hex[:12]}@daybook.example"
        self.site = site
        body = {"email": self.email, "name": "Olga Op", "role": "operator"}
        self.registered = posted(site, "/users", body)
        self.uid = self.registered.json()["uid"]
        if password is not None:
            let_choose(site, self.email, password)

    def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        body = {"email": self.email, "password": password}
        return httpx.post(f"{self.site.url}/auth/token", json=body, timeout=120)

    def tokens(self) -> dict[str, Any]:
        answer = self.sign_in()
        assert answer.status_code == 200, answer.text
        pair: dict[str, Any] = answer.json()
        return pair


@pytest.fixture
def person(site: Site) -> Person:
    return Person(site)


def refresh(site: Site, token: str) -> httpx.Response:
    return httpx.post(f"{site.url}/auth/refresh", json={"refresh_token": token}, timeout=120)


def call(site: Site, path: str, token: str, **kwargs: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    method = "POST" if kwargs else "GET"
    return httpx.request(method, site.url + path, headers=headers, timeout=120, **kwargs)


def test_a_user_signs_in_and_is_known(site: Site, person: Person) -> None:
    answer = person.sign_in()
    assert answer.headers["cache-control"] == "no-store"
    pair = answer.json()
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 600)
    me = call(site, "/auth/me", pair["access_token"]).json()
    assert (me["uid"], me["name"], me["roles"]) == (person.uid, "Olga Op", ["operator"])
    assert "users:manage" in me["permissions"]
    assert "claims:submit" not in me["permissions"]


def test_the_address_is_read_in_any_case(person: Person) -> None:
    person.email = f" {person.email.upper()} "
    assert person.sign_in().status_code == 200


def test_strangers_and_wrong_passwords_get_the_same_answer(site: Site, person: Person) -> None:
    deactivated, without_password = Person(site), Person(site, password=None)
    site.http.post(f"/users/{deactivated.uid}/deactivate")
    stranger = Person.__new__(Person)
    stranger.site, stranger.email = site, "nobody@daybook.example"
    nonsense = Person.__new__(Person)
    nonsense.site, nonsense.email = site, "not an address"
    answers = [
        person.sign_in("wrong horse battery"),
        deactivated.sign_in(),
        without_password.sign_in(),
        stranger.sign_in(),
        nonsense.sign_in(),
    ]
    documents = [problem(answer, 401, "wrong_credentials") for answer in answers]
    assert len({document["detail"] for document in documents}) == 1
    assert {answer.headers["www-authenticate"] for answer in answers} == {'Bearer realm="daybook"'}


def test_a_refresh_token_is_good_for_one_use(site: Site, person: Person) -> None:
    first = person.tokens()
    second = refresh(site, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert call(site, "/auth/me", second["access_token"]).status_code == 200
    assert refresh(site, second["refresh_token"]).status_code == 200


def test_a_used_refresh_token_ends_its_session_and_no_other(site: Site, person: Person) -> None:
    stolen, elsewhere = person.tokens(), person.tokens()
    newest = refresh(site, stolen["refresh_token"]).json()
    problem(refresh(site, stolen["refresh_token"]), 401, "refresh_token_invalid")
    problem(refresh(site, newest["refresh_token"]), 401, "refresh_token_invalid")
    assert refresh(site, elsewhere["refresh_token"]).status_code == 200


def test_of_several_refreshes_at_once_one_succeeds_at_most(site: Site, person: Person) -> None:
    for _ in range(5):
        token = person.tokens()["refresh_token"]
        together = Barrier(4)

        def send(token: str = token, together: Barrier = together) -> httpx.Response:
            together.wait()
            return refresh(site, token)

        with ThreadPoolExecutor(4) as pool:
            answers = [one.result() for one in [pool.submit(send) for _ in range(4)]]
        # Somebody else had a copy: whoever wins is not trusted either, and may hear so at once.
        assert sorted(answer.status_code for answer in answers)[1:] == [401, 401, 401]
        for winner in (answer for answer in answers if answer.status_code != 401):
            assert refresh(site, winner.json()["refresh_token"]).status_code == 401
        assert refresh(site, token).status_code == 401


def test_signing_out_ends_the_session_at_once(site: Site, person: Person) -> None:
    token = person.tokens()["refresh_token"]
    for known in (token, token, "never issued"):
        answer = httpx.post(f"{site.url}/auth/sign-out", json={"refresh_token": known})
        assert (answer.status_code, answer.content) == (204, b"")
    problem(refresh(site, token), 401, "refresh_token_invalid")


def test_another_password_ends_every_session(site: Site, person: Person) -> None:
    here, there = person.tokens(), person.tokens()
    body = {"current_password": PASSWORD, "new_password": "another horse, another battery"}
    changed = call(site, "/auth/password", here["access_token"], json=body)
    assert changed.status_code == 200
    for old in (here, there):
        problem(refresh(site, old["refresh_token"]), 401, "refresh_token_invalid")
    assert refresh(site, changed.json()["refresh_token"]).status_code == 200
    problem(person.sign_in(), 401, "wrong_credentials")
    assert person.sign_in(body["new_password"]).status_code == 200
    history = site.http.get("/events", params={"stream_id": person.uid}).json()["data"]
    assert [fact["name"] for fact in history] == [
        "user.registered.v1",
        "user.password_link_issued.v1",
        "user.password_changed.v1",
    ]
    assert history[2]["actor"] == f"user:{person.uid}"


def test_who_loses_sessions_or_has_another_password_is_told(site: Site, person: Person) -> None:
    stolen, here = person.tokens(), person.tokens()
    for _ in range(2):
        refresh(site, stolen["refresh_token"])
    left = person.tokens()["refresh_token"]
    assert httpx.post(f"{site.url}/auth/sign-out", json={"refresh_token": left}).status_code == 204
    body = {"current_password": PASSWORD, "new_password": "another horse, another battery"}
    assert call(site, "/auth/password", here["access_token"], json=body).status_code == 200
    assert site.http.post(f"/users/{person.uid}/sign-out").status_code == 200
    query = {"recipient": person.email, "fields": "subject,text_body"}

    def told() -> list[str]:
        sent = site.http.get("/mailbox/messages", params=query).json()["data"]
        return [it["text_body"] for it in sent if it["subject"].startswith("How you sign in")]

    eventually(lambda: len(told()) == 3)
    for said in ("refresh token reused", "another password", "All your sessions were ended"):
        assert sum(said in text for text in told()) == 1, said


def test_a_password_is_changed_by_who_knows_it(site: Site, person: Person) -> None:
    pair = person.tokens()
    body = {
        "current_password": "a guess, a guess",
        "new_password": "another horse, another battery",
    }
    answer = call(site, "/auth/password", pair["access_token"], json=body)
    problem(answer, 401, "wrong_credentials")
    short = {"current_password": PASSWORD, "new_password": "short"}
    answer = call(site, "/auth/password", pair["access_token"], json=short)
    problem(answer, 422, "password_length")
    assert refresh(site, pair["refresh_token"]).status_code == 200


def test_guessing_is_slowed_down_for_one_user_and_nobody_else(site: Site, person: Person) -> None:
    answers = [person.sign_in("a guess, a guess") for _ in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers[:10]] == [401] * 10
    assert refused
    problem(refused[0], 429, "too_many_attempts")
    assert 1 <= int(refused[0].headers["retry-after"]) <= 60
    # The right password waits like any other: its answer would tell a guesser.
    assert person.sign_in().status_code == 429
    assert Person(site).sign_in().status_code == 200


def test_nobody_escapes_by_saying_they_come_from_elsewhere(site: Site, person: Person) -> None:
    body = {"email": person.email, "password": "a guess, a guess"}

    def guess(host: int) -> int:
        claimed = f"203.0.113.{host}"
        headers = {"X-Forwarded-For": claimed, "Forwarded": f"for={claimed}"}
        answer = httpx.post(f"{site.url}/auth/token", json=body, headers=headers, timeout=120)
        return answer.status_code

    assert [guess(host) for host in range(12)] == [401] * 10 + [429] * 2


def test_guesses_sent_at_once_are_counted_each(site: Site, person: Person) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: person.sign_in("a guess, a guess"), range(20)))
    assert [answer.status_code for answer in answers].count(401) == 10


def test_the_right_password_clears_the_count(person: Person) -> None:
    for _ in range(3):
        for _ in range(5):
            assert person.sign_in("a guess, a guess").status_code == 401
        assert person.sign_in().status_code == 200


def test_neither_password_nor_hash_nor_token_is_left_behind(site: Site, person: Person) -> None:
    pair = person.tokens()
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        facts = connection.execute("SELECT convert_from(payload, 'utf8') FROM daybook.events")
        written = "".join(payload for (payload,) in facts) + site.output.read_text()
        kept = connection.execute("SELECT t::text FROM daybook.refresh_tokens t").fetchall()
    for secret in (PASSWORD, "argon2", pair["refresh_token"], pair["access_token"]):
        assert secret not in written
        assert secret not in str(kept)


def test_operators_let_in_auditors_of_a_bank_there_is(site: Site) -> None:
    body = {"email": "nils@audit.example", "name": "Nils Aas", "role": "auditor"}
    missing = problem(site.http.post("/users", json=body), 422, "invalid")
    assert [fault["pointer"] for fault in missing["errors"]] == ["/bank_uid"]
    for unknown in (str(uuid4()), 999_999_999):
        answer = site.http.post("/users", json={**body, "bank_id": unknown})
        problem(answer, 404, "not_found")
    answer = site.http.post("/users", json={**body, "role": "member"})
    assert problem(answer, 400, "malformed")["errors"][0]["pointer"] == "/role"


def test_a_registration_is_repeated_without_harm(site: Site, person: Person) -> None:
    assert person.registered.status_code == 201
    body = {"email": person.email, "name": "Olga Op", "role": "operator"}
    again = site.http.post("/users", json=body)
    assert (again.status_code, again.json()) == (201, person.registered.json())
    problem(site.http.post("/users", json={**body, "name": "Else"}), 409, "email_taken")
    assert person.sign_in().status_code == 200


def test_a_user_is_found_by_id_and_uid_and_listed(site: Site, person: Person) -> None:
    after = site.after(person.registered)
    for key in (person.uid, person.registered.json()["id"]):
        user = site.http.get(f"/users/{key}", headers=after).json()
        assert (user["email"], user["roles"], user["status"]) == (
            person.email,
            "operator",
            "active",
        )
    found = site.http.get("/users", params={"email": person.email}, headers=after).json()["data"]
    assert [user["uid"] for user in found] == [person.uid]


def test_who_is_shut_out_gets_no_more_tokens(site: Site, person: Person) -> None:
    pair = person.tokens()
    for _ in range(2):
        done = site.http.post(f"/users/{person.registered.json()['id']}/deactivate")
        assert (done.status_code, done.json()["version"]) == (200, 3)
    problem(refresh(site, pair["refresh_token"]), 401, "refresh_token_invalid")
    user = site.http.get(f"/users/{person.uid}", headers=site.after(done)).json()
    assert user["status"] == "deactivated"
    problem(site.http.post(f"/users/{uuid4()}/deactivate"), 404, "not_found")
