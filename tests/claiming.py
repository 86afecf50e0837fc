"""A bank with a member and an administrator, and claims on it, as facts in a log."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID, uuid4

import msgspec
import psycopg

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
from domain.shared.roles import administrator_uid, member_uid
from tests.facts import a_cause

T = TypeVar("T")

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
MEMBER = "ines.falk@harbour.example"
ADMINISTRATOR = "ada.berg@harbour.example"


def appended(log: EventLog, *streams: tuple[UUID, int, Event]) -> int:
    """The last position of these facts, each on its stream at this expected version."""
    append = Append(
        streams=tuple(StreamAppend(uid, version, (fact,)) for uid, version, fact in streams),
        cause=a_cause(),
    )
    return log.append_blocking(append).last_position or 0


class Firm:
    """A bank, an administrator, a member and the member's account, all of them in the log."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self.bank, self.account = uuid4(), uuid4()
        self.member = member_uid(self.bank, user_uid(MEMBER))
        bank = BankOpened(name="Harbour", location="Hamburg", currency="EUR", iban=None)
        admitted = MemberAdmitted(
            bank_uid=self.bank,
            bank_id=1,
            user_uid=user_uid(MEMBER),
            first_name="Ines",
            last_name="Falk",
            email=MEMBER,
        )
        account = BankAccountOpened(
            bank_uid=self.bank,
            bank_id=1,
            member_uid=self.member,
            bank_member_id=2,
            holder="Ines Falk",
            currency="EUR",
            iban="DE89370400440532013000",
            routing_number=None,
            account_number=None,
        )
        appended(log, (self.bank, 0, bank), (self.member, 0, admitted), (self.account, 0, account))
        self.administrator = self.appoint(ADMINISTRATOR, "Ada", "Berg")

    def appoint(self, email: str, first_name: str, last_name: str) -> UUID:
        """One more administrator, who decides on any amount."""
        fact = AdministratorAppointed(
            bank_uid=self.bank,
            bank_id=1,
            user_uid=user_uid(email),
            first_name=first_name,
            last_name=last_name,
            email=email,
            approval_limit=None,
            currency="EUR",
        )
        uid = administrator_uid(self.bank, user_uid(email))
        appended(self._log, (uid, 0, fact))
        return uid

    def submit(self, description: str = "Train to Kiel") -> UUID:
        """A claim that waits."""
        uid = uuid4()
        fact = ReimbursementSubmitted(
            bank_uid=self.bank,
            bank_account_uid=self.account,
            member_uid=self.member,
            bank_id=1,
            bank_account_id=3,
            bank_member_id=2,
            member_name="Ines Falk",
            user_uid=user_uid(MEMBER),
            amount=Decimal("1248.20"),
            currency="EUR",
            description=description,
            incurred_on=date(2026, 11, 18),
            duplicate_of=None,
            submitted_at=NOW,
        )
        appended(self._log, (uid, 0, fact))
        return uid

    def approve(self, claim: UUID) -> int:
        """Approve a claim that was submitted and nothing else."""
        fact = ReimbursementApproved(
            administrator_uid=self.administrator,
            administrator_name="Ada Berg",
            user_uid=user_uid(ADMINISTRATOR),
            acknowledged_duplicate=False,
            approved_at=NOW,
        )
        return appended(self._log, (claim, 1, fact))

    def deny(self, claim: UUID, reason: str = "No receipt") -> int:
        """Deny a claim that was submitted and nothing else."""
        fact = ReimbursementDenied(
            administrator_uid=self.administrator,
            administrator_name="Ada Berg",
            user_uid=user_uid(ADMINISTRATOR),
            reason=reason,
            denied_at=NOW,
        )
        return appended(self._log, (claim, 1, fact))


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
