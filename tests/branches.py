"""A bank with people and accounts on a running Daybook, made over HTTP as an operator makes them."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from application.shared.permissions import Principal
from domain.identity import user_uid
from domain.shared.roles import Role
from tests.signed_in import SignedIn
from tests.sites import Site

IBAN = "DE89 3704 0044 0532 0130 00"


class Caller:
    """Calls a running Daybook as somebody, over the one client of the site."""

    def __init__(self, site: Site, principal: Principal) -> None:
        self._client = site.http
        self._auth = SignedIn(site.tokens, principal)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """What a GET is answered with."""
        return self._client.get(path, auth=self._auth, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """What a POST is answered with."""
        return self._client.post(path, auth=self._auth, **more)

    def patch(self, path: str, **more: Any) -> httpx.Response:
        """What a PATCH is answered with."""
        return self._client.patch(path, auth=self._auth, **more)


class Person:
    """Somebody of a bank, signed in: `id` and `uid` are those of the member or administrator."""

    def __init__(self, site: Site, principal: Principal, made: dict[str, Any]) -> None:
        self.site = site
        self.principal = principal
        self.http = Caller(site, principal)
        self.id: int = made["id"]
        self.uid = UUID(made["uid"])
        self.account: int = 0

    def claims(self, **changes: Any) -> httpx.Response:
        """Submit a claim to be paid into the person's account, with these members changed."""
        body = {
            "bank_account_id": self.account,
            "amount": "184.60",
            "description": "Train to the harbour and back",
            "incurred_on": "2026-11-02",
        }
        return self.http.post("/reimbursements", json={**body, **changes})

    def claimed(self, **changes: Any) -> dict[str, Any]:
        """A claim of the person's that was taken."""
        answer = self.claims(**changes)
        assert answer.status_code == 201, answer.text
        claim: dict[str, Any] = answer.json()
        return claim

    def decides(self, claim: dict[str, Any], verdict: str, **said: Any) -> httpx.Response:
        """Approve or deny a claim."""
        return self.http.post(f"/reimbursements/{claim['uid']}/{verdict}", json=said)

    def sees(self, path: str, after: httpx.Response | None = None) -> dict[str, Any]:
        """What is answered under this path, once what `after` left can be seen."""
        headers = self.site.after(after) if after is not None else {}
        answer = self.http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


class Branch:
    """A bank of its own, so that tests do not see each other's claims."""

    def __init__(self, site: Site) -> None:
        self.site = site
        name = f"Harbour {uuid4().hex[:6]}"
        made = site.http.post(
            "/banks", json={"name": name, "location": "Kiel", "currency": "EUR", "iban": IBAN}
        )
        assert made.status_code == 201, made.text
        self.id: int = made.json()["id"]
        self.uid = UUID(made.json()["uid"])

    def member(self, first_name: str = "Mira", *, currency: str = "EUR") -> Person:
        """A member with an account."""
        person = self._person("members", first_name, Role.MEMBER)
        person.account = self.opened(person, currency)
        return person

    def opened(self, person: Person, currency: str = "EUR") -> int:
        """One more account of a member's."""
        body = {"bank_member_id": person.id, "iban": IBAN, "currency": currency}
        made = self.site.http.post(f"/banks/{self.id}/accounts", json=body)
        assert made.status_code == 201, made.text
        return int(made.json()["id"])

    def administrator(self, first_name: str = "Ruth", limit: str | None = None) -> Person:
        """An administrator, who decides alone up to the limit."""
        return self._person("administrators", first_name, Role.ADMINISTRATOR, approval_limit=limit)

    def both(self, first_name: str = "Iris") -> Person:
        """A member with an account who is an administrator as well, and signed in as both."""
        person = self.member(first_name)
        email = f"{first_name}.{self.id}@harbour.example".lower()
        body = {"first_name": first_name, "last_name": "Berg", "email": email}
        made = self.site.http.post(f"/banks/{self.id}/administrators", json=body)
        assert made.status_code == 201, made.text
        principal = self._principal(email, first_name, Role.MEMBER, Role.ADMINISTRATOR)
        person.http = Caller(self.site, principal)
        return person

    def auditor(self) -> Caller:
        """Somebody who reads everything of the bank."""
        email = f"audit.{self.id}@harbour.example"
        return Caller(self.site, self._principal(email, "Audit", Role.AUDITOR))

    def _person(self, kind: str, first_name: str, role: Role, **more: Any) -> Person:
        email = f"{first_name}.{self.id}@harbour.example".lower()
        body = {"first_name": first_name, "last_name": "Berg", "email": email, **more}
        made = self.site.http.post(f"/banks/{self.id}/{kind}", json=body)
        assert made.status_code == 201, made.text
        return Person(self.site, self._principal(email, first_name, role), made.json())

    def _principal(self, email: str, first_name: str, *roles: Role) -> Principal:
        return Principal(
            user_uid=user_uid(email),
            name=f"{first_name} Berg",
            bank_uid=self.uid,
            roles=frozenset(roles),
        )
