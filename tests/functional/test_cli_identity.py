"""`daybook token`, `daybook users`, single-user mode: signing in for whoever sits at the machine."""

import re
import shlex
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from infrastructure.demo import DEMO_PASSWORD, OPERATOR_EMAIL
from infrastructure.embedded.valkey import ValkeyServer
from interfaces.cli.identity import register
from tests.asking import problem
from tests.demo import with_demo
from tests.processes import ROOT, daybook, free_port, lives, wait_until
from tests.seconding import posted
from tests.sites import Site, process

PASSWORD = "correct horse battery"  # noqa: S105 - of a test


@pytest.fixture
def email(site: Site) -> str:
    """An operator let in from the command line."""
    address = f"op{uuid4().hex[:10]}@daybook.example"
    done = daybook(
        "users", "register", address, "--name", "Olga Op", "--password", PASSWORD,
        settings=site.settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert address in done.stdout
    assert PASSWORD not in done.stdout + done.stderr
    return address


def test_the_first_operator_comes_in_at_the_machine(site: Site, email: str) -> None:
    body = {"email": email, "password": PASSWORD}
    answer = httpx.post(f"{site.url}/auth/token", json=body, timeout=120)
    assert answer.status_code == 200


def test_registered_again_one_keeps_the_password(site: Site, email: str) -> None:
    other = "another horse battery"
    done = daybook(
        "users", "register", email, "--name", "Olga Op", "--password", other,
        settings=site.settings,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "has a password already, which was left" in done.stdout
    assert "can sign in" not in done.stdout
    for password, status in ((other, 401), (PASSWORD, 200)):
        body = {"email": email, "password": password}
        assert httpx.post(f"{site.url}/auth/token", json=body, timeout=120).status_code == status


def test_a_token_is_printed_alone_and_lets_in(site: Site, email: str) -> None:
    for name in (email, email.partition("@")[0].upper()):
        done = daybook("token", "--as", name, settings=site.settings)
        assert done.returncode == 0, done.stderr
        (token,) = done.stdout.splitlines()
        headers = {"Authorization": f"Bearer {token}"}
        me = httpx.get(f"{site.url}/auth/me", headers=headers).json()
        assert (me["name"], me["roles"]) == ("Olga Op", ["operator"])


def test_there_is_no_token_for_nobody(site: Site, email: str) -> None:
    nobody = daybook("token", "--as", "nobody@daybook.example", settings=site.settings)
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "Nobody who may sign in" in nobody.stderr
    uid = site.http.get("/events?name=user.registered.v1&sort=-position&limit=1").json()
    site.http.post(f"/users/{uid['data'][0]['stream_id']}/deactivate")
    assert daybook("token", "--as", email, settings=site.settings).returncode == 1


def test_every_registration_in_the_documents_can_be_typed() -> None:
    pages = [
        page.read_text()
        for folder in ("docs", "infrastructure")
        for page in (ROOT / folder).rglob("*.md")
    ]
    lines = re.findall(r"^[^`|\n]*daybook users register (.+)$", "\n".join(pages), re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        given = ["--password", PASSWORD, *shlex.split(line)]
        assert register.make_context("register", given).params["role"] == "operator"


def test_a_name_that_several_bear_is_not_guessed(site: Site) -> None:
    for number in (1, 2):
        body = {"email": f"same{number}@daybook.example", "name": "Sam Same", "role": "operator"}
        assert posted(site, "/users", body).status_code == 201
    done = daybook("token", "--as", "sam", settings=site.settings)
    assert done.returncode == 1
    assert "same1@daybook.example, same2@daybook.example" in done.stderr


def test_a_registration_that_breaks_a_rule_says_which(site: Site) -> None:
    done = daybook(
        "users", "register", "not an address", "--name", "X", "--password", PASSWORD,
        settings=site.settings,
    )  # fmt: skip
    assert done.returncode == 1
    assert "/email" in done.stderr


FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:8000"},
    {"Host": "[::1"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]
"""What a browser says when another site leads it here."""


@pytest.mark.parametrize(
    "changed",
    [{"DAYBOOK_DEMO_PASSWORD": ""}, {"DAYBOOK_HOST": "0.0.0.0"}],  # noqa: S104 - that is the point
    ids=["without samples", "for everybody"],
)
def test_the_published_password_opens_a_first_look_alone(
    site: Site, tmp_path: Path, changed: dict[str, str]
) -> None:
    with_demo(site)
    credentials = {"email": OPERATOR_EMAIL, "password": DEMO_PASSWORD}
    assert httpx.post(f"{site.url}/auth/token", json=credentials, timeout=120).status_code == 200
    port = free_port()
    settings = {**site.settings, "DAYBOOK_PORT": str(port), **changed}
    with process("api", settings, tmp_path / "output.txt"):
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: lives(address), "the api")
        problem(
            httpx.post(f"{address}/auth/token", json=credentials, timeout=120),
            401,
            "wrong_credentials",
        )


def test_single_user_mode_needs_no_token(site: Site, tmp_path: Path, valkey: ValkeyServer) -> None:
    port = free_port()
    settings = {**site.settings, "DAYBOOK_PORT": str(port), "DAYBOOK_AUTH": "single-user"}
    address = f"http://127.0.0.1:{port}"
    with process("api", settings, tmp_path / "output.txt"):
        wait_until(lambda: lives(address), "the api")
        me = httpx.get(f"{address}/auth/me").json()
        assert (me["uid"], me["roles"]) == (None, ["operator"])
        # What an operator may not do, nobody may here.
        body = {"current_password": PASSWORD, "new_password": PASSWORD}
        problem(httpx.post(f"{address}/auth/password", json=body), 409, "no_password")
        for headers in FOREIGN:
            told = problem(httpx.get(f"{address}/auth/me", headers=headers), 403, "foreign_site")
            assert address in told["detail"]
            problem(
                httpx.post(f"{address}/expenses", json={}, headers=headers), 403, "foreign_site"
            )
        for headers in (
            {"Host": f"localhost:{port}"},
            {"Origin": address, "Sec-Fetch-Site": "same-origin"},
        ):
            assert httpx.get(f"{address}/auth/me", headers=headers).status_code == 200


def test_single_user_mode_is_refused_where_others_can_reach_it(site: Site) -> None:
    exposed = {**site.settings, "DAYBOOK_AUTH": "single-user", "DAYBOOK_HOST": "0.0.0.0"}  # noqa: S104
    for command in ("api", "up"):
        done = daybook(command, settings=exposed)
        assert done.returncode == 2
        assert "loopback" in done.stderr
