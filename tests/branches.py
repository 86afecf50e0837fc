"""A bank with people: over HTTP as an operator makes it (`Branch`), or as facts in a log (`RecordedBranch`).

Both say the same: `member()` has an account and `claimed()`, an `administrator()` `decides()` on the claim.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from application.shared.permissions import Principal
from application.shared.ports import Append, EventLog, StreamAppend
from domain.banks.accounts import BankAccountOpened
from domain.banks.administrators import AdministratorAppointed
from domain.banks.banks import BankOpened
from domain.banks.members import MemberAdmitted
from domain.identity import user_uid
from domain.reimbursements.claims import (
    ReimbursementApproved,
    ReimbursementDenied,
    ReimbursementSubmitted,
)
from domain.shared.events import Event
from domain.shared.roles import Role, administrator_uid, member_uid
from tests.asking import Caller
from tests.facts import a_cause
from tests.kits import NOW
from tests.seconding import confirmed, posted
from tests.signed_in import SECOND_OPERATOR
from tests.sites import OPERATOR, Site

IBAN = "DE89370400440532013000"
BANK = {"name": "Harbour Bank", "location": "Rotterdam", "currency": "EUR", "iban": IBAN}
MEMBER_IBAN = "NL91ABNA0417164300"
LAST_NAME = "Berg"
CLAIM = {"amount": "184.60", "description": "Train to the harbour and back"}
INCURRED_ON = date(2026, 11, 2)

_amounts = iter(range(1000, 9999))


def fresh() -> str:
    """An amount above 100.00 that no other test claims."""
    return f"{next(_amounts)}.25"


def an_iban(number: int) -> str:
    """The IBAN of an account that nobody else has."""
    bban = f"37040044{number:010}"
    return f"DE{98 - int(f'{bban}131400') % 97:02}{bban}"


def a_person(first_name: str, email: str, **more: Any) -> dict[str, Any]:
    """The body that lets somebody in."""
    return {"first_name": first_name, "last_name": LAST_NAME, "email": email, **more}


class Person:
    """Somebody of a bank, signed in: `id`, `uid` and `path` are those of the member or administrator."""

    def __init__(self, site: Site, principal: Principal, made: httpx.Response) -> None:
        self.site = site
        self.principal = principal
        self.http = Caller(site, principal)
        self.made = made
        self.path = made.headers["Location"]
        self.id: int = made.json()["id"]
        self.uid = UUID(made.json()["uid"])
        self.account: int = 0
        self.iban = IBAN

    def claim(self, **changes: Any) -> dict[str, Any]:
        """The body of a claim to be paid into the person's account, with these members changed."""
        body = {"bank_account_id": self.account, **CLAIM, "incurred_on": str(INCURRED_ON)}
        return {**body, **changes}

    def claims(self, **changes: Any) -> httpx.Response:
        """Submit a claim with these members changed."""
        return self.http.post("/reimbursements", json=self.claim(**changes))

    def claimed(self, **changes: Any) -> dict[str, Any]:
        """A claim of the person's that was taken."""
        claim: dict[str, Any] = _created(self.claims(**changes)).json()
        return claim

    def decides(self, claim: dict[str, Any], verdict: str, **said: Any) -> httpx.Response:
        """Approve or deny a claim."""
        return self.http.post(f"/reimbursements/{claim['uid']}/{verdict}", json=said)

    def sees(self, path: str, after: httpx.Response | None = None) -> dict[str, Any]:
        """What is answered under this path, once what `after` left can be seen."""
        return self.http.sees(path, after)


class Branch:
    """A bank of its own, so that tests do not see each other's claims."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.operator = Caller(site, OPERATOR)
        self.administrators: list[Caller] = []
        made = _created(site.http.post("/banks", json=BANK)).json()
        self.id: int = made["id"]
        self.uid = UUID(made["uid"])
        self.path = f"/banks/{self.id}"
        self._members = 0

    def email(self, first_name: str) -> str:
        """Somebody's address, which nobody of another bank has."""
        return f"{first_name}.{self.id}@harbour.example".lower()

    def person(self, first_name: str, **more: Any) -> dict[str, Any]:
        """The body that lets somebody in."""
        return a_person(first_name, self.email(first_name), **more)

    def admits(self, first_name: str, **more: Any) -> httpx.Response:
        """Make somebody a member, without an account."""
        body = self.person(first_name, **more)
        return _created(self.site.http.post(f"{self.path}/members", json=body))

    def appoints(self, first_name: str, **more: Any) -> httpx.Response:
        """Make somebody an administrator, which a second person confirms."""
        body, path = self.person(first_name, **more), f"{self.path}/administrators"
        made = _created(posted(self.site, path, body, self.administrators))
        principal = self.principal(first_name, Role.ADMINISTRATOR)
        self.administrators.append(Caller(self.site, principal))
        return made

    def confirms(self, waiting: httpx.Response) -> httpx.Response:
        """Have what was proposed confirmed by an administrator, or an operator where there is none who may."""
        return confirmed(waiting, [*self.administrators, Caller(self.site, SECOND_OPERATOR)])

    def opens(self, member: int, **more: Any) -> httpx.Response:
        """Ask for an account of the member with this id, with an IBAN unless other numbers are given."""
        body = {"bank_member_id": member, **(more or {"iban": IBAN})}
        return self.site.http.post(f"{self.path}/accounts", json=body)

    def opened(self, person: Person, currency: str = "EUR") -> int:
        """One more account of a member's."""
        opened = _created(self.opens(person.id, iban=person.iban, currency=currency))
        return int(opened.json()["id"])

    def keeps(self, base: str, quote: str, value: str, **more: Any) -> httpx.Response:
        """Record a rate of today, which a second person confirms."""
        body = {"base": base, "quote": quote, "value": value, "source": "ECB", **more}
        path = f"{self.path}/exchange-rates"
        return _created(posted(self.site, path, body, self.administrators))

    def member(self, first_name: str = "Mira", *, currency: str = "EUR") -> Person:
        """A member with an account."""
        principal = self.principal(first_name, Role.MEMBER)
        person = Person(self.site, principal, self.admits(first_name))
        person.iban = an_iban(self._members) if self._members else IBAN
        self._members += 1
        person.account = self.opened(person, currency)
        return person

    def administrator(self, first_name: str = "Ruth", limit: str | None = None) -> Person:
        """An administrator, who decides alone up to the limit."""
        principal = self.principal(first_name, Role.ADMINISTRATOR)
        return Person(self.site, principal, self.appoints(first_name, approval_limit=limit))

    def both(self, first_name: str = "Iris") -> Person:
        """A member with an account who is an administrator as well, and signed in as both."""
        person = self.member(first_name)
        self.appoints(first_name)
        principal = self.principal(first_name, Role.MEMBER, Role.ADMINISTRATOR)
        person.http = Caller(self.site, principal)
        return person

    def auditor(self) -> Caller:
        """Somebody who reads everything of the bank."""
        return Caller(self.site, self.principal("Audit", Role.AUDITOR))

    def principal(self, first_name: str, *roles: Role) -> Principal:
        """Somebody of the bank, let in with these roles."""
        return Principal(
            user_uid=user_uid(self.email(first_name)),
            name=f"{first_name} {LAST_NAME}",
            bank_uid=self.uid,
            roles=frozenset(roles),
        )


def _created(answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 201, answer.text
    return answer


class RecordedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a bank in a log; `account` is a member's."""

    branch: "RecordedBranch"
    uid: UUID
    user_uid: UUID
    name: str
    account: UUID

    def claimed(self, **changes: Any) -> UUID:
        """A claim that waits, with these fields changed."""
        fields: dict[str, Any] = {
            "bank_uid": self.branch.uid,
            "bank_account_uid": self.account,
            "member_uid": self.uid,
            "bank_id": 1,
            "bank_account_id": 3,
            "bank_member_id": 2,
            "member_name": self.name,
            "user_uid": self.user_uid,
            **CLAIM,
            "amount": Decimal(CLAIM["amount"]),
            "currency": "EUR",
            "incurred_on": INCURRED_ON,
            "duplicate_of": None,
            "submitted_at": NOW,
        }
        claim = uuid4()
        self.branch.records({claim: ReimbursementSubmitted(**{**fields, **changes})})
        return claim

    def decides(self, claim: UUID, verdict: str, reason: str = "No receipt") -> int:
        """Approve or deny a claim; the position of the fact."""
        by = {
            "administrator_uid": self.uid,
            "administrator_name": self.name,
            "user_uid": self.user_uid,
        }
        fact = (
            ReimbursementApproved(**by, acknowledged_duplicate=False, approved_at=NOW)
            if verdict == "approve"
            else ReimbursementDenied(**by, reason=reason, denied_at=NOW)
        )
        return self.branch.records({claim: fact})


class RecordedBranch:
    """A bank of its own in a log, with these fields changed."""

    def __init__(self, log: EventLog, **changes: Any) -> None:
        self.log = log
        self.uid = uuid4()
        self.records({self.uid: BankOpened(**{**BANK, **changes})})

    def member(
        self, first_name: str = "Mira", email: str | None = None, **account: Any
    ) -> RecordedPerson:
        """A member with an account, which has these fields changed."""
        person = self._person(first_name, email)
        uid, account_uid = member_uid(self.uid, person["user_uid"]), uuid4()
        name = f"{first_name} {LAST_NAME}"
        fields: dict[str, Any] = {
            "bank_uid": self.uid,
            "bank_id": 1,
            "member_uid": uid,
            "bank_member_id": 2,
            "holder": name,
            "currency": "EUR",
            "iban": MEMBER_IBAN,
            "routing_number": None,
            "account_number": None,
        }
        opened = BankAccountOpened(**{**fields, **account})
        self.records({uid: MemberAdmitted(**person), account_uid: opened})
        user = person["user_uid"]
        return RecordedPerson(branch=self, uid=uid, user_uid=user, name=name, account=account_uid)

    def administrator(self, first_name: str = "Ruth", email: str | None = None) -> RecordedPerson:
        """An administrator, who decides any amount."""
        person = self._person(first_name, email)
        user = person["user_uid"]
        uid = administrator_uid(self.uid, user)
        self.records({uid: AdministratorAppointed(**person, approval_limit=None, currency="EUR")})
        name = f"{first_name} {LAST_NAME}"
        return RecordedPerson(branch=self, uid=uid, user_uid=user, name=name, account=uuid4())

    def records(self, facts: dict[UUID, Event]) -> int:
        """The last position of these facts, each of them the next one on its stream."""
        streams = tuple(
            StreamAppend(uid, len(self.log.stream_blocking(uid)), (fact,))
            for uid, fact in facts.items()
        )
        return self.log.append_blocking(Append(streams=streams, cause=a_cause())).last_position or 0

    def _person(self, first_name: str, email: str | None) -> dict[str, Any]:
        email = email or f"{first_name}.{uuid4().hex[:10]}@harbour.example".lower()
        return {
            "bank_uid": self.uid,
            "bank_id": 1,
            "user_uid": user_uid(email),
            "first_name": first_name,
            "last_name": LAST_NAME,
            "email": email,
        }
