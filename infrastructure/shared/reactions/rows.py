"""The rows of reactions: who has one, for how long, and what became of it.

Rules upheld here:
- a reaction is in the hands of one worker, until its lease is over; the worker renews the lease while it works;
- of every lane the first in the order of the log are taken, and nobody waits for a row that another worker takes;
- what a worker reports counts only as long as the reaction is still its own;
- a worker that died in the middle counts as a failed attempt, so that a reaction that kills workers is parked too.
"""

from collections.abc import Mapping, Sequence

import msgspec

from application.shared.reactions.attempts import Done, Failed, Outcome, Parked, Postponed
from application.shared.reactions.ports import Lane, PlannedReaction, Reaction, followed
from infrastructure.shared.connections import Connection, Database
from infrastructure.shared.heartbeats import BEAT, WORKER
from infrastructure.shared.reactions.queue import IDENTITY
from infrastructure.shared.read_store.connections import json_encoder

_COLUMNS = "uid, policy, kind, subject, position, correlation_id, payload, lane"

INSERT = f"""
    INSERT INTO daybook.reactions ({_COLUMNS}, due_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp() + make_interval(secs => %s)) ON CONFLICT (uid) DO NOTHING
"""
"""Plans a reaction, unless it is planned already; its parameters are those of `insertable`."""

DONE_WITH = "SELECT coalesce(max(up_to), 0) FROM daybook.removals WHERE what = 'reactions'"
"""The position up to which rows may have been removed: what they stood for is done, and not to be planned again."""

# Ids in an array are looked up one by one, however many rows the server expects of a limit that it does not know.
_CLAIM = f"""
    UPDATE daybook.reactions SET state = 'running', claims = claims + 1,
        claimed_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
    WHERE id = ANY(ARRAY(
        SELECT first.id FROM unnest(%(lanes)s::text[], %(room)s::int[]) AS of_lane (lane, room) CROSS JOIN LATERAL (
            SELECT id FROM daybook.reactions
            WHERE lane = of_lane.lane AND state = 'pending' AND due_at <= statement_timestamp()
            ORDER BY position, id LIMIT of_lane.room FOR UPDATE SKIP LOCKED
        ) first
    ))
    RETURNING {_COLUMNS}, failures, claims
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
_FREE = """
    UPDATE daybook.reactions SET state = 'pending', claimed_until = NULL, due_at = clock_timestamp(),
        failures = failures + 1, last_error = 'its worker ended in the middle of it'
    WHERE state = 'running' AND claimed_until < clock_timestamp()
"""
# Nobody takes it up while it is joined, and nobody joins it once it was taken up: what it tells of is settled then.
_JOIN = """
    UPDATE daybook.reactions r SET digest = joined.uid FROM (
        SELECT uid FROM daybook.reactions WHERE uid = %s AND state = 'pending' AND claims = 0 FOR SHARE
    ) joined WHERE r.uid = %s
"""
_JOIN_AGAIN_S = 1.0


_STATES: dict[type[Outcome], str] = {Done: "done", Parked: "parked"}
"""Where a reaction stands after an attempt; whatever comes again waits for that."""


def insertable(reaction: Reaction, after_s: float = 0.0) -> tuple[object, ...]:
    """A reaction, due after so many seconds, as the parameters of the statement that plans it."""
    *told, payload, lane, _ = msgspec.structs.astuple(reaction)
    return (*told, json_encoder.encode(payload).decode(), str(lane), after_s)


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

    async def claim(self, room: Mapping[Lane, int], lease_s: float) -> Sequence[Claim]:
        """Take up for `lease_s` seconds what is due and nobody else's, of each lane as many as there is room for."""
        values = {"lanes": [*map(str, room)], "room": [*room.values()], "lease_s": lease_s}
        async with self._database.connection() as connection:
            rows = await (await connection.execute(_CLAIM.encode(), values)).fetchall()
        return [_claim(*row) for row in rows]

    async def free(self) -> None:
        """Make due again what workers hold that did not renew their lease."""
        async with self._database.connection() as connection:
            await connection.execute(_FREE)

    async def beat(self) -> None:
        """Give a sign of life."""
        async with self._database.connection() as connection:
            await connection.execute(BEAT, ([WORKER],))

    async def renew(self, claim: Claim, lease_s: float) -> bool:
        """Keep a claim for `lease_s` seconds more; False if it was lost."""
        async with self._database.connection() as connection:
            done = await connection.execute(_RENEW, (lease_s, claim.reaction.id, claim.number))
            return done.rowcount == 1

    async def settle(self, claim: Claim, outcome: Outcome) -> bool:
        """Write down how the attempt went; False if the claim was lost, and nothing was written.

        Who asks for a shared reaction that was begun is postponed instead.
        """
        values = {
            "uid": claim.reaction.id,
            "claims": claim.number,
            "state": _STATES.get(type(outcome), "pending"),
            "error": getattr(outcome, "reason", None),
            "after_s": getattr(outcome, "after_s", 0.0),
            "failed": int(isinstance(outcome, Failed | Parked)),
        }
        followers = outcome.followers if isinstance(outcome, Done) else ()
        within = self._database.transaction if followers else self._database.connection
        try:
            async with within() as connection:
                done = await connection.execute(_SETTLE, values)
                if done.rowcount == 1:
                    for planned in followers:
                        await _plan(connection, claim.reaction, planned)
                return done.rowcount == 1
        except _Begun:
            return await self.settle(claim, Postponed(_JOIN_AGAIN_S))

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._database.aclose()


class _Begun(Exception):
    """The shared reaction that was asked for is on its way, and tells of no more."""


async def _plan(connection: Connection, parent: Reaction, planned: PlannedReaction) -> None:
    follower = followed(parent, planned)
    await connection.execute(INSERT.encode(), insertable(follower, planned.after_s))
    if planned.shared is not None:
        joined = await connection.execute(_JOIN, (follower.id, parent.id))
        if joined.rowcount == 0:
            raise _Begun


def _claim(*row: object) -> Claim:
    *fields, number = row
    told = dict(zip(Reaction.__struct_fields__, fields, strict=True))
    return msgspec.convert({"reaction": told, "number": number}, Claim)
