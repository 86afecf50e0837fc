"""Reactions to claims of one member and one administrator: what became of them, and working on them now."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import psycopg

from application.shared.ports import Clock, EventLog
from application.shared.reactions.attempts import Outcome, Postponed
from application.shared.reactions.handling import Handler
from application.shared.reactions.ports import Lane, Reaction
from application.shared.services import Services
from infrastructure.bootstrap import build
from infrastructure.shared.reactions.queue import JobQueue
from infrastructure.shared.reactions.rows import Claim, ReactionRows
from infrastructure.shared.reactions.working import ReactionWorker
from infrastructure.shared.settings import Settings, SettingsGroup
from tests.branches import RecordedBranch
from tests.facts import PATIENCE_S

T = TypeVar("T")

MEMBER = "ines.falk@harbour.example"
ADMINISTRATOR = "ada.berg@harbour.example"
NOWHERE = "redis://127.0.0.1:1"
"""No Redis: a test hands reactions to the worker itself."""


class Firm(RecordedBranch):
    """A bank with the administrator Ada and the member Ines, who has an account; claims are hers."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self.ines = self.member("Ines", MEMBER)
        self.ada = self.administrator("Ada", ADMINISTRATOR)

    def submit(self, description: str = "Train to Kiel", **changes: Any) -> UUID:
        """A claim that waits."""
        return self.ines.claimed(description=description, amount=Decimal("1248.20"), **changes)

    def approve(self, claim: UUID) -> int:
        """Approve a claim."""
        return self.ada.decides(claim, "approve")

    def deny(self, claim: UUID, reason: str = "No receipt") -> int:
        """Deny a claim."""
        return self.ada.decides(claim, "deny", reason)


class ReactionRow(msgspec.Struct, frozen=True):
    """What a test asks of a reaction; `digest` is the uid of the one that tells of it as well."""

    uid: UUID
    kind: str
    subject: UUID
    state: str
    failures: int
    last_error: str | None
    digest: UUID | None


def reactions(database_url: str, kind: str | None = None) -> list[ReactionRow]:
    """The reactions of a database in the order of planning, or those of one kind."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT uid, kind, subject, state, failures, last_error, digest FROM daybook.reactions ORDER BY id"
        ).fetchall()
    found = [ReactionRow(*row) for row in rows]
    return [row for row in found if kind is None or row.kind == kind]


class Hands:
    """A worker in this event loop that a test hands reactions to, one by one."""

    def __init__(self, worker: ReactionWorker, rows: ReactionRows) -> None:
        self._worker = worker
        self._rows = rows

    async def perform(self, uid: UUID, lease_s: float = 10.0) -> Outcome | None:
        """One attempt at this reaction; None if it is not due, or somebody else's."""
        claim = await self.claim(uid, lease_s)
        return await self._worker.perform(claim) if claim else None

    async def give(self, claim: Claim) -> Outcome:
        """Have what was taken up performed."""
        return await self._worker.perform(claim)

    async def perform_all(self, kind: str) -> list[Outcome]:
        """One attempt at each reaction of a kind that is due, in turn."""
        claims = await self._claimed(lambda reaction: reaction.kind == kind, 60.0)
        return [await self._worker.perform(claim) for claim in claims]

    async def claim(self, uid: UUID, lease_s: float = 10.0) -> Claim | None:
        """Take up this reaction and no other."""
        claims = await self._claimed(lambda reaction: reaction.id == uid, lease_s)
        return claims[0] if claims else None

    async def _claimed(self, wanted: Callable[[Reaction], bool], lease_s: float) -> list[Claim]:
        await self._rows.free()
        claims = await self._rows.claim(dict.fromkeys(Lane, 1_000), lease_s)
        for other in (claim for claim in claims if not wanted(claim.reaction)):
            await self._rows.settle(other, Postponed(0.0))
        return sorted(
            (claim for claim in claims if wanted(claim.reaction)),
            key=lambda claim: claim.reaction.position,
        )


class Rig:
    """A worker in this process whose handlers are the test's own."""

    def __init__(
        self,
        database_url: str,
        handlers: Mapping[str, Handler],
        folder: Path,
        *groups: SettingsGroup,
        clock: Clock | None = None,
    ) -> None:
        self._database_url = database_url
        self._handlers = handlers
        self._clock = clock
        self._settings = Settings(
            home=folder, database_url=database_url, redis_url=NOWHERE, groups=groups
        )

    def _services(self) -> Services:
        services = build(self._settings)
        return replace(services, clock=self._clock or services.clock)

    def use(self, use: Callable[[Hands], Awaitable[None]], lease_s: float = 10.0) -> None:
        """Hand the worker reactions in an event loop of its own."""

        async def used() -> None:
            rows = ReactionRows(self._database_url)
            services = self._services()
            worker = ReactionWorker(
                rows, JobQueue(NOWHERE), self._handlers, services, lease_s=lease_s
            )
            try:
                await use(Hands(worker, rows))
            finally:
                await rows.aclose()
                await services.aclose()

        in_loop(used)

    def run(
        self, until: Callable[[], Awaitable[None]], redis_url: str = NOWHERE, look_s: float = 1.0
    ) -> None:
        """Let the worker take up what is due by itself until this is over."""

        async def ran() -> None:
            rows, queue = ReactionRows(self._database_url), JobQueue(redis_url)
            services = self._services()
            worker = ReactionWorker(rows, queue, self._handlers, services, look_s=look_s)
            stop = asyncio.Event()
            working = asyncio.create_task(worker.run(stop))
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await until()
            finally:
                stop.set()
                await working

        in_loop(ran)


def make_due(database_url: str) -> None:
    """Pass over every pause: what waits for its time is due now, and what a dead worker held is free."""
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE daybook.reactions SET due_at = now() WHERE state = 'pending'")
    end_leases(database_url)


def end_leases(database_url: str) -> None:
    """Pass over the time for which dead workers hold what they took up."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE daybook.reactions SET claimed_until = now() - interval '1 second'"
            " WHERE state = 'running'"
        )


def names_in(log: EventLog) -> list[str]:
    """The names of all events, in order."""
    return [event.name for event in log.page(0, 10_000).events]


def in_loop(use: Callable[[], Awaitable[T]]) -> T:
    """What an asynchronous call answers, in an event loop of its own."""

    async def run() -> T:
        return await use()

    return asyncio.run(run())
