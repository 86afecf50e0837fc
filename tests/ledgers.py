"""A read model for tests of the engine, with all that the engine offers, and a plain-Python model of it.

Accounts are streams of expenses: the first opens the account, later ones are booked on it, an amount of zero closes it
(its next expense opens it anew), and the name "Nobody" stands for an account without an owner. To revert a run takes
all accounts that it opened from their owners, and removes its members. A second table has a row per member, whatever
stream an expense is on. `python -m tests.ledgers URL [rebuild]` runs a projector of it and of the expenses, or a
rebuild.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from threading import Event as StopEvent
from threading import Thread
from typing import Any

import psycopg
import sqlalchemy as sa

from application.shared.ports import RecordedEvent
from domain.expenses import ExpenseRecorded
from domain.imports import ImportReverted
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.read_store.following import Follower, Following
from infrastructure.shared.read_store.projecting import Projector
from infrastructure.shared.read_store.read_models import PostgresReadModels
from projections.expenses import EXPENSES
from projections.shared import columns as col
from projections.shared.columns import Of
from projections.shared.folds import created, everywhere, fact
from projections.shared.model import by, read_model, read_table
from projections.shared.projection import Projection, Record, Row

CORRELATION = Of("correlation_id")


class CannotFold(ValueError):
    """What the fold of a test raises at an expense of the department it was told to choke on."""


def _fold_account(row: Row | None, record: Record[ExpenseRecorded]) -> Row | None:
    fact = record.event
    if fact.amount == 0:
        return None
    first = {
        "id": record.position,
        "uid": record.stream_id,
        "balance": 0,
        "bookings": 0,
        "open": True,
        "opened_by": record.correlation_id,
        "notes": [],
    }
    row = row or first
    return {
        **row,
        "version": record.version,
        "owner": None if fact.member_name == "Nobody" else fact.member_name,
        "currency": fact.currency,
        "last_on": fact.date,
        "recorded_at": record.recorded_at,
        "balance": row["balance"] + fact.amount,
        "bookings": row["bookings"] + 1,
        "notes": [*row["notes"], {"project": fact.project_name}],
    }


def _member(record: Record[ExpenseRecorded]) -> str:
    return record.event.member_name


def _one_more(row: Row | None, _record: Record[Any]) -> int:
    return row["bookings"] + 1 if row else 1


def ledger(version: int = 1, *, chokes_on: str = "") -> Projection:
    """The read model; its fold raises CannotFold at every expense of the department `chokes_on`."""

    def fold(row: Row | None, record: Record[ExpenseRecorded]) -> Row | None:
        if record.event.departments == chokes_on:
            raise CannotFold(f"no account takes {chokes_on}")
        return _fold_account(row, record)

    ids = col.ids(1, "0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d")
    members = read_table(
        "test_members",
        ids=ids,
        columns=[
            col.text("member_name"),
            col.integer("bookings"),
            col.uuid("met_by", indexed=True, initially=CORRELATION),
        ],
        key=_member,
        key_column="member_name",
        on={
            ExpenseRecorded: created(keeps=("id", "uid", "met_by"), bookings=_one_more),
            ImportReverted: everywhere("met_by", removed=True),
        },
        rollups={"test_met": by("met_by", sums=("bookings",))},
    )
    return read_model(
        "test_ledger",
        version=version,
        table="test_accounts",
        ids=ids,
        columns=[
            col.text("owner", nullable=True, indexed=True),
            col.currency(),
            col.decimal("balance", stored_as=sa.Numeric(12, 4)),
            col.integer("bookings", stored_as=sa.Integer()),
            col.boolean("open"),
            col.uuid("opened_by", indexed=True),
            col.date("last_on"),
            col.json("notes", "", []),
            col.recorded_at("When it was recorded last."),
        ],
        on={
            ExpenseRecorded: fold,
            ImportReverted: everywhere("opened_by", open=False, owner=fact("reason")),
        },
        rollups={
            "test_balances": by("currency", "owner", sums=("balance", "bookings")),
            "test_days": by("last_on"),
            "test_open": by("open", "opened_by"),
        },
        beside=[members],
    )


def expected(events: Iterable[RecordedEvent]) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold after these events, computed without the engine: rows by table, sorted."""
    accounts: dict[Any, dict[str, Any]] = {}
    members: dict[str, list[Any]] = {}
    for stored in events:
        fact = stored.event()
        if isinstance(fact, ImportReverted):
            _revert(stored.stream_id, fact.reason, accounts, members)
            continue
        assert isinstance(fact, ExpenseRecorded)
        first = [stored.position, stored.stream_id, 0, fact.member_name, 0, stored.correlation_id]
        member = members.setdefault(fact.member_name, first)
        member[2], member[4] = stored.version, member[4] + 1
        if fact.amount == 0:
            accounts.pop(stored.stream_id, None)
            continue
        account = accounts.setdefault(
            stored.stream_id,
            {
                "id": stored.position,
                "balance": Decimal(0),
                "bookings": 0,
                "notes": [],
                "open": True,
                "opened_by": stored.correlation_id,
            },
        )
        account["balance"] += fact.amount
        account["bookings"] += 1
        account["notes"].append({"project": fact.project_name})
        owner = None if fact.member_name == "Nobody" else fact.member_name
        account.update(stored=stored, fact=fact, version=stored.version, owner=owner)
    rows = {uid: _account_row(uid, account) for uid, account in accounts.items()}
    met = [(row[5], row[4]) for row in members.values()]
    return {
        "test_accounts": sorted(rows.values()),
        "test_members": sorted(tuple(member) for member in members.values()),
        "test_balances": _grouped(rows.values(), ("currency", "owner"), ("balance", "bookings")),
        "test_days": _grouped(rows.values(), ("last_on",), ()),
        "test_open": _grouped(rows.values(), ("open", "opened_by"), ()),
        "test_met": sorted(
            (run, len(found), sum(found))
            for run in {run for run, _ in met}
            if (found := [number for by_run, number in met if by_run == run])
        ),
    }


def _revert(
    run: Any, reason: str, accounts: dict[Any, dict[str, Any]], members: dict[str, list[Any]]
) -> None:
    for account in accounts.values():
        if account["opened_by"] == run:
            account.update(open=False, owner=reason, version=account["version"] + 1)
    for name in [name for name, member in members.items() if member[5] == run]:
        del members[name]


def _account_row(uid: Any, account: dict[str, Any]) -> tuple[Any, ...]:
    stored, fact = account["stored"], account["fact"]
    ends = (account["open"], account["opened_by"], fact.date, account["notes"], stored.recorded_at)
    money = (account["balance"], account["bookings"])
    return (account["id"], uid, account["version"], account["owner"], fact.currency, *money, *ends)


def _grouped(
    rows: Iterable[tuple[Any, ...]], by: tuple[str, ...], sums: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    groups: dict[tuple[Any, ...], list[Any]] = {}
    names = ledger().tables[0].table.c.keys()
    for values in rows:
        row = dict(zip(names, values, strict=True))
        group = groups.setdefault(tuple(row[name] for name in by), [0, *(0 for _ in sums)])
        group[0] += 1
        for place, name in enumerate(sums, start=1):
            group[place] += row[name]
    return sorted(((*key, *sums) for key, sums in groups.items()), key=repr)


def held(database_url: str, schema: str = "read") -> dict[str, list[tuple[Any, ...]]]:
    """What the live tables in a schema hold: rows by table, sorted as in `expected`."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        rows = {
            table.name: connection.execute(
                f"SELECT * FROM {schema}.{table.name}".encode()
            ).fetchall()
            for table in ledger().all_tables
        }
    keys: dict[str, Callable[[Any], Any] | None] = dict.fromkeys(
        ("test_balances", "test_days", "test_open"), repr
    )
    return {name: sorted(found, key=keys.get(name)) for name, found in rows.items()}


@contextmanager
def projecting(database_url: str, log: PostgresEventLog, *followers: Following) -> Iterator[None]:
    """A projector that runs for the length of a block."""
    with in_a_thread(Projector(database_url, log, followers)):
        yield


@contextmanager
def in_a_thread(projector: Projector) -> Iterator[None]:
    """Run this projector for the length of a block."""
    stop = StopEvent()
    thread = Thread(target=projector.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def main(database_url: str, task: str = "project") -> None:
    """Run a projector for the ledger and the expenses until killed, or rebuild it and tell of every page on a line."""
    log = PostgresEventLog(database_url)
    if task == "rebuild":
        models = PostgresReadModels(database_url, log, [ledger()])
        models.rebuild("test_ledger", lambda *place: print(*place, flush=True))  # noqa: T201
    else:
        followers = [Follower(each, database_url, log) for each in (ledger(), EXPENSES)]
        Projector(database_url, log, followers).run(StopEvent())


if __name__ == "__main__":
    main(*sys.argv[1:])
