"""Signing in by a real identity provider; and what somebody may try who sits between, or has an account there."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from msgspec import structs

from application.shared.permissions import Principal
from domain.identity.sessions import RECENT, SignInWay
from domain.shared.roles import Role
from infrastructure.bootstrap import SystemClock
from tests.asking import problem
from tests.branches import Branch, a_person
from tests.people import PASSWORD, let_choose, signs_in
from tests.processes import free_port, wait_until
from tests.providers import CLIENT, Cookies, Provider, Visitor
from tests.sites import Site

PORT = free_port()
SETTINGS = {
    "DAYBOOK_OIDC_ISSUER": f"http://127.0.0.1:{PORT}",
    "DAYBOOK_SIGN_IN_WAYS": "operator = passkey|oidc, auditor = oidc",
    **CLIENT,
}

LONG_AGO = RECENT + timedelta(seconds=1)


@pytest.fixture(scope="module")
def provider(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    made = Provider(PORT, f"{site.url}/auth/sign-in", tmp_path_factory.mktemp("provider"))
    made.start()
    yield made
    made.stop()


class Person:
    """An operator with an account at the provider, and two browsers' worth of cookies."""

    def __init__(self, site: Site, provider: Provider, *, verified: bool = True) -> None:
        self.site = site
        self.subject = f"s-{uuid4().hex}"
        self.email = f"{uuid4().hex[:12]}@daybook.example"
        self.uid = str(site.door.operator(self.email, "Ida Identity"))
        provider.knows(self.subject, self.email.upper(), verified=verified)
        self.http = Cookies(site.url)
        self.visitor = Visitor(provider, self.subject)

    def begins(self, pair: Mapping[str, Any] | None = None) -> str:
        answer = self.http.request("POST", "/auth/oidc/begin", headers=_bearer(pair))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["address"])

    def finishes(self, brought: Mapping[str, str]) -> httpx.Response:
        return self.http.request("POST", "/auth/oidc/finish", json=dict(brought))

    def signs_in(self) -> httpx.Response:
        return self.finishes(self.visitor.goes(self.begins()))


@pytest.fixture
def ida(site: Site, provider: Provider) -> Person:
    return Person(site, provider)


def _bearer(pair: Mapping[str, Any] | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair['access_token']}"} if pair else {}


def _me(site: Site, pair: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(f"{site.url}/auth/me", headers=_bearer(pair)).json()
    return told


def test_a_user_is_found_by_the_verified_address(site: Site, ida: Person) -> None:
    answer = ida.signs_in()
    assert answer.status_code == 200, answer.text
    pair = answer.json()
    assert _me(site, pair)["uid"] == ida.uid
    assert answer.headers["cache-control"] == "no-store"
    session = str(site.door.tokens.read(pair["access_token"]).session_uid)
    (began,) = site.http.get("/events", params={"stream_id": session}).json()["data"]
    assert began["data"]["way"] == "oidc"
    listed = httpx.get(f"{site.url}/auth/sessions", headers=_bearer(pair)).json()
    assert [one["way"] for one in listed["data"]] == ["oidc"]
    again = httpx.post(
        f"{site.url}/auth/refresh", json={"refresh_token": pair["refresh_token"]}, timeout=120
    )
    assert _me(site, again.json())["uid"] == ida.uid


def test_what_was_sent_along_asks_for_a_code_with_pkce_state_and_nonce(ida: Person) -> None:
    query = dict(httpx.URL(ida.begins()).params)
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert all(len(query[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert ida.begins() != ida.begins()


def test_nobody_is_made_a_user_by_it(site: Site, provider: Provider, ida: Person) -> None:
    stranger = f"stranger-{uuid4().hex}"
    provider.knows(stranger, f"{uuid4().hex}@elsewhere.example")
    ida.visitor = Visitor(provider, stranger)
    problem(ida.signs_in(), 401, "nobody_registered")


def test_an_address_that_is_not_verified_lets_nobody_in(site: Site, provider: Provider) -> None:
    problem(Person(site, provider, verified=False).signs_in(), 401, "address_not_verified")


def test_who_was_shut_out_stays_out(site: Site, ida: Person) -> None:
    assert ida.signs_in().status_code == 200
    site.http.post(f"/users/{ida.uid}/deactivate")
    problem(ida.signs_in(), 401, "nobody_registered")


def test_what_was_brought_back_is_good_once(ida: Person) -> None:
    brought = ida.visitor.goes(ida.begins())
    assert ida.finishes(brought).status_code == 200
    problem(ida.finishes(brought), 401, "sign_in_not_begun")


def test_what_another_browser_began_is_no_good_here(
    site: Site, provider: Provider, ida: Person
) -> None:
    """Whoever is lured to an address with somebody else's code is not signed in as them."""
    mallory = Person(site, provider)
    brought = mallory.visitor.goes(mallory.begins())
    ida.begins()
    problem(ida.finishes(brought), 401, "sign_in_not_begun")
    with httpx.Client(base_url=site.url) as without_cookies:
        refused = without_cookies.post("/auth/oidc/finish", json=dict(brought))
    problem(refused, 401, "sign_in_not_begun")
    assert mallory.finishes(brought).status_code == 200


def test_a_code_for_another_sign_in_is_no_good(site: Site, ida: Person) -> None:
    """A code that was caught is not changed without the verifier that it was asked for with."""
    caught = ida.visitor.goes(ida.begins())
    mine = {**ida.visitor.goes(ida.begins()), "code": caught["code"]}
    problem(ida.finishes(mine), 401, "identity_not_proven")


def test_a_statement_for_another_nonce_is_no_good(ida: Person) -> None:
    brought = ida.visitor.goes(ida.begins(), nonce="of-somebody-else")
    problem(ida.finishes(brought), 401, "identity_not_proven")


def test_a_weakened_challenge_is_no_good(ida: Person) -> None:
    brought = ida.visitor.goes(
        ida.begins(), code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
    problem(ida.finishes(brought), 401, "identity_not_proven")


def test_another_state_is_no_good(ida: Person) -> None:
    brought = ida.visitor.goes(ida.begins(), state="of-somebody-else")
    problem(ida.finishes(brought), 401, "sign_in_not_begun")


def test_a_code_of_another_provider_is_not_handed_on(ida: Person) -> None:
    brought = {**ida.visitor.goes(ida.begins()), "iss": "https://evil.example"}
    problem(ida.finishes(brought), 401, "identity_not_proven")
    unnamed = {name: it for name, it in ida.visitor.goes(ida.begins()).items() if name != "iss"}
    problem(ida.finishes(unnamed), 401, "identity_not_proven")


def test_whoever_gets_the_address_later_is_not_the_user(provider: Provider, ida: Person) -> None:
    assert ida.signs_in().status_code == 200
    heir = f"heir-{uuid4().hex}"
    provider.knows(heir, ida.email)
    ida.visitor = Visitor(provider, heir)
    problem(ida.signs_in(), 403, "identity_differs")


def test_whoever_was_known_stays_who_they_are_under_another_address(
    site: Site, provider: Provider, ida: Person
) -> None:
    assert ida.signs_in().status_code == 200
    other = Person(site, provider)
    provider.knows(ida.subject, other.email)
    assert _me(site, ida.signs_in().json())["uid"] == ida.uid
    provider.knows(ida.subject, ida.email, verified=False)
    assert _me(site, ida.signs_in().json())["uid"] == ida.uid


def test_an_operator_has_it_forgotten(site: Site, provider: Provider, ida: Person) -> None:
    pair = ida.signs_in().json()
    assert site.http.post(f"/users/{ida.uid}/sign-in-ways/forget").status_code == 200
    refused = httpx.post(f"{site.url}/auth/refresh", json={"refresh_token": pair["refresh_token"]})
    problem(refused, 401, "refresh_token_invalid")
    heir = f"heir-{uuid4().hex}"
    provider.knows(heir, ida.email)
    provider.knows(ida.subject, f"{uuid4().hex}@daybook.example")
    problem(ida.signs_in(), 401, "nobody_registered")
    ida.visitor = Visitor(provider, heir)
    assert _me(site, ida.signs_in().json())["uid"] == ida.uid


def test_proving_oneself_anew_makes_the_sign_in_a_recent_one(site: Site, ida: Person) -> None:
    token = ida.signs_in().json()["access_token"]
    stale = _stale(site, token)
    problem(_registers(site, stale), 403, "recent_sign_in_required")
    address = ida.begins(stale)
    brought = ida.visitor.goes(address)
    assert ida.visitor.was_asked  # though they were signed in there
    assert ida.finishes(brought).status_code == 204
    assert _registers(site, stale).is_success


def test_the_provider_knowing_somebody_is_not_that_they_are_there(site: Site, ida: Person) -> None:
    """The question was taken out of the address, and the last proof is older than the asking."""
    stale = _stale(site, ida.signs_in().json()["access_token"])
    brought = ida.visitor.goes(ida.begins(stale), prompt="none", max_age="86400")
    assert not ida.visitor.was_asked
    with psycopg.connect(site.settings["DATABASE_URL"], autocommit=True) as connection:
        later = """
            UPDATE daybook.sign_in_challenges SET kept = jsonb_set(
                kept, '{since}', to_jsonb((kept->>'since')::timestamptz + interval '5 minutes'))
            WHERE kept->>'user_uid' = %s
        """
        assert connection.execute(later, [ida.uid]).rowcount == 1
    problem(ida.finishes(brought), 401, "identity_not_proven")
    problem(_registers(site, stale), 403, "recent_sign_in_required")


def test_a_session_tells_when_its_user_proved_themselves_to_the_provider(
    site: Site, ida: Person
) -> None:
    """Coming in again by what the provider still knows is not signing in anew."""
    assert ida.signs_in().status_code == 200
    pair = ida.signs_in().json()
    assert not ida.visitor.was_asked
    session = str(site.door.tokens.read(pair["access_token"]).session_uid)
    (began,) = site.http.get("/events", params={"stream_id": session}).json()["data"]
    proven, started = (began["data"][it] for it in ("proven_at", "started_at"))
    assert datetime.fromisoformat(proven) < datetime.fromisoformat(started)


def test_nobody_confirms_the_session_of_another(
    site: Site, provider: Provider, ida: Person
) -> None:
    stale = _stale(site, ida.signs_in().json()["access_token"])
    mallory = Person(site, provider)
    brought = mallory.visitor.goes(ida.begins(stale))
    problem(ida.finishes(brought), 401, "identity_differs")
    problem(_registers(site, stale), 403, "recent_sign_in_required")


def test_a_session_that_ended_is_not_confirmed(site: Site, ida: Person) -> None:
    pair = ida.signs_in().json()
    brought = ida.visitor.goes(ida.begins(pair))
    httpx.post(f"{site.url}/auth/sign-out", json={"refresh_token": pair["refresh_token"]})
    problem(ida.finishes(brought), 401, "session_ended")


def test_a_provider_that_is_away_is_told_and_comes_back(
    site: Site, provider: Provider, ida: Person
) -> None:
    brought = ida.visitor.goes(ida.begins())
    provider.stop()
    try:
        away = ida.http.request("POST", "/auth/oidc/begin")
        problem(away, 503, "identity_provider_unavailable")
        assert "retry-after" in away.headers
        problem(ida.finishes(brought), 503, "identity_provider_unavailable")
    finally:
        provider.start()
    ida.visitor = Visitor(provider, ida.subject)
    assert ida.signs_in().status_code == 200


def test_the_log_tells_who_is_who_and_holds_no_secret(site: Site, ida: Person) -> None:
    brought = ida.visitor.goes(ida.begins())
    assert ida.finishes(brought).status_code == 200
    found = site.http.get(
        "/events", params={"name": "sign_in_ways.subject_pinned.v1", "sort": "-position"}
    ).json()["data"]
    pinned = next(one for one in found if one["data"]["user_uid"] == ida.uid)
    assert pinned["data"]["subject"] == {
        "issuer": SETTINGS["DAYBOOK_OIDC_ISSUER"],
        "subject": ida.subject,
    }
    assert pinned["actor"] == f"user:{ida.uid}"
    output = site.output.read_text()
    assert brought["code"] not in output
    assert CLIENT["DAYBOOK_OIDC_CLIENT_SECRET"] not in output


def test_a_role_may_ask_for_more_than_a_password(site: Site, ida: Person) -> None:
    by_password = _by_password(site, ida)
    refused = problem(_registers(site, by_password), 403, "stronger_sign_in_required")
    assert refused["expected_ways"] == {"operator": ["oidc", "passkey"]}
    header = _bearer(by_password)
    assert httpx.get(f"{site.url}/users", headers=header, timeout=120).status_code == 200
    with httpx.stream("GET", f"{site.url}/events/stream", headers=header, timeout=120) as stream:
        assert stream.status_code == 200  # reading goes by the token
    ended = f"{site.url}/auth/sessions/{_me_session(site, by_password)}/end"
    assert _registers(site, ida.signs_in().json()).is_success
    assert httpx.post(ended, headers=header, timeout=120).status_code == 204


def test_an_auditor_of_the_firm_is_asked_for_what_operators_are_asked_for(site: Site) -> None:
    gro = Principal(
        user_uid=uuid4(), name="Gro Lund", bank_uid=None, roles=frozenset({Role.AUDITOR})
    )
    of_bank = structs.replace(gro, user_uid=uuid4(), bank_uid=uuid4())
    for auditor, expected in (
        (gro, {"auditor": ["oidc"], "operator": ["oidc", "passkey"]}),
        (of_bank, {"auditor": ["oidc"]}),
    ):
        token = site.door.token_since(auditor, SystemClock().now(), SignInWay.PASSWORD)
        asked = httpx.post(
            f"{site.url}/auth/passkeys/new",
            headers={"Authorization": f"Bearer {token}"},
            timeout=120,
        )
        refused = problem(asked, 403, "stronger_sign_in_required")
        assert refused["expected_ways"] == expected


def test_a_session_becomes_strong_by_proving_oneself_in_it(site: Site, ida: Person) -> None:
    by_password = _by_password(site, ida)
    brought = ida.visitor.goes(ida.begins(by_password))
    problem(_registers(site, by_password), 403, "stronger_sign_in_required")
    assert ida.finishes(brought).status_code == 204
    assert _registers(site, by_password).is_success


def test_a_password_does_not_stand_for_what_a_role_asks_for(site: Site, ida: Person) -> None:
    let_choose(site, ida.email)
    pair = _stale(site, ida.signs_in().json()["access_token"], SignInWay.OIDC)
    confirmed = httpx.post(
        f"{site.url}/auth/confirm", json={"password": PASSWORD}, headers=_bearer(pair), timeout=120
    )
    assert confirmed.status_code == 204
    problem(_registers(site, pair), 403, "recent_sign_in_required")


def test_a_password_adds_no_passkey_where_the_provider_would_do(site: Site, ida: Person) -> None:
    by_password = _by_password(site, ida)
    asked = httpx.post(f"{site.url}/auth/passkeys/new", headers=_bearer(by_password), timeout=120)
    problem(asked, 403, "stronger_sign_in_required")
    pair = ida.signs_in().json()
    asked = httpx.post(f"{site.url}/auth/passkeys/new", headers=_bearer(pair), timeout=120)
    assert asked.json()["rp"]["id"] == "localhost"


def test_roles_that_are_not_named_take_a_password(site: Site) -> None:
    branch = Branch(site)
    ruth = branch.administrator("Ruth")
    token = site.door.token_since(ruth.principal, SystemClock().now(), SignInWay.PASSWORD)
    answer = httpx.post(
        f"{site.url}{branch.path}/members",
        json=a_person("Mira", branch.email("Mira")),
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
    )
    assert answer.status_code == 201, answer.text


def test_the_user_is_told_by_mail(site: Site, ida: Person) -> None:
    assert ida.signs_in().status_code == 200
    assert ida.signs_in().status_code == 200
    site.http.post(f"/users/{ida.uid}/sign-in-ways/forget")

    def told() -> list[str]:
        query = {"recipient": ida.email, "fields": "text_body", "sort": "id"}
        mails = site.http.get("/mailbox/messages", params=query).json()["data"]
        return [it["text_body"] for it in mails] if len(mails) >= 3 else []

    letters = wait_until(told, "a letter of each kind")
    for what in ("provider for the first time", "were forgotten", "session"):
        assert any(what in letter for letter in letters), letters
    assert len(letters) == 3


def test_without_a_cookie_of_ours_no_script_reads_it(ida: Person) -> None:
    answer = ida.http.request("POST", "/auth/oidc/begin")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/auth" in cookie


def _stale(
    site: Site, token: str, way: SignInWay = SignInWay.COMMAND_LINE, ago: timedelta = LONG_AGO
) -> dict[str, str]:
    """A session of the same user that began long ago."""
    principal = structs.replace(site.door.tokens.read(token), session_uid=None, expires_at=None)
    began = SystemClock().now() - ago
    return {"access_token": site.door.token_since(principal, began, way)}


def _by_password(site: Site, person: Person) -> dict[str, Any]:
    let_choose(site, person.email)
    pair: dict[str, Any] = signs_in(site, person.email).json()
    return pair


def _me_session(site: Site, pair: Mapping[str, Any]) -> str:
    return str(site.door.tokens.read(pair["access_token"]).session_uid)


def _registers(site: Site, pair: Mapping[str, Any]) -> httpx.Response:
    body = {"email": f"{uuid4().hex}@daybook.example", "name": "A Colleague", "role": "operator"}
    return httpx.post(f"{site.url}/users", json=body, headers=_bearer(pair), timeout=120)
