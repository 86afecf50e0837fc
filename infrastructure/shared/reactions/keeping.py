"""How many reactions are open; retrying and giving up: the adapter behind `application.shared.reactions.Reactions`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from application.policies import Policy
from application.shared.ports import EventLog
from application.shared.reactions.ports import (
    Lane,
    LaneCounts,
    PlanComparison,
    Reaction,
    ReactionCounts,
    ReactionNotFound,
    Reactions,
    ReactionState,
    ReactionStatus,
    WrongReactionState,
)
from application.shared.streams import named
from domain.shared.errors import Unavailable
from infrastructure.shared.connections import reaching
from infrastructure.shared.reactions.comparing import Report, add, compare

_COUNTS = sa.text("""
    SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
           count(*) FILTER (WHERE state = 'running') AS running,
           count(*) FILTER (WHERE state = 'parked') AS parked,
           count(*) FILTER (WHERE state = 'pending' AND due_at < now() - make_interval(secs => :grace_s)
                            OR state = 'running' AND claimed_until < now()) AS overdue,
           coalesce((SELECT position FROM daybook.checkpoints
                     WHERE projection = 'reactions' AND slot = 'live'), 0) AS position,
           (SELECT error FROM daybook.checkpoints
            WHERE projection = 'reactions' AND slot = 'live' AND state = 'halted') AS halted,
           (SELECT extract(epoch FROM clock_timestamp() - at)::float8 FROM daybook.heartbeats
            WHERE name = 'reactions') AS planner_silent_s,
           (SELECT extract(epoch FROM clock_timestamp() - at)::float8 FROM daybook.heartbeats
            WHERE name = 'worker') AS workers_silent_s
    FROM daybook.reactions WHERE state IN ('pending', 'running', 'parked')
""")
# What is not due yet keeps nobody waiting, and what is parked waits for an operator.
_LANES = sa.text("""
    SELECT lane, count(*) FILTER (WHERE state = 'pending') AS pending,
           count(*) FILTER (WHERE state = 'running') AS running,
           count(*) FILTER (WHERE state = 'parked') AS parked,
           coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE state <> 'parked' AND due_at <= now())), 0)
           ::float8 AS oldest_s
    FROM daybook.reactions WHERE state IN ('pending', 'running', 'parked') GROUP BY lane
""")
_CHANGE = sa.text("""
    UPDATE daybook.reactions SET state = :state, due_at = clock_timestamp(),
        failures = CASE WHEN :state = 'pending' THEN 0 ELSE failures END, decided_by = :actor
    WHERE (uid = :uid OR id = :id) AND state = ANY(:allowed)
""")
_REMARK = sa.text("""
    UPDATE daybook.reactions SET last_error = :remark WHERE uid = :uid
""")
_CROWDED = sa.text("""
    SELECT earlier.created_at > mine.created_at - make_interval(secs => :within_s)
    FROM daybook.reactions mine CROSS JOIN LATERAL (
        SELECT created_at FROM daybook.reactions
        WHERE subject = mine.subject AND kind = mine.kind AND id < mine.id
        ORDER BY id DESC OFFSET :others LIMIT 1
    ) earlier WHERE mine.uid = :uid
""")
_GATHERED = sa.text("""
    SELECT uid AS id, policy, kind, subject, position, correlation_id, payload, lane FROM daybook.reactions
    WHERE digest = :uid ORDER BY id OFFSET :after LIMIT :limit
""")
_FIND = sa.text("""
    SELECT id, uid, kind, state, failures, last_error FROM daybook.reactions WHERE uid = :uid OR id = :id
""")

OVERDUE_S = 5.0
"""Seconds after which a reaction that is due and not taken up counts as overdue."""

_RETRIABLE = (ReactionState.PARKED, ReactionState.DISCARDED, ReactionState.PENDING)
_DISCARDABLE = (ReactionState.PARKED, ReactionState.PENDING, ReactionState.DISCARDED)


class PostgresReactions(Reactions):
    """Reactions as rows; workers find what is due again.

    Args:
        looking: connections of those who look after a Daybook: they do not wait behind its queries.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        database_url: str,
        log: EventLog,
        policies: Sequence[Policy],
        looking: AsyncEngine,
    ) -> None:
        self._engine = engine
        self._looking = looking
        self._database_url = database_url
        self._log = log
        self._policies = policies

    async def counts(self) -> ReactionCounts:
        row = (await self._run(_COUNTS, {"grace_s": OVERDUE_S}, engine=self._looking))[0]
        return msgspec.convert(row, ReactionCounts, from_attributes=True)

    async def lanes(self) -> Sequence[LaneCounts]:
        rows = await self._run(_LANES, {}, engine=self._looking)
        found = [msgspec.convert(row, LaneCounts, from_attributes=True) for row in rows]
        idle = {*Lane}.difference(each.lane for each in found)
        none = (LaneCounts(lane=it, pending=0, running=0, parked=0, oldest_s=0.0) for it in idle)
        return sorted((*found, *none), key=lambda each: each.lane)

    async def retry(self, identity: str, actor: str) -> ReactionStatus:
        return await self._change(identity, ReactionState.PENDING, _RETRIABLE, actor)

    async def discard(self, identity: str, actor: str) -> ReactionStatus:
        return await self._change(identity, ReactionState.DISCARDED, _DISCARDABLE, actor)

    async def remark(self, uid: UUID, remark: str) -> None:
        await self._run(_REMARK, {"uid": uid, "remark": remark}, reads=False)

    def verify(self, progress: Report) -> PlanComparison:
        with reaching():
            return compare(self._database_url, self._log, self._policies, progress)

    def replan(self, progress: Report) -> PlanComparison:
        compared = self.verify(progress)
        with reaching():
            add(self._database_url, compared.missing)
        return compared

    async def is_crowded(self, uid: UUID, number: int, within_s: float) -> bool:
        if number == 0:
            return True
        values = {"uid": uid, "others": number - 1, "within_s": within_s}
        return any(row[0] for row in await self._run(_CROWDED, values))

    async def gathered(self, uid: UUID, after: int, limit: int) -> Sequence[Reaction]:
        rows = await self._run(_GATHERED, {"uid": uid, "after": after, "limit": limit})
        return [msgspec.convert(row._asdict(), Reaction) for row in rows]

    async def _change(
        self, identity: str, state: ReactionState, allowed: Sequence[ReactionState], actor: str
    ) -> ReactionStatus:
        key = _key(identity)
        values = {**key, "state": str(state), "allowed": [*map(str, allowed)], "actor": actor}
        await self._run(_CHANGE, values, reads=False)
        found = await self._run(_FIND, key)
        if not found:
            raise ReactionNotFound(f"There is no reaction with the id {identity}.")
        status = msgspec.convert(found[0], ReactionStatus, from_attributes=True)
        if status.state is not state and status.state not in allowed:
            raise WrongReactionState(
                f"The reaction is {status.state}; {', '.join(allowed)} was expected.",
                state=str(status.state),
            )
        return status

    async def _run(
        self,
        statement: sa.TextClause,
        values: dict[str, Any],
        *,
        reads: bool = True,
        engine: AsyncEngine | None = None,
    ) -> Sequence[Any]:
        try:
            async with (engine or self._engine).begin() as connection:
                result = await connection.execute(statement, values)
                return result.all() if reads else ()
        except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
            raise Unavailable("the reactions cannot be reached now") from error


def _key(identity: str) -> dict[str, Any]:
    found = named(identity)
    return {"id": found, "uid": None} if isinstance(found, int) else {"id": None, "uid": found}
