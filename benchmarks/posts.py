"""Requests per second of secured, validated, durable POSTs against a POST that does nothing, in one run.

Every request carries an access token and an `Idempotency-Key` of its own and is answered when its events are on disk:
an expense (one event), a claim (two events on two streams, after reading bank, member and account), an approval (one
event, after reading the claim and its administrator). The no-op is measured twice on the same Granian with one worker:
as a public route of the same app, so behind the same request ids, logs and metrics, and as a route of a bare Litestar,
which is the limit of framework and load generator. The projector is not at work, but for the row that says so; how far
behind the requests it is at their end is told too.

    python -m benchmarks.posts [--seconds 8] [--rounds 3] [--clients 64] [--projected]
"""

import asyncio
import os
import statistics
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from random import randrange
from uuid import UUID, uuid4

import httpx
import msgspec
import psycopg
from litestar import Litestar, get, post

from application.banks.accounts import Accounts, NewAccount
from application.banks.members import Members
from application.banks.people import NewMember
from application.reimbursements.requests import NewReimbursement
from application.reimbursements.use_cases import Reimbursements
from application.shared.commands import Call
from application.shared.permissions import THE_LOCAL_OPERATOR, Permission, Principal
from application.shared.ports import Cause
from application.shared.services import Services
from benchmarks.daybook import Daybook, daybook
from benchmarks.load import Load, load
from benchmarks.machine import Table, asked
from domain.identity import user_uid
from domain.shared.roles import Role
from infrastructure.bootstrap import build
from infrastructure.demo import DEMO_PASSWORD, load_demo
from infrastructure.shared.settings import read_settings
from interfaces.api import app
from interfaces.http.shared.routes import documented

_NOOP = "no-op in the same app"
_ALONE, _PROJECTED = "POST /expenses", "POST /expenses, projected meanwhile"
_PEOPLE = {
    "OPERATOR": "operator@daybook.example",
    "MEMBER": "ines@harbour.example",
    "ADMINISTRATOR": "ruth@harbour.example",
}
# The projector is not at work: what the requests need is read off the log.
_ACCOUNT = """
    SELECT account.position FROM daybook.events account
    JOIN daybook.events member ON member.name = 'bank_member.admitted.v1'
     AND convert_from(member.payload, 'UTF8')::jsonb ->> 'user_uid' = %s::text
     AND convert_from(account.payload, 'UTF8')::jsonb ->> 'member_uid' = member.stream_id::text
    WHERE account.name = 'bank_account.opened.v1'
"""
_BANK = (
    "SELECT stream_id FROM daybook.events WHERE name = 'bank.opened.v1' ORDER BY position LIMIT 1"
)
_PENDING = """
    SELECT stream_id FROM daybook.events GROUP BY stream_id
    HAVING array_agg(name) = ARRAY['reimbursement.submitted.v1'] AND (min(actor) = %s) = %s ORDER BY min(position)
"""
_OF_ONE, _OF_MANY = True, False
_CLAIMANTS, _CLAIMS_OF_EACH_A_S = 64, 4
_MEMBER = frozenset({Role.MEMBER})

EXPENSE = (
    b'{"departments":"Finance","project_name":"Ledger Renewal","amount":"1200.00","currency":"EUR",'
    b'"date":"2026-01-31","member_name":"Greta Hoffmann"}'
)
"""The body of an expense."""


@post("/noop", opt=documented(Permission.PUBLIC))
async def noop() -> None:
    """Answer 201 and nothing else."""


@get("/health/live")
async def live() -> None:
    """Tell the benchmark that the bare app is up."""


def with_noop() -> Litestar:
    """The product's app, and the no-op."""
    product = app()
    product.register(noop)
    return product


def bare() -> Litestar:
    """Nothing but the no-op."""
    return Litestar([noop, live], openapi_config=None, logging_config=None)


def expense() -> bytes:
    """A request that records an expense."""
    return _request(b"/expenses", EXPENSE, "OPERATOR")


def nothing() -> bytes:
    """The same request to the no-op."""
    return _request(b"/noop", EXPENSE, "OPERATOR")


def claim() -> bytes:
    """A request that submits a claim unlike any other."""
    account = os.environ["BENCH_ACCOUNT"].encode()
    amount = b"%d.%02d" % (randrange(1, 10**9), randrange(100))
    body = b'{"bank_account_id":%b,"amount":"%b","description":"Taxi to the harbour","incurred_on":"2026-11-03"}'
    return _request(b"/reimbursements", body % (account, amount), "MEMBER")


def approval() -> bytes:
    """A request that approves the next claim of the file that `BENCH_CLAIMS` names."""
    if not _waiting:
        _waiting.extend(Path(os.environ["BENCH_CLAIMS"]).read_bytes().split())
    return _request(b"/reimbursements/%b/approve" % _waiting.pop(), b"{}", "ADMINISTRATOR")


_waiting: list[bytes] = []


def _request(path: bytes, body: bytes, who: str) -> bytes:
    return (
        b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        b"Authorization: Bearer %b\r\nIdempotency-Key: %b\r\n\r\n%b"
        % (path, len(body), os.environ[f"BENCH_{who}"].encode(), uuid4().hex.encode(), body)
    )


def measure(
    at: Daybook, clients: int, seconds: float, *, projected_only: bool
) -> tuple[dict[str, Load], float]:
    """One round of them all; and the seconds the read models were behind the last answer."""
    loads = {}
    if not projected_only:
        os.environ.update(BENCH_OPERATOR="none")
        with at.serving("benchmarks.posts:bare"):
            load(at.port, clients, 0.5, nothing)
            loads["no-op on a bare Litestar"] = load(at.port, clients, seconds, nothing)
    with at.serving("benchmarks.posts:with_noop"):
        _sign_everybody_in(at)
        load(at.port, clients, 0.5, expense)
        loads[_NOOP] = load(at.port, clients, seconds, nothing)
        loads[_ALONE] = load(at.port, clients, seconds, expense)
        if not projected_only:
            loads |= _claims(at, clients, seconds)
        with at.running("interfaces.cli", "projector"):
            at.wait_caught_up()
            loads[_PROJECTED] = load(at.port, clients, seconds, expense)
            ended = time.perf_counter()
            at.wait_caught_up()
            caught_up_s = time.perf_counter() - ended
    _check_recorded(at, loads)
    return loads, caught_up_s


def _claims(at: Daybook, clients: int, seconds: float) -> dict[str, Load]:
    """Claims of many members are decided, then those of one, which are added up and so take turns."""
    _write_claims(at, _OF_MANY)
    approved = load(at.port, clients, seconds / 4, approval, expect=200)
    submitted = load(at.port, clients, seconds, claim)
    _write_claims(at, _OF_ONE)
    in_turn = load(at.port, clients, seconds / 4, approval, expect=200)
    return {
        "POST /reimbursements": submitted,
        "POST /reimbursements/…/approve": approved,
        "POST /reimbursements/…/approve, of one member": in_turn,
    }


def _check_recorded(at: Daybook, loads: Mapping[str, Load]) -> None:
    """Every request that was answered is in the log, and the read model has every expense.

    Raises:
        RuntimeError: it is not so, and the figures mean nothing.
    """
    for told, kind in (
        ("POST /expenses", "expense.recorded"),
        ("approve", "reimbursement.approved"),
    ):
        answered = sum(len(one.latencies) for name, one in loads.items() if told in name)
        recorded = at.rows(f"SELECT count(*) FROM daybook.events WHERE name LIKE '{kind}.%'")
        if recorded < answered:
            raise RuntimeError(f"{answered} requests were answered, {recorded} {kind} recorded")
    if at.rows("SELECT count(*) FROM read.expenses") < len(loads[_ALONE].latencies):
        raise RuntimeError("the read model was not fed meanwhile")


def _sign_everybody_in(at: Daybook) -> None:
    """Put everybody's tokens, and the member's account, where the requests find them."""
    for who, email in _PEOPLE.items():
        body = {"email": email, "password": DEMO_PASSWORD}
        answer = httpx.post(f"http://127.0.0.1:{at.port}/auth/token", json=body)
        os.environ[f"BENCH_{who}"] = answer.raise_for_status().json()["access_token"]
    with psycopg.connect(at.database_url) as connection:
        row = connection.execute(_ACCOUNT, [user_uid(_PEOPLE["MEMBER"])]).fetchone()
    os.environ["BENCH_ACCOUNT"] = str(row[0]) if row else ""


def _write_claims(at: Daybook, of_one: bool) -> None:
    path, one = at.home / "claims.txt", f"user:{user_uid(_PEOPLE['MEMBER'])}"
    with psycopg.connect(at.database_url) as connection:
        rows = connection.execute(_PENDING, [one, of_one]).fetchall()
    path.write_text("\n".join(str(uid) for (uid,) in rows))
    os.environ["BENCH_CLAIMS"] = str(path)


def _bank(at: Daybook) -> UUID:
    with psycopg.connect(at.database_url) as connection:
        row = connection.execute(_BANK).fetchone()
    assert row is not None, "the demo has a bank"
    return UUID(str(row[0]))


def secured(at: Daybook, claims_of_each: int = 0) -> Daybook:
    """The same Daybook, asking for tokens, with the demo people let in, and many members who claim so often."""
    given = {"DAYBOOK_AUTH": "jwt", "DAYBOOK_DEMO_PASSWORD": DEMO_PASSWORD}
    asking = msgspec.structs.replace(at, environment={**at.environment, **given})

    async def let_in() -> None:
        services = build(read_settings(asking.environment))
        try:
            await load_demo(services, DEMO_PASSWORD)
            if claims_of_each:
                await _fill_inbox(services, _bank(asking), claims_of_each)
        finally:
            await services.aclose()

    asyncio.run(let_in())
    return asking


async def _fill_inbox(services: Services, bank: UUID, claims_of_each: int) -> None:
    """Let many members claim a little, each from one account of theirs, one after the other."""
    claimants = []
    for number in range(_CLAIMANTS):
        who = {
            "first_name": "Member",
            "last_name": f"{number}",
            "email": f"member{number}@harbour.example",
        }
        admitted = await services.of(Members).admit(bank, NewMember(**who), _by(THE_LOCAL_OPERATOR))
        numbers = {"routing_number": "011000015", "account_number": f"{7_000_000 + number}"}
        account = await services.of(Accounts).open(
            bank, NewAccount(bank_member_id=admitted.uid, **numbers), _by(THE_LOCAL_OPERATOR)
        )
        user = user_uid(who["email"])
        claimants.append(
            (Principal(user_uid=user, name="", bank_uid=bank, roles=_MEMBER), account.uid)
        )
    for number in range(claims_of_each):
        for principal, account_uid in claimants:
            new = NewReimbursement(
                bank_account_id=account_uid,
                amount=Decimal(number + 1),
                description="Taxi to the harbour",
            )
            await services.of(Reimbursements).submit(new, _by(principal))


def _by(principal: Principal) -> Call:
    cause = Cause(actor=principal.actor, correlation_id=uuid4(), causation_id=uuid4())
    return Call(principal=principal, cause=cause)


def main() -> None:
    """Measure and print the table of docs/performance.md."""
    options = asked(__doc__, seconds=8.0, rounds=3, clients=64, projected=False)
    with daybook() as at:
        asking = secured(at, 1 + int(_CLAIMS_OF_EACH_A_S * options.seconds * options.rounds))
        runs = [
            measure(asking, options.clients, options.seconds, projected_only=options.projected)
            for _ in range(options.rounds)
        ]
    rounds = [loads for loads, _ in runs]
    table = Table(f"{options.clients} clients", "requests/s", "p50", "p99", "of the app's no-op")
    limit = statistics.median(loads[_NOOP].rate for loads in rounds)
    for name in rounds[0]:
        loads = [loads[name] for loads in rounds]
        rate = statistics.median(each.rate for each in loads)
        p50, p99 = (
            statistics.median(each.quantile_ms(share) for each in loads) for share in (0.5, 0.99)
        )
        table.row(name, f"{rate:,.0f}", f"{p50:.1f} ms", f"{p99:.1f} ms", f"{rate / limit:.0%}")
    table.print()
    share = statistics.median(loads[_PROJECTED].rate / loads[_ALONE].rate for loads in rounds)
    behind_s = statistics.median(behind_s for _, behind_s in runs)
    print(
        f"\nProjected meanwhile: {share:.0%} of alone, caught up {behind_s:.2f} s after the last answer"
    )


if __name__ == "__main__":
    main()
