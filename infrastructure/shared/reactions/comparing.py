"""Holding the rows of reactions against the log: everything is planned once more, in memory.

Rules upheld here:
- up to the checkpoint every reaction that a policy plans has its row; what is not planned yet is not missing;
- a policy owes nothing for what was recorded before there was such a policy (`daybook.policies`);
- up to where rows were removed because they were done long ago, nothing is compared, and nothing planned again;
- a row that follows from a planned one, or is of a policy there is no more, is not too much.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from threading import Event
from typing import Any, NamedTuple
from uuid import UUID

from application.policies import Policy, names_watched, planned
from application.shared.ports import EventLog, Record
from application.shared.reactions.ports import ExtraReaction, PlanComparison, Reaction
from infrastructure.shared.reactions.rows import DONE_WITH, INSERT, insertable
from infrastructure.shared.read_store.connections import connected
from infrastructure.shared.read_store.feeding import PageReader

Report = Callable[[int, int], None]

_POSITION = """
    SELECT position FROM daybook.checkpoints WHERE projection = 'reactions' AND slot = 'live'
"""
_SINCE = "SELECT name, since FROM daybook.policies"
_ROWS = """
    SELECT position, uid, id, policy, kind FROM daybook.reactions WHERE position <= %s ORDER BY position, id
"""


class _ReactionRow(NamedTuple):
    position: int
    uid: UUID
    id: int
    policy: str
    kind: str


class _LogPlan:
    """What these policies ask for past `done_with`; `since` says past which position each that there ever was does."""

    def __init__(
        self, policies: Sequence[Policy], since: Mapping[str, int], done_with: int
    ) -> None:
        self.names = names_watched(policies)
        self.done_with = done_with
        self._policies = [policy for policy in policies if policy.name in since]
        self._since = {name: max(position, done_with) for name, position in since.items()}
        self._retired = since.keys() - {policy.name for policy in policies}

    def of(self, records: Sequence[Record[Any]]) -> dict[UUID, Reaction]:
        """The reactions to these events."""
        return {
            reaction.id: reaction
            for record in records
            for reaction in planned(self._policies, record)
            if reaction.position > self._since[reaction.policy]
        }

    def is_extra(self, row: _ReactionRow, kinds: Mapping[tuple[str, int], str]) -> bool:
        """Whether nothing asks for a row that is not planned itself; `kinds` says what is, by policy and position."""
        kind = kinds.get((row.policy, row.position))
        is_ours = row.position > self.done_with and row.policy not in self._retired
        return is_ours and (kind is None or kind == row.kind)


def compare(
    database_url: str, log: EventLog, policies: Sequence[Policy], progress: Report
) -> PlanComparison:
    """What the log asks for and what there is, up to where reactions are planned.

    Raises:
        PoisonEvent: an event cannot be read.
        Unavailable: the log cannot be reached.
    """
    with connected(database_url, "reactions") as connection, closing(PageReader(log)) as reader:
        found = connection.execute(_POSITION.encode()).fetchone()
        until = found[0] if found else 0
        since = dict(connection.execute(_SINCE.encode()).fetchall())
        with connection.transaction(), connection.cursor("rows") as cursor:
            found_rows = cursor.execute(_ROWS.encode(), (until,))
            # Asked once the rows are as the cursor sees them: what it misses was removed before, and is said so.
            ((done_with,),) = connection.execute(DONE_WITH.encode()).fetchall()
            plan = _LogPlan(policies, since, done_with)
            rows = _RowsInOrder(map(_ReactionRow._make, found_rows))
            number, missing, extra = 0, list[Reaction](), list[ExtraReaction]()
            for batch in reader.pages(plan.names, done_with, Event(), until):
                if batch.poison is not None:
                    raise batch.poison
                asked = plan.of(batch.records)
                kinds = {(one.policy, one.position): one.kind for one in asked.values()}
                number += len(asked)
                for row in rows.up_to(batch.until):
                    if asked.pop(row.uid, None) is None and plan.is_extra(row, kinds):
                        extra.append(ExtraReaction(row.id, row.policy, row.kind, row.position))
                missing += asked.values()
                progress(batch.until, until)
    return PlanComparison(position=until, planned=number, missing=missing, extra=extra)


def add(database_url: str, reactions: Sequence[Reaction]) -> None:
    """Plan these, unless somebody has done so meanwhile."""
    with connected(database_url, "reactions") as connection, connection.cursor() as cursor:
        cursor.executemany(INSERT.encode(), [insertable(reaction) for reaction in reactions])


class _RowsInOrder:
    """Rows in the order of positions, to be had piece by piece."""

    def __init__(self, rows: Iterator[_ReactionRow]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def up_to(self, position: int) -> Iterator[_ReactionRow]:
        """The next ones, as far as this position."""
        while self._next is not None and self._next.position <= position:
            yield self._next
            self._next = next(self._rows, None)
