"""What was lost, counted when everything has come to rest: in the log, among reactions, at the bank and in letters."""

from collections import Counter
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import psycopg

from domain.payments.payment_facts import payment_uid
from tests.campaign.arena import Arena
from tests.facts import eventually
from tests.processes import daybook

Losses = dict[str, int]
"""How much of what was lost; nothing was if every number is 0."""

_LATER = ("remind_claim",)
"""Reactions that wait for days."""

_RECORDED = """
    SELECT convert_from(payload, 'UTF8') FROM daybook.events WHERE name = 'expense.recorded.v2' ORDER BY position
"""
_PAID = (
    "SELECT reference, count(*) FILTER (WHERE state = 'settled') FROM simbank.transfers GROUP BY 1"
)
_SETTLED = """
    SELECT stream_id, count(*) FROM daybook.events WHERE name = 'payment.settled.v1' GROUP BY 1
"""
_OPEN = "SELECT count(*) FROM daybook.reactions WHERE state <> 'done' AND NOT kind = ANY(%s)"
_SENT = """
    SELECT convert_from(payload, 'UTF8')::json ->> 'message_id', count(*) FROM daybook.events
    WHERE name = 'mail.sent.v1' GROUP BY 1
"""
_LETTERS = "SELECT message_id FROM daybook.mailbox"
_HURRY = (
    "UPDATE daybook.reactions SET due_at = now() WHERE state = 'pending' AND NOT kind = ANY(%s)"
)


def losses(arena: Arena) -> Losses:
    """What an arena lost; it must have been left alone before."""
    arena.load.end()
    head = _rows(arena, "SELECT max(position) FROM daybook.events")[0][0]
    _come_to_rest(arena)
    eventually(lambda: all(reader.last >= head for reader in arena.readers))
    return {
        **_of_the_log(arena),
        **_of_reactions(arena),
        "answers nobody should get": len(arena.load.wrong),
        "other findings": len(arena.wrong),
        "gaps that readers saw": sum(len(reader.gaps) for reader in arena.readers),
        "read models that are no replay": _fails(arena, "projections"),
    }


def _come_to_rest(arena: Arena) -> None:
    def rests() -> bool:
        with psycopg.connect(arena.database_url, autocommit=True) as connection:
            connection.execute(_HURRY, [[*_LATER]])
            (count,) = connection.execute(_OPEN, [[*_LATER]]).fetchone() or (1,)
        return count == 0 and set(arena.load.approved) <= {*_settled_claims(arena)}

    eventually(rests)


def _of_the_log(arena: Arena) -> Losses:
    found = Counter(
        msgspec.json.decode(text)["project_name"] for (text,) in _rows(arena, _RECORDED)
    )
    return {
        "acknowledged and missing": sum(name not in found for name in arena.load.recorded),
        "acknowledged and doubled": sum(found[name] > 1 for name in arena.load.recorded),
    }


def _of_reactions(arena: Arena) -> Losses:
    paid = {UUID(hex=reference): count for reference, count in _rows(arena, _PAID)}
    settled = Counter(_settled_claims(arena))
    sent, letters = dict(_rows(arena, _SENT)), {uid for (uid,) in _rows(arena, _LETTERS)}
    payments = [payment_uid(UUID(claim)) for claim in arena.load.approved]
    return {
        "reactions that are missing or too much": _fails(arena, "reactions"),
        "claims that were not paid": sum(paid.get(each, 0) < 1 for each in payments),
        "claims that were paid twice": sum(
            count > 1 for count in (*paid.values(), *settled.values())
        ),
        "transfers that nobody asked for": len({*paid} - {*payments}),
        "letters that were told of and not sent": len({*sent} - letters),
        "letters that nobody knows of": len(letters - {*sent}),
        "letters that were told of twice": sum(count > 1 for count in sent.values()),
    }


def _settled_claims(arena: Arena) -> list[str]:
    payments = {payment_uid(UUID(claim)): claim for claim in arena.load.approved}
    found = _rows(arena, _SETTLED)
    return [payments[uid] for uid, count in found for _ in range(count) if uid in payments]


def _fails(arena: Arena, what: str) -> int:
    done = daybook(what, "verify", settings=arena.site.settings)
    if done.returncode != 0:
        arena.wrong.append(done.stdout + done.stderr)
    return int(done.returncode != 0)


def _rows(arena: Arena, query: LiteralString) -> list[tuple[Any, ...]]:
    with psycopg.connect(arena.database_url) as connection:
        return connection.execute(query).fetchall()
