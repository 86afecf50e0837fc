"""The demo people in a running Daybook, for tests that do what its users do."""

from functools import partial

import httpx

from domain.shared.roles import Role
from infrastructure.demo import BANKS, DEMO_PASSWORD, load_demo
from infrastructure.shared.settings import read_settings
from tests.facts import eventually
from tests.paying import told
from tests.sites import Site


def with_demo(site: Site) -> Site:
    """Let the demo people in, as the first start of `daybook up` does, and wait until they are listed."""

    told(read_settings(site.settings), partial(load_demo, password=DEMO_PASSWORD))
    members = [person for bank in BANKS for person in bank.people if Role.MEMBER in person.roles]
    eventually(lambda: len(site.http.get("/accounts?limit=200").json()["data"]) >= len(members))
    return site


def signed_in(site: Site, email: str) -> httpx.Client:
    """A client of one demo person, signed in with the password."""
    answer = site.http.post("/auth/token", json={"email": email, "password": DEMO_PASSWORD})
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    return httpx.Client(
        base_url=site.url, timeout=120, headers={"Authorization": f"Bearer {token}"}
    )
