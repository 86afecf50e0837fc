"""A bank on a running Daybook whose approved claims are paid by its reactions, and the people who look on."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import httpx

from application.shared.permissions import Principal
from application.shared.services import Services
from domain.shared.roles import Role
from infrastructure.bootstrap import build
from infrastructure.shared.settings import read_settings
from tests.facts import eventually
from tests.paying import ApprovedClaim, a_bank, an_approved_claim
from tests.sites import Site


class PayingBank:
    """A bank on the site, its people, and the claims that were approved there."""

    def __init__(self, site: Site, **changes: Any) -> None:
        self._site = site
        self._clients = ExitStack()
        self.uid: UUID = self._record(lambda services: a_bank(services.log, **changes))
        self.administrator = self.signed_in(Role.ADMINISTRATOR)
        self.auditor = self.signed_in(Role.AUDITOR)

    def claim(self, **changes: Any) -> ApprovedClaim:
        """A claim, approved just now."""
        claim: ApprovedClaim = self._record(
            lambda services: an_approved_claim(services.log, self.uid, **changes)
        )
        return claim

    def signed_in(self, role: Role, user: UUID | None = None) -> httpx.Client:
        """A client of somebody with this role."""
        somebody = Principal(
            user_uid=user or uuid4(), name="Somebody", bank_uid=self.uid, roles=frozenset({role})
        )
        return self._clients.enter_context(self._site.signed_in(somebody))

    def close(self) -> None:
        """Give the connections of its people back."""
        self._clients.close()

    def paid_until(self, status: str, **changes: Any) -> ApprovedClaim:
        """A claim whose payment has come so far by itself."""
        claim = self.claim(**changes)
        eventually(lambda: self.status(claim) == status)
        return claim

    def status(self, claim: ApprovedClaim) -> str | None:
        """What the payment's record says."""
        return self.administrator.get(f"/payments/{claim.payment}").json().get("status")

    def simulate(self, claim: ApprovedClaim, what: str, **body: str) -> httpx.Response:
        """Let the simulated bank do something."""
        path = f"/simulations/payments/{claim.payment}/{what}"
        return self.administrator.post(path, json=body) if body else self.administrator.post(path)

    def _record(self, story: Callable[[Services], Any]) -> Any:
        async def told() -> Any:
            services = build(read_settings(self._site.settings))
            try:
                return await story(services)
            finally:
                await services.aclose()

        return asyncio.run(told())
