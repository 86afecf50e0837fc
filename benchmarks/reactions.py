"""How long it takes from an approval until the money has arrived and the letter is out, with very many at once.

A bank with three administrators gets so many claims, and all are approved right after. The real projector plans, real
workers carry out, the simulated bank settles at once, and letters go to the sink of `daybook up`. Times are those of
the log: from the approval to `payment.scheduled` and `payment.settled`, and to the `mail.sent` of the member's letter;
and how long the letters to administrators took from the claim on. All wait for all others, so a time is mostly queue.

    python -m benchmarks.reactions [--approvals 10000] [--workers 1]
"""

import asyncio
import time
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from uuid import UUID, uuid4

import msgspec
import psycopg

from application.shared.ports import Append, Cause, StreamAppend
from benchmarks.daybook import Daybook, daybook, until
from benchmarks.machine import Table, asked
from domain.banks.accounts import BankAccountOpened
from domain.banks.administrators import AdministratorAppointed
from domain.banks.banks import BankOpened
from domain.banks.members import MemberAdmitted
from domain.reimbursements.claims import ReimbursementApproved, ReimbursementSubmitted
from domain.shared.events import Event
from infrastructure.shared.event_log.log import PostgresEventLog

_IBAN = "NL91ABNA0417164300"
_BANK, _MEMBER, _ACCOUNT, _USER = (UUID(int=number) for number in range(1, 5))
_ADMINISTRATORS = [UUID(int=number) for number in range(10, 13)]
_MOMENT = datetime(2026, 11, 2, tzinfo=UTC)
_CLIENTS = 64
_S_MAX = 3600.0

# From the event to what came of it: a payment and a letter know the request they follow from.
_WAITS = """
    SELECT percentile_cont(ARRAY[0.5, 0.99])
               WITHIN GROUP (ORDER BY extract(epoch FROM later.recorded_at - e.recorded_at)),
           count(*), extract(epoch FROM max(later.recorded_at) - min(e.recorded_at))
    FROM daybook.events e JOIN daybook.events later USING (correlation_id)
    WHERE e.name LIKE %s AND later.name LIKE %s
      AND (%s::text IS NULL OR convert_from(later.payload, 'UTF8')::jsonb ->> 'policy' = %s)
"""
# What is counted are letters, not the ten minutes after which a digest goes out.
_DIGESTS_DUE = """
    UPDATE daybook.reactions SET due_at = now() WHERE kind = 'mail_digest' AND state = 'pending'
"""
_LANES = {
    "money: approval to scheduled": ("reimbursement.approved.%", "payment.scheduled.%", None),
    "money: approval to settled": ("reimbursement.approved.%", "payment.settled.%", None),
    "mail: approval to the member's letter": ("reimbursement.approved.%", "mail.sent.%", "mail approvals"),
    "common: claim to the administrators' letters": ("reimbursement.submitted.%", "mail.sent.%", "mail waiting claims"),
}  # fmt: skip


def people() -> dict[UUID, Event]:
    """What creates the bank, a member with an account, and three administrators."""
    person = {"bank_uid": _BANK, "bank_id": 1, "last_name": "Berg"}
    ines = {**person, "user_uid": _USER, "first_name": "Ines", "email": "ines@harbour.example"}
    opened = BankAccountOpened(
        bank_uid=_BANK, bank_id=1, member_uid=_MEMBER, bank_member_id=2, holder="Ines Berg", currency="EUR",
        iban=_IBAN, routing_number=None, account_number=None,
    )  # fmt: skip
    return {
        _BANK: BankOpened(name="Harbour Bank", location="Rotterdam", currency="EUR", iban=_IBAN),
        _MEMBER: MemberAdmitted(**ines),
        _ACCOUNT: opened,
        **{
            uid: AdministratorAppointed(
                **person,
                user_uid=UUID(int=uid.int + 100),
                first_name="Ada",
                email=f"ada.{uid.int}@harbour.example",
                approval_limit=None,
                currency="EUR",
            )
            for uid in _ADMINISTRATORS
        },
    }


def claim(number: int) -> ReimbursementSubmitted:
    """A claim unlike any other."""
    return ReimbursementSubmitted(
        bank_uid=_BANK, bank_account_uid=_ACCOUNT, member_uid=_MEMBER, bank_id=1, bank_account_id=3, bank_member_id=2,
        member_name="Ines Berg", user_uid=_USER, amount=Decimal(number), currency="EUR",
        description=f"Taxi number {number}", incurred_on=date(2026, 11, 2), duplicate_of=None, submitted_at=_MOMENT,
    )  # fmt: skip


def approval() -> ReimbursementApproved:
    """What the first administrator says to each."""
    return ReimbursementApproved(
        administrator_uid=_ADMINISTRATORS[0], administrator_name="Ada Berg", user_uid=UUID(int=110),
        acknowledged_duplicate=False, approved_at=_MOMENT,
    )  # fmt: skip


async def record(url: str, approvals: int) -> None:
    """Append the claims, then the approvals, 64 at a time; a tenth more claims than that keep waiting."""
    log = PostgresEventLog(url)
    claims = {uuid4(): number for number in range(1, approvals + approvals // 10 + 2)}

    async def append(facts: dict[UUID, tuple[int, Event]]) -> None:
        cause = Cause(actor="bench", correlation_id=uuid4(), causation_id=uuid4())
        streams = tuple(StreamAppend(uid, seen, (fact,)) for uid, (seen, fact) in facts.items())
        await log.append(Append(streams=streams, cause=cause))

    await append({uid: (0, fact) for uid, fact in people().items()})
    for facts in (
        [{uid: (0, claim(number))} for uid, number in claims.items()],
        [{uid: (1, approval())} for uid in islice(claims, approvals)],
    ):
        waiting = iter(facts)

        async def client() -> None:
            for each in waiting:  # noqa: B023 - the clients are done before the next facts
                await append(each)

        await asyncio.gather(*(client() for _ in range(_CLIENTS)))
    await log.aclose()


def is_over(at: Daybook, approvals: int) -> bool:
    """Whether all that follows from so many approvals was done, but for digests and late returns that wait."""
    settled = at.rows(
        "SELECT count(*) FROM daybook.reactions WHERE kind = 'follow_payment' AND state = 'done'"
    )
    return settled >= approvals and not at.rows(
        "SELECT count(*) FROM daybook.reactions WHERE state IN ('running', 'parked')"
        " OR state = 'pending' AND NOT (kind IN ('mail_digest', 'watch_payment') AND due_at > now())"
    )


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, approvals=10_000, workers=1)
    with daybook() as at, ExitStack() as processes:
        own = {
            "DAYBOOK_SMTP_URL": f"sink://{at.home}/mail/smtp.sock",
            "DAYBOOK_SETTLE_AFTER_S": "0",
        }
        at = msgspec.structs.replace(at, environment={**at.environment, **own})
        for name in ("mailbox", "projector", *["worker"] * options.workers):
            processes.enter_context(at.running("interfaces.cli", name))
        at.wait_projecting()
        began = time.perf_counter()
        asyncio.run(record(at.database_url, options.approvals))
        until(lambda: is_over(at, options.approvals), _S_MAX)
        took_s = time.perf_counter() - began
        with psycopg.connect(at.database_url) as connection:
            connection.execute(_DIGESTS_DUE)
        until(lambda: is_over(at, options.approvals), _S_MAX)
        table = Table(f"{options.approvals:,} approvals", "number", "p50", "p99", "all over after")
        with psycopg.connect(at.database_url) as connection:
            for title, (first, later, policy) in _LANES.items():
                row = connection.execute(_WAITS, (first, later, policy, policy)).fetchone()
                assert row is not None
                (p50, p99), number, over_s = row
                table.row(title, f"{number:,}", f"{p50:.1f} s", f"{p99:.1f} s", f"{over_s:.0f} s")
        letters = at.rows("SELECT count(*) FROM daybook.mailbox")
        settled = at.rows("SELECT count(*) FROM daybook.events WHERE name LIKE 'payment.settled.%'")
        if settled != options.approvals:
            raise RuntimeError(
                f"{options.approvals} payments were expected to settle, {settled} did"
            )
    table.print()
    print(f"\n{letters:,} letters; everything was done after {took_s:.0f} s")


if __name__ == "__main__":
    main()
