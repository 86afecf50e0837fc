"""Going through workflows: the use cases over a real log, as a process of the product composes them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from application.imports.use_cases import Imports
from application.mail.use_cases import Mail
from application.shared.commands import Call, Commands
from application.shared.permissions import Principal
from application.shared.ports import Cause, Clock
from application.shared.services import Services
from application.workflows.notices import Notices
from application.workflows.ports import UploadedFile
from application.workflows.use_cases import StepReview, WorkflowInstance, Workflows
from infrastructure.bootstrap import build
from infrastructure.shared.settings import Settings
from infrastructure.workflows.composition import build_workflows
from infrastructure.workflows.settings import WorkflowSettings
from tests.facts import a_call

T = TypeVar("T")

LOAN = "loan-pre-check"
CONTACT = {"name": "Zoë Ndiaye", "email": "zoe@example.org"}
REQUEST = {"amount": "20000", "months": "48", "income": "3000.00", "expenses": "2100.50"}


def by_applicant() -> Call:
    """The call of somebody who has nothing but a link."""
    nobody = Principal(user_uid=None, name="applicant", bank_uid=None, roles=frozenset())
    cause = Cause(actor="applicant", correlation_id=uuid4(), causation_id=uuid4())
    return Call(principal=nobody, cause=cause)


class AheadClock(Clock):
    """A clock that is some days ahead."""

    def __init__(self, days: float) -> None:
        self._ahead = timedelta(days=days)

    def now(self) -> datetime:
        """The time then."""
        return datetime.now(UTC) + self._ahead


class Desk:
    """Workflows of one database, and those that lie in a folder beside the shipped ones."""

    def __init__(self, database_url: str, home: Path, folder: Path | None = None) -> None:
        own = WorkflowSettings(folder=folder)
        self._settings = Settings(home=home, database_url=database_url, groups=(own,))

    def do(self, use: Callable[[Workflows, Services], Awaitable[T]]) -> T:
        """Have the use cases of a process of its own do this."""
        services = build(self._settings)

        async def done() -> T:
            try:
                return await use(services.of(Workflows), services)
            finally:
                await services.aclose()

        try:
            return asyncio.run(done())
        finally:
            services.close()

    def later(self, days: float, use: Callable[[Notices], Awaitable[T]]) -> T:
        """Have this done in so many days."""

        async def done(_: Workflows, services: Services) -> T:
            commands = Commands(services.log, AheadClock(days), uuid4)
            imports, mail = services.of(Imports), services.of(Mail)
            return await use(build_workflows(self._settings, commands, imports, mail)[1])

        return self.do(done)

    def submit(
        self,
        token: str,
        values: Mapping[str, Mapping[str, Any]],
        name: str = LOAN,
        files: Mapping[str, UploadedFile] = {},
    ) -> WorkflowInstance:
        """Submit a page as whoever has the link."""
        return self.do(
            lambda workflows, _: workflows.submit(name, token, values, files, by_applicant())
        )

    def instance(self, token: str) -> WorkflowInstance:
        """How far they are."""
        return self.do(lambda workflows, _: workflows.instance(token))

    def review(self, found: WorkflowInstance, step: str, **values: Any) -> None:
        """Decide as staff."""
        self.do(
            lambda workflows, _: workflows.review(
                found.uid, StepReview(step=step, values=values), a_call()
            )
        )


def asked(**request: str) -> dict[str, dict[str, str]]:
    """The first page of a loan pre-check."""
    return {"contact": CONTACT, "request": {**REQUEST, **request}}
