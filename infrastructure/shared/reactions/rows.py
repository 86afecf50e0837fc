"""The rows of reactions: who has one, for how long, and what became of it.

Rules upheld here:
- a reaction is in the hands of one worker, until its lease is over; the worker renews the lease while it works;
- what a worker reports counts only as long as the reaction is still its own;
- a worker that died in the middle counts as a failed attempt, so that a reaction that kills workers is parked too.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.shared.reactions.attempts import Done, Failed, Outcome, Parked, Postponed
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


def insertable(reaction: Reaction) -> tuple[object, ...]:
    """A reaction as the parameters of the statement that plans it."""
    return (
        reaction.id,
        reaction.policy,
        reaction.kind,
        reaction.subject,
        reaction.position,
        reaction.correlation_id,
        json_encoder.encode(reaction.payload).decode(),
    )


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
        fields = (
            "id", "policy", "kind", "subject", "position", "correlation_id", "payload", "failures",
        )  # fmt: skip
        return Claim(Reaction(**dict(zip(fields, row, strict=False))), row[-1])

    async def renew(self, claim: Claim, lease_s: float) -> bool:
        """Keep a claim for `lease_s` seconds more; False if it was lost."""
        async with self._database.connection() as connection:
            done = await connection.execute(_RENEW, (lease_s, claim.reaction.id, claim.number))
            return done.rowcount == 1

    async def release(self, claim: Claim) -> None:
        """Give a claim back undone, which is no failure."""
        await self._settle(claim, "pending")

    async def settle(self, claim: Claim, outcome: Outcome) -> bool:
        """Write down how the attempt went; False if the claim was lost, and nothing was written."""
        match outcome:
            case Done(followers):
                return await self._settle(claim, "done", followers=followers)
            case Postponed(after_s):
                return await self._settle(claim, "pending", after_s=after_s)
            case Failed(after_s, reason):
                return await self._settle(claim, "pending", error=reason, after_s=after_s, failed=1)
            case Parked(reason):
                return await self._settle(claim, "parked", error=reason, failed=1)

    async def _settle(
        self,
        claim: Claim,
        state: str,
        *,
        error: str | None = None,
        after_s: float = 0.0,
        failed: int = 0,
        followers: Sequence[Reaction] = (),
    ) -> bool:
        values = {
            "uid": claim.reaction.id,
            "claims": claim.number,
            "state": state,
            "error": error,
            "after_s": after_s,
            "failed": failed,
        }
        async with self._database.transaction() as connection:
            done = await connection.execute(_SETTLE, values)
            if done.rowcount == 0:
                return False
            for follower in followers:
                await connection.execute(INSERT, insertable(follower))
        return True

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._database.aclose()
