"""A bank of a test's own on a running Daybook, with people to be."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx

from application.shared.permissions import Principal
from domain.identity import user_uid
from domain.shared.roles import Role
from tests.sites import Site

IBAN = "DE89370400440532013000"
BANK = {"name": "Harbour Bank", "location": "Rotterdam", "currency": "EUR", "iban": IBAN}


def a_person(name: str, domain: str, **more: Any) -> dict[str, Any]:
    """The body that lets somebody in."""
    person = {"first_name": name.title(), "last_name": "Falk", "email": f"{name}@{domain}"}
    return {**person, **more}


class Firm:
    """A bank with the administrator Ruth (who decides alone up to 500), the members Ines and Joost, and an auditor.

    `ruth`, `ines` and `joost` are the answers of letting them in; `administrator`, `auditor` and `member` are clients
    signed in as Ruth, the auditor and Ines.
    """

    def __init__(self, site: Site, clients: ExitStack) -> None:
        self.site = site
        self._clients = clients
        self.domain = f"b{uuid4().hex[:10]}.example"
        self.bank = _created(site.http.post("/banks", json=BANK)).json()
        self.uid = UUID(self.bank["uid"])
        self.path = f"/banks/{self.bank['id']}"
        self.ruth = self.appoint("ruth", approval_limit="500")
        self.ines, self.joost = self.admit("ines"), self.admit("joost")
        self.administrator = self.client("ruth", Role.ADMINISTRATOR)
        self.auditor = self.client("nadia", Role.AUDITOR)
        self.member = self.client("ines", Role.MEMBER)

    def email(self, name: str) -> str:
        """Their address."""
        return f"{name}@{self.domain}"

    def client(self, name: str, *roles: Role) -> httpx.Client:
        """A client that is let in as somebody of this bank."""
        user = user_uid(self.email(name))
        who = Principal(user_uid=user, name=name, bank_uid=self.uid, roles=frozenset(roles))
        return self._clients.enter_context(self.site.signed_in(who))

    def person(self, name: str, **more: Any) -> dict[str, Any]:
        """The body that lets somebody of this bank in."""
        return a_person(name, self.domain, **more)

    def admit(self, name: str, **more: Any) -> httpx.Response:
        """Make somebody a member."""
        body = self.person(name, **more)
        return _created(self.site.http.post(f"{self.path}/members", json=body))

    def appoint(self, name: str, **more: Any) -> httpx.Response:
        """Make somebody an administrator."""
        body = self.person(name, **more)
        return _created(self.site.http.post(f"{self.path}/administrators", json=body))

    def open_account(self, member: httpx.Response, **more: Any) -> httpx.Response:
        """Ask for an account of a member, with an IBAN unless other numbers are given."""
        body = {"bank_member_id": member.json()["id"], **(more or {"iban": IBAN})}
        return self.site.http.post(f"{self.path}/accounts", json=body)


@contextmanager
def a_firm(site: Site) -> Iterator[Firm]:
    """A bank and its people, their clients closed at the end."""
    with ExitStack() as clients:
        yield Firm(site, clients)


def _created(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 201, answer.text
    return answer
