"""The rows of reactions: who has one, for how long, and what became of it.

Rules upheld here:
- a reaction is in the hands of one worker, until its lease is over; the worker renews the lease while it works;
- what a worker reports counts only as long as the reaction is still its own;
- a worker that died in the middle counts as a failed attempt, so that a reaction that kills workers is parked too.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.shared.reactions.attempts import Done, Failed, Outcome, Parked
from application.shared.reactions.ports import Reaction
from infrastructure.shared.connections import Database
from infrastructure.shared.reactions.queue import IDENTITY, Job
from infrastructure.shared.read_store.connections import json_encoder

_DUE_MAX = 1_000

INSERT = """
    INSERT INTO daybook.reactions (uid, policy, kind, subject, position, correlation_id, payload)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (uid) DO NOTHING
"""
"""Plans a reaction, unless it is planned already; its parameters are those of `insertable`."""

_CLAIM = """
    UPDATE daybook.reactions SET state = 'running', claims = claims + 1,
        claimed_until = clock_timestamp() + make_interval(secs => %(lease_s)s),
        failures = failures + (state = 'running')::integer,
        last_error = CASE WHEN state = 'running' THEN 'its worker ended in the middle of it' ELSE last_error END
    WHERE uid = %(uid)s AND (
        (state = 'pending' AND due_at <= clock_timestamp())
        OR (state = 'running' AND claimed_until < clock_timestamp()))
    RETURNING uid, policy, kind, subject, position, correlation_id, payload, failures, claims
"""
_RENEW = """
    UPDATE daybook.reactions SET claimed_until = clock_timestamp() + make_interval(secs => %s)
    WHERE uid = %s AND claims = %s AND state = 'running'
"""
_SETTLE = """
    UPDATE daybook.reactions SET state = %(state)s, claimed_until = NULL,
        failures = failures + %(failed)s, last_error = %(error)s,
        due_at = clock_timestamp() + make_interval(secs => %(after_s)s)
    WHERE uid = %(uid)s AND claims = %(claims)s AND state = 'running'
"""
_DUE = """
    SELECT uid, claims FROM daybook.reactions WHERE state = 'pending' AND due_at <= clock_timestamp()
    UNION ALL
    SELECT uid, claims FROM daybook.reactions WHERE state = 'running' AND claimed_until < clock_timestamp()
    LIMIT %s
"""


_STATES: dict[type[Outcome], str] = {Done: "done", Parked: "parked"}
"""Where a reaction stands after an attempt; whatever comes again waits for that."""


def insertable(reaction: Reaction) -> tuple[object, ...]:
    """A reaction as the parameters of the statement that plans it."""
    payload = json_encoder.encode(reaction.payload).decode()
    return (*msgspec.structs.astuple(reaction)[:6], payload)


class Claim(msgspec.Struct, frozen=True):
    """A reaction in the hands of this worker; `number` is how often it was taken up."""

    reaction: Reaction
    number: int


class ReactionRows:
    """`daybook.reactions` as a worker uses it. Every method raises `Unavailable` if the database does not answer."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, "worker")
        self._queue_name: str | None = None

    async def queue_name(self) -> str:
        """The name of this database's queue, which never changes."""
        if self._queue_name is None:
            async with self._database.connection() as connection:
                row = await (await connection.execute(IDENTITY.encode())).fetchone()
            self._queue_name = str(row[0]) if row else "daybook"
        return self._queue_name

    async def due(self) -> Sequence[Job]:
        """The reactions whose time has come, or whose worker is gone; the first thousand."""
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_DUE, (_DUE_MAX,))).fetchall()
        return [Job(uid, claims) for uid, claims in rows]

    async def claim(self, uid: UUID, lease_s: float) -> Claim | None:
        """Take a reaction up for `lease_s` seconds; None if it is not due, or somebody else's."""
        async with self._database.connection() as connection:
            found = await connection.execute(_CLAIM, {"uid": uid, "lease_s": lease_s})
            row = await found.fetchone()
        if row is None:
            return None
        *fields, number = row
        return Claim(Reaction(**dict(zip(Reaction.__struct_fields__, fields, strict=True))), number)

    async def renew(self, claim: Claim, lease_s: float) -> bool:
        """Keep a claim for `lease_s` seconds more; False if it was lost."""
        async with self._database.connection() as connection:
            done = await connection.execute(_RENEW, (lease_s, claim.reaction.id, claim.number))
            return done.rowcount == 1

    async def settle(self, claim: Claim, outcome: Outcome) -> bool:
        """Write down how the attempt went; False if the claim was lost, and nothing was written."""
        values = {
            "uid": claim.reaction.id,
            "claims": claim.number,
            "state": _STATES.get(type(outcome), "pending"),
            "error": getattr(outcome, "reason", None),
            "after_s": getattr(outcome, "after_s", 0.0),
            "failed": int(isinstance(outcome, Failed | Parked)),
        }
        async with self._database.transaction() as connection:
            done = await connection.execute(_SETTLE, values)
            if done.rowcount == 0:
                return False
            for follower in outcome.followers if isinstance(outcome, Done) else ():
                await connection.execute(INSERT, insertable(follower))
        return True

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._database.aclose()
