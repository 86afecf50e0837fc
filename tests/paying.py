"""Approved claims for tests that care about payments and not about how a claim came to be approved."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from application.shared.permissions import Principal
from application.shared.ports import EventLog
from application.shared.reactions.attempts import Outcome, attempt
from application.shared.reactions.handling import handlers
from application.shared.reactions.ports import Reaction
from application.shared.services import Services
from domain.shared.ids import derived
from domain.shared.roles import Role
from infrastructure.bootstrap import build
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.settings import Settings
from tests.asking import Caller
from tests.branches import RecordedBranch, RecordedPerson
from tests.facts import eventually
from tests.sites import Site


class ApprovedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of a claim that is to be paid, and of who made it."""

    bank: UUID
    user: UUID
    claim: UUID

    @property
    def payment(self) -> UUID:
        """The one payment of the claim."""
        return derived("payment", self.claim)


class Payer(RecordedBranch):
    """A bank in the log whose claims are approved."""

    @cached_property
    def ruth(self) -> RecordedPerson:
        """Who approves them."""
        return self.administrator()

    def approved(
        self, *, amount: Decimal = Decimal("184.60"), currency: str = "EUR", **account: Any
    ) -> ApprovedClaim:
        """A claim that was approved, to be paid into a member's account with these fields changed."""
        mira = self.member("Mira", currency=currency, **account)
        claim = mira.claimed(amount=amount, currency=currency)
        self.ruth.decides(claim, "approve")
        return ApprovedClaim(bank=self.uid, user=mira.user_uid, claim=claim)


class PayingBank(Payer):
    """A bank on a running Daybook, whose reactions pay its approved claims, and the people who look on."""

    def __init__(self, site: Site, **changes: Any) -> None:
        self._site = site
        self._log = PostgresEventLog(site.settings["DATABASE_URL"])
        super().__init__(self._log, **changes)
        self.manager = self.signed_in(Role.ADMINISTRATOR)
        self.auditor = self.signed_in(Role.AUDITOR)

    def signed_in(self, role: Role, user: UUID | None = None) -> Caller:
        """Somebody with this role."""
        somebody = Principal(
            user_uid=user or uuid4(), name="Somebody", bank_uid=self.uid, roles=frozenset({role})
        )
        return Caller(self._site, somebody)

    def close(self) -> None:
        """Give the connections to the log back."""
        self._log.close()

    def paid_until(self, status: str, **changes: Any) -> ApprovedClaim:
        """A claim whose payment has come so far by itself."""
        claim = self.approved(**changes)
        eventually(lambda: self.status(claim) == status)
        return claim

    def status(self, claim: ApprovedClaim) -> str | None:
        """What the payment's record says."""
        return self.manager.get(f"/payments/{claim.payment}").json().get("status")

    def simulate(self, claim: ApprovedClaim, what: str, **body: str) -> httpx.Response:
        """Let the simulated bank do something."""
        path = f"/simulations/payments/{claim.payment}/{what}"
        return self.manager.post(path, json=body) if body else self.manager.post(path)


def told(settings: Settings, story: Callable[[Services], Awaitable[Any]]) -> Any:
    """What a story answers that is told with the product's services, in a loop of its own."""

    async def run() -> Any:
        services = build(settings)
        try:
            return await story(services)
        finally:
            await services.aclose()

    return asyncio.run(run())


async def react(
    services: Services, kind: str, subject: UUID, position: int = 1, **payload: Any
) -> Outcome:
    """One attempt at a reaction of this kind to the event at this position, as a worker makes it."""
    reaction = Reaction(
        id=derived("test reaction", kind, subject),
        policy="test",
        kind=kind,
        subject=subject,
        position=position,
        correlation_id=uuid4(),
        payload=payload,
    )
    return await attempt(reaction, handlers(), services)


async def names_in(log: EventLog, stream: UUID) -> list[str]:
    """What happened on a stream, by the second part of each event's name."""
    return [event.name.split(".")[1] for event in await log.stream(stream)]
