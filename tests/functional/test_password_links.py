"""Nobody sets another's password: links in letters, and what does not come of having let somebody in."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from domain.identity import user_uid
from tests.asking import problem
from tests.branches import Branch, a_person
from tests.people import PASSWORD, chooses, let_choose, links_to, signs_in
from tests.seconding import posted
from tests.sites import Site

COMMON_SITE = True

MINE = "the password of an intruder"


@pytest.fixture(scope="module")
def branch(site: Site) -> Branch:
    """A bank of this module's own."""
    return Branch(site)


@pytest.fixture
def email() -> str:
    """The address of somebody whom nobody knows yet."""
    return f"new.{uuid4().hex[:12]}@harbour.example"


def auditor(branch: Branch, email: str, **more: Any) -> dict[str, Any]:
    return {"email": email, "name": "Nils Aas", "role": "auditor", "bank_id": branch.id, **more}


def colleague(email: str, **more: Any) -> dict[str, Any]:
    return {"email": email, "name": "Olga Op", "role": "operator", **more}


def test_who_lets_an_address_in_does_not_take_the_account_over(
    site: Site, branch: Branch, email: str
) -> None:
    """An administrator, an auditor and an operator were taken over so: they had no password yet."""
    site.http.post("/users", json=auditor(branch, email)).raise_for_status()
    ways = [
        (f"{branch.path}/members", a_person("Nils", email, password=MINE)),
        (f"{branch.path}/administrators", a_person("Nils", email, password=MINE)),
        ("/users", auditor(branch, email, password=MINE)),
        (f"/users/{user_uid(email)}/password", {"password": MINE}),
    ]
    for path, body in ways:
        refused = problem(site.http.post(path, json=body), 400, "malformed")
        (fault,) = refused["errors"]
        assert (fault["pointer"], fault["code"]) == ("/password", "not_taken")
        assert "mailed to the user's address" in fault["detail"]
        assert MINE not in str(refused)
    problem(signs_in(site, email, MINE), 401, "wrong_credentials")
    branch.site.http.post(f"{branch.path}/members", json=a_person("Nils", email)).raise_for_status()
    assert chooses(site, links_to(site, email)[0]).status_code == 200
    assert signs_in(site, email).status_code == 200


@pytest.mark.parametrize("way", ["members", "administrators", "auditor", "operator"])
def test_whoever_is_let_in_chooses_a_password_by_a_link(
    site: Site, branch: Branch, email: str, way: str
) -> None:
    if way in ("members", "administrators"):
        path, body = f"{branch.path}/{way}", a_person("Vera", email)
    else:
        path = "/users"
        body = auditor(branch, email) if way == "auditor" else colleague(email)
    assert posted(site, path, body).status_code == 201
    (token,) = links_to(site, email)
    assert len(token) == 43  # 32 bytes in base64url
    pair = chooses(site, token)
    assert (pair.status_code, pair.headers["cache-control"]) == (200, "no-store")
    header = {"Authorization": f"Bearer {pair.json()['access_token']}"}
    assert httpx.get(f"{site.url}/auth/me", headers=header).json()["uid"] == str(user_uid(email))
    assert signs_in(site, email).status_code == 200


def test_a_link_is_good_once(site: Site, email: str) -> None:
    posted(site, "/users", colleague(email))
    (token,) = links_to(site, email)
    together = Barrier(4)

    def choose(number: int) -> httpx.Response:
        together.wait()
        return chooses(site, token, f"choice number {number} of four")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(choose, range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    (winner,) = (number for number, answer in enumerate(answers) if answer.status_code == 200)
    assert signs_in(site, email, f"choice number {winner} of four").status_code == 200
    problem(chooses(site, token, MINE), 409, "password_link_void")


def test_a_newer_link_voids_the_one_before(site: Site, email: str) -> None:
    uid = posted(site, "/users", colleague(email)).json()["uid"]
    (first,) = links_to(site, email)
    assert site.http.post(f"/users/{uid}/password").status_code == 200
    second = links_to(site, email, 2)[0]
    problem(chooses(site, first, MINE), 409, "password_link_void")
    assert chooses(site, second).status_code == 200


def test_a_reset_takes_the_password_away_and_ends_the_sessions(site: Site, email: str) -> None:
    uid = posted(site, "/users", colleague(email)).json()["uid"]
    let_choose(site, email)
    pair = signs_in(site, email).json()
    key = {"Idempotency-Key": uuid4().hex}
    assert site.http.post(f"/users/{uid}/password", headers=key).status_code == 200
    problem(signs_in(site, email), 401, "wrong_credentials")
    body = {"refresh_token": pair["refresh_token"]}
    problem(httpx.post(f"{site.url}/auth/refresh", json=body), 401, "refresh_token_invalid")
    assert chooses(site, links_to(site, email)[0], "another horse, another one").status_code == 200
    again = site.http.post(f"/users/{uid}/password", headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert signs_in(site, email, "another horse, another one").status_code == 200


def test_a_wrong_choice_does_not_use_the_link_up(site: Site, email: str) -> None:
    posted(site, "/users", colleague(email))
    (token,) = links_to(site, email)
    problem(chooses(site, token, "short"), 422, "password_length")
    problem(chooses(site, token, "password1234"), 422, "weak_password")
    assert chooses(site, token).status_code == 200


def test_guesses_at_links_are_limited(site: Site) -> None:
    answers = [chooses(site, "A" * 43) for _ in range(12)]
    assert [answer.status_code for answer in answers[:10]] == [409] * 10
    problem(answers[-1], 429, "too_many_attempts")


def test_one_proof_is_expected(site: Site) -> None:
    for body in ({}, {"token": "t", "current_password": PASSWORD}):
        answer = httpx.post(f"{site.url}/auth/password", json={"new_password": PASSWORD, **body})
        problem(answer, 400, "one_proof_expected")
    body = {"new_password": PASSWORD, "current_password": PASSWORD}
    problem(httpx.post(f"{site.url}/auth/password", json=body), 401, "token_missing")


def test_who_was_shut_out_chooses_nothing(site: Site, email: str) -> None:
    uid = posted(site, "/users", colleague(email)).json()["uid"]
    (token,) = links_to(site, email)
    site.http.post(f"/users/{uid}/deactivate")
    problem(chooses(site, token), 409, "password_link_void")
    problem(site.http.post(f"/users/{uid}/password"), 409, "user_deactivated")


def test_the_token_is_in_the_letter_and_nowhere_else(site: Site, email: str) -> None:
    uid = posted(site, "/users", colleague(email)).json()["uid"]
    (token,) = links_to(site, email)
    assert chooses(site, token).status_code == 200
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        facts = connection.execute("SELECT convert_from(payload, 'utf8') FROM daybook.events")
        kept = [
            connection.execute(f"SELECT t::text FROM daybook.{table} t").fetchall()
            for table in ("reactions", "password_links", "sign_in_attempts", "credentials")
        ]
        written = "".join(payload for (payload,) in facts)
    told = [site.http.get(path).text for path in ("/reactions?limit=200", "/metrics", "/events")]
    assert token not in f"{written} {kept} {told} {site.output.read_text()}"
    history = site.http.get(f"/events?stream_id={uid}&sort=position").json()["data"]
    assert [fact["name"] for fact in history] == [
        "user.registered.v1",
        "user.password_link_issued.v1",
        "user.password_changed.v1",
    ]
    assert history[2]["actor"] == f"user:{uid}"


@pytest.mark.parametrize("query", ["", "?code=a%2Fb&state=%C3%A9&state=2"])
@pytest.mark.parametrize("page", ["password", "sign-in"])
def test_addresses_of_before_lead_to_the_app(site: Site, page: str, query: str) -> None:
    """Links in letters that were sent, bookmarks, and what the firm's provider knows; browsers keep what follows #."""
    answer = httpx.get(f"{site.url}/auth/{page}{query}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/app/{page}{query}")
    assert answer.headers["cache-control"] == "no-store"


def test_no_log_says_to_whom_a_letter_goes(site: Site, branch: Branch, email: str) -> None:
    """Nor what is in it: the mailbox's own server would write down all that it is told."""
    site.http.post("/users", json=auditor(branch, email)).raise_for_status()
    (token,) = links_to(site, email)
    logged = site.output.read_text()
    assert email not in logged
    assert token not in logged
