"""Reactions to claims of one member and one administrator: what became of them, and working on them now."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import psycopg

from application.shared.ports import EventLog
from tests.branches import RecordedBranch

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
    """What a test asks of a reaction."""

    uid: UUID
    kind: str
    subject: UUID
    state: str
    failures: int
    last_error: str | None


def reactions(database_url: str, kind: str | None = None) -> list[ReactionRow]:
    """The reactions of a database in the order of planning, or those of one kind."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT uid, kind, subject, state, failures, last_error FROM daybook.reactions ORDER BY id"
        ).fetchall()
    found = [ReactionRow(*row) for row in rows]
    return [row for row in found if kind is None or row.kind == kind]


def make_due(database_url: str) -> None:
    """Pass over every pause: what waits for its time is due now, and what a dead worker held is free."""
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE daybook.reactions SET due_at = now() WHERE state = 'pending'")
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
