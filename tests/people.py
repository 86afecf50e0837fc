"""How people in tests come to a password: from within, or by the link that a letter brings them."""

import asyncio
import re
from collections.abc import Mapping
from uuid import UUID

import httpx

from application.identity.users import Users
from domain.identity import user_uid
from infrastructure.bootstrap import build
from infrastructure.shared.settings import read_settings
from tests.processes import wait_until
from tests.sites import Site

PASSWORD = "correct horse battery"  # noqa: S105 - of people who exist for one test
_LINK = re.compile(r"(https?://\S+/app/password)#([A-Za-z0-9_-]{43})\s")


def give_password(settings: Mapping[str, str], uid: UUID, password: str = PASSWORD) -> None:
    """Set somebody's first password, as nobody can by a request."""

    async def given() -> bool:
        services = build(read_settings(settings))
        try:
            return await services.of(Users).give_password(uid, password)
        finally:
            await services.aclose()

    assert asyncio.run(given())


def let_choose(site: Site, email: str, password: str = PASSWORD) -> None:
    """Set the first password of the user with this address."""
    give_password(site.settings, user_uid(email), password)


def links_to(site: Site, email: str, number: int = 1) -> list[str]:
    """The tokens of the links mailed to this address, the newest first, once there are this many."""

    def found() -> list[str] | None:
        query = {"recipient": email.lower(), "fields": "text_body"}
        messages = site.http.get("/mailbox/messages", params=query).json()["data"]
        links = [link[2] for each in messages if (link := _LINK.search(each["text_body"]))]
        return links if len(links) >= number else None

    tokens: list[str] = wait_until(found, f"a link for {email}")
    return tokens


def chooses(site: Site, token: str, password: str = PASSWORD) -> httpx.Response:
    """What is answered to whoever chooses a password with the token of a link."""
    body = {"token": token, "new_password": password}
    return httpx.post(f"{site.url}/auth/password", json=body, timeout=120)


def signs_in(site: Site, email: str, password: str = PASSWORD) -> httpx.Response:
    """What is answered to whoever signs in with these."""
    body = {"email": email, "password": password}
    return httpx.post(f"{site.url}/auth/token", json=body, timeout=120)
