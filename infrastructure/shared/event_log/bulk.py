"""Bulk append: most of the rows are written before the append lock is taken, the rest under it, and all commit at once.

All of a bulk append is one transaction: either every event of it is in the log, or none is. Positions must have no gap,
and others go on appending while a million rows are written, which takes seconds. So the rows are written from the last
to the first, at the positions they would have if nobody else came. Whoever does come fills the gap before them from
its beginning. When the gap is small, the lock is taken and the rows held back fill what is left of it; as many as found
no place there come last. Rows written ahead are uncommitted: nobody sees them, and the head of the log is found without
looking past the gap.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from application.shared.ports import (
    UNCHANGED,
    Amend,
    Append,
    Appended,
    BulkOutcome,
    Cause,
    Idempotency,
    KnownEvent,
    LabelSum,
)
from domain.shared.errors import Conflict, Unavailable
from domain.shared.events import decode
from domain.shared.ids import ANEW
from infrastructure.shared.event_log.batches import APPEND, batch_of, command_of, outcome_of
from infrastructure.shared.event_log.connections import careful, reaching_the_log
from infrastructure.shared.event_log.reading import HEAD
from infrastructure.shared.event_log.traces import Traced, traced

HELD_ROWS = 20_000
"""Rows held back for the lock; more, if others append so fast that the gap would be too small for them."""

LAST = 1 << 40
"""A place behind those of all rows."""

# Staged in temporary tables: they cost no write-ahead log, and another session can neither see nor disturb them; made,
# numbered and written by functions of the log's owner, since nobody else may write it (ADR 43).
_STAGE = "SELECT daybook.stage()"
_ANALYZE = "SELECT daybook.analyze_staged()"
_HOLD = "SELECT daybook.hold(%s)"
_NUMBER_ANEW = "SELECT daybook.number_anew()"

# Two that write ahead at once would fill each other's gap.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('daybook bulk append', 0))"

_START = "SELECT daybook.head(), clock_timestamp()"

_HEAD_IN_GAP = """
    SELECT coalesce(max(position), %(base)s) FROM daybook.events
    WHERE position > %(base)s AND position <= %(end)s
"""

_KNOWN = "e.stream_id = s.stream_id AND e.position > %(after)s AND e.position <= %(until)s"

# What was to take the place of an event that is known (`amended`) is not counted as unchanged.
_DROP_KNOWN = f"""
    WITH gone AS (
        DELETE FROM {{rows}} s USING daybook.events e
        WHERE {_KNOWN} AND e.version = 1 AND s.version = 1 AND s.place > %(beyond)s
        RETURNING s.place, s.currency, s.amount, e.correlation_id AS run
    )
    SELECT g.run, g.currency, count(*), count(*) FILTER (WHERE a.place IS NULL),
           coalesce(sum(g.amount) FILTER (WHERE a.place IS NULL), 0)
    FROM gone g LEFT JOIN amended a ON a.place = g.place GROUP BY g.run, g.currency
"""

# Only the rows that differ are read: an event of a stream that has moved on, or another payload than that of the first,
# of which the digest may be all there is (`daybook.archives`).
_CHANGED = f"""
    SELECT s.place, (array_agg(e.correlation_id ORDER BY e.version))[1], s.stream_id, convert_to(s.payload, 'UTF8'),
           s.note, array_agg(e.name ORDER BY e.version), array_agg(e.payload ORDER BY e.version)
    FROM {{rows}} s JOIN daybook.events e ON e.stream_id = s.stream_id AND e.position <= %(until)s
    WHERE s.place IN (
        SELECT s.place FROM {{rows}} s JOIN daybook.events e ON {_KNOWN}
        WHERE e.version > 1 OR e.payload <> convert_to(s.payload, 'UTF8')
          AND e.payload <> '\\x00'::bytea || sha256(convert_to(s.payload, 'UTF8'))
    )
    GROUP BY s.place, s.stream_id, s.payload, s.note
"""
_MOVED = f"SELECT s.stream_id FROM {{rows}} s JOIN daybook.events e ON {_KNOWN} WHERE s.version > 1 LIMIT 1"
_TAKE_AMENDED = f"""
    INSERT INTO {{rows}}
    SELECT {LAST} + place, stream_id, version, name, payload, label, currency, amount, note FROM amended
    WHERE name <> '';
    TRUNCATE amended
"""

_SUMS = """
    SELECT label, currency, count(*), coalesce(sum(amount), 0) FROM {rows} WHERE place > %s GROUP BY label, currency
"""

_REVERTED = "SELECT stream_id FROM daybook.events WHERE name = 'import.reverted.v1'"

# `domain.shared.ids.anew` of each stream that began in a run that was reverted since.
_RECORD_ANEW = rf"""
    UPDATE {{rows}} s SET stream_id = encode(set_byte(set_byte(d.digest, 6, get_byte(d.digest, 6) & 15 | 128),
                                                    8, get_byte(d.digest, 8) & 63 | 128), 'hex')::uuid
    FROM daybook.events e, LATERAL (
        SELECT substr(sha256('\x{len(ANEW):08x}'::bytea || '{ANEW}'::bytea
            || '\x00000024'::bytea || e.stream_id::text::bytea
            || '\x00000024'::bytea || e.correlation_id::text::bytea), 1, 16) AS digest
    ) d
    WHERE e.stream_id = s.stream_id AND e.version = 1 AND e.correlation_id = ANY(%s) AND s.version = 1
      AND s.place > %s
"""

_ENVELOPE = "%(actor)s, %(correlation)s, %(causation)s, %(key)s, %(recorded_at)s"
_WRITE_AHEAD = f"SELECT daybook.write_ahead(%(base)s, %(gap)s, %(written)s, {_ENVELOPE})"
_WRITE_HELD = f"SELECT daybook.write_held(%(head)s, %(base)s, %(gap)s, %(ahead)s, {_ENVELOPE})"

_NOTE_NAMES = "SELECT daybook.note_names(%s, %s::text[])"

_FLUSH_ROWS = 2_000


class Unfinished(Exception):
    """What the server is told of a COPY whose bulk append was given up."""


class PostgresBulkAppend:
    """An open bulk append on a connection of its own; see `application.shared.ports.BulkAppend`."""

    def __init__(
        self,
        connection: psycopg.Connection,
        cause: Cause,
        held_rows: int,
        amend: Amend | None,
        under_way: Traced,
    ) -> None:
        self._under_way = under_way
        self._connection = connection
        self._amend = amend
        self._run = connection.execute
        self._envelope: dict[str, Any] = {
            "actor": cause.actor,
            "correlation": cause.correlation_id,
            "causation": cause.causation_id,
        }
        self._held_rows = held_rows
        self._rows: list[str] = []
        self._written = 0
        self._base = self._head = self._gap = self._ahead = self._known = self._amended = 0
        self._is_staged = self._is_ahead = self._is_labelled = False
        self._names: set[str] = set()
        self._sums: Counter[tuple[str, str | None]] = Counter()
        self._amounts: dict[tuple[str, str | None], Decimal] = {}
        self._existing: int | None = None
        self._relied_on: set[UUID] = set()
        self._corrected: set[UUID] = set()
        self._run("SET LOCAL work_mem = '256MB'")
        self._run(_STAGE)
        self._cursor = connection.cursor()
        self._copying = self._cursor.copy("COPY staged FROM STDIN")
        self._copy = self._copying.__enter__()

    def write(
        self,
        stream_id: str,
        name: str,
        payload: str,
        *,
        label: str = "",
        measured: tuple[str, Decimal] | None = None,
        note: str = "",
    ) -> None:
        """Stage the creating event of one stream; JSON has no line breaks of its own."""
        self._written += 1
        self._names.add(name)
        self._is_labelled = label != ""
        told = f"{payload}\t{label}".replace("\\", "\\\\")
        sum_of = f"{measured[0]}\t{measured[1]}" if measured else "\\N\t\\N"
        if note:
            note = note.replace("\\", "\\\\")
        self._rows.append(f"{self._written}\t{stream_id}\t1\t{name}\t{told}\t{sum_of}\t{note}\n")
        if len(self._rows) >= _FLUSH_ROWS:
            self._flush()

    def write_ahead(self, idempotency: Idempotency | None = None) -> None:
        """Write all but the rows held back; what has a stream already is forgotten. Others go on appending."""
        if self._is_ahead:
            return
        self._envelope["key"] = idempotency.key if idempotency else None
        self._flush()
        self._copying.__exit__(None, None, None)
        self._is_staged = True
        self._run(_ANALYZE)
        self._run(_ONE_AT_A_TIME)
        self._record_anew()
        after, met = 0, False
        while not self._is_ahead:
            self._base, self._envelope["recorded_at"] = self._run(_START).fetchone() or (0, None)
            known = self._take_known("staged", after, self._base)
            if known:
                self._run(_NUMBER_ANEW)
            elif met:
                raise _same_stream_twice()
            after = self._base
            try:
                with self._connection.transaction():
                    self._write_down_to_gap(self._written - self._known + self._amended)
                self._is_ahead = True
            except (
                psycopg.errors.UniqueViolation
            ) as error:  # one of the streams came to be just now
                met = error.diag.constraint_name == "events_stream"
        self._add_sums("staged", self._gap)

    def counts(self, idempotency: Idempotency | None = None) -> tuple[int, int]:
        """How many of the staged events are new and how many have a stream already. Takes the append lock.

        Raises:
            Unavailable: what has a stream already was reverted meanwhile.
        """
        if self._existing is None:
            self.write_ahead(idempotency)
            self._run("SELECT daybook.lock_log()")
            self._head = self._head_now()
            self._take_known("held", self._base, self._head)
            self._check_relied_on()
            self._existing = self._known
            self._add_sums("held", 0)
        return self._written - self._existing, self._existing

    def corrected(self) -> set[UUID]:
        """The correlation ids under which that began what is amended here; to be asked after `counts`."""
        return self._corrected

    def sums(self) -> list[LabelSum]:
        """What is to be appended and what is not, as the database has it; to be asked after `counts`."""
        return [
            LabelSum(label, currency, events, self._amounts[label, currency])
            for (label, currency), events in self._sums.items()
        ]

    def finish(self, closing: Append) -> BulkOutcome:
        """Insert what is staged and new, then append `closing`, and commit; errors as the port says."""
        new, existing = self.counts(closing.idempotency)
        try:
            places = {
                "base": self._base,
                "gap": self._gap,
                "head": self._head,
                "ahead": self._ahead,
            }
            self._run(_WRITE_HELD, {**self._envelope, **places})
            self._run(_NOTE_NAMES, [self._head, list(self._names)])
            verdict = self._close_with(closing)
        except psycopg.errors.UniqueViolation as error:
            self._connection.rollback()
            raise _same_stream_twice() from error
        if isinstance(verdict, Exception):
            self._connection.rollback()
            raise verdict
        if verdict.replayed:
            self._connection.rollback()
            return BulkOutcome(0, existing, verdict)
        self._connection.commit()
        self._under_way.done(verdict)
        return BulkOutcome(new + self._amended, existing, verdict)

    def abandon(self) -> None:
        """Leave no trace; an unfinished COPY is ended first, or else the driver warns of it."""
        if not self._is_staged:
            reason = Unfinished("the bulk append was not finished")
            with contextlib.suppress(psycopg.Error, Unfinished):
                self._copying.__exit__(Unfinished, reason, None)
        self._connection.close()

    def _flush(self) -> None:
        if self._rows:
            self._copy.write("".join(self._rows))
            self._rows.clear()

    def _take_known(self, rows: str, after: int, until: int) -> int:
        """Forget rows whose stream began between these positions, but for what amends one; answers how many."""
        span = {"after": after, "until": until}
        before = self._amended
        if self._amend:
            self._stage_amended(rows, span)
        known = self._drop_known(rows, {**span, "beyond": 0})
        if self._amend:
            self._run(_TAKE_AMENDED.format(rows=rows))
        if self._amended > before:  # what was put aside may have been so before
            self._record_anew(rows, LAST)
            known += self._drop_known(rows, {"after": 0, "until": until, "beyond": LAST})
        self._known += known
        return known

    def _drop_known(self, rows: str, span: Mapping[str, int]) -> int:
        known = 0
        for run, currency, gone, unchanged, amount in self._run(
            _DROP_KNOWN.format(rows=rows), span
        ):
            self._relied_on.add(run)
            known += gone
            self._count(UNCHANGED, currency, unchanged, amount)
        return known

    def _stage_amended(self, rows: str, span: Mapping[str, int]) -> None:
        """Stage what is to be appended in the place of rows that are known with another payload."""
        if moved := self._run(_MOVED.format(rows=rows), span).fetchone():
            raise _moved(moved[0])
        with self._connection.cursor("changed") as changed, self._connection.cursor() as cursor:
            changed.execute(_CHANGED.format(rows=rows), span)
            while found := changed.fetchmany(_FLUSH_ROWS):
                with cursor.copy("COPY amended FROM STDIN") as copy:
                    for place, run, *known in found:
                        self._copy_amended(copy, place, run, known)

    def _copy_amended(
        self, copy: psycopg.Copy, place: int, run: UUID, known: Sequence[Any]
    ) -> None:
        stream_id, payload, note, names, payloads = known
        facts = [decode(name, it) for name, it in zip(names, payloads, strict=True)]
        event = self._amend and self._amend(KnownEvent(stream_id, payload, note, facts))
        if event:
            told = (event.version, event.name, event.payload, event.label)
            measured = event.measured or (None, None)
            copy.write_row((place, event.stream_id, *told, *measured, ""))
            self._amended += event.name != ""
            self._names |= {event.name} - {""}
            if event.version > 1:  # and not a row that was put aside, which changes nothing
                self._corrected.add(run)

    def _add_sums(self, rows: str, after: int) -> None:
        if self._is_labelled:
            for label, currency, events, amount in self._run(_SUMS.format(rows=rows), [after]):
                self._count(label, currency, events, amount)

    def _count(self, label: str, currency: str | None, events: int, amount: Decimal) -> None:
        key = label, currency
        self._sums[key] += events
        self._amounts[key] = self._amounts.get(key, Decimal(0)) + amount

    def _record_anew(self, rows: str = "staged", beyond: int = 0) -> None:
        """Give rows whose stream began in a run that was reverted another stream, until theirs stands or is new."""
        reverted = [run for (run,) in self._run(_REVERTED)]
        anew = _RECORD_ANEW.format(rows=rows)
        while reverted and self._run(anew, [reverted, beyond]).rowcount:
            pass

    def _check_relied_on(self) -> None:
        """Under the lock: go on only if all that was taken to be known still stands.

        Raises:
            Unavailable: a run that recorded some of it was reverted meanwhile.
        """
        gone = self._run(_REVERTED + " AND stream_id = ANY(%s)", [list(self._relied_on)])
        if gone.rowcount:
            raise Unavailable(
                "an import that had recorded some of these rows was reverted meanwhile; send this again",
                code="import_reverted_meanwhile",
            )

    def _write_down_to_gap(self, rows: int) -> None:
        """Write from the last row on, half of the rest at a time, so that the gap is wide as long as there is work."""
        self._ahead, self._gap, gap = 0, rows, max(rows // 2, self._held_rows)
        while gap < self._gap and self._head_now() - self._base <= gap // 2:
            places = {"base": self._base, "gap": gap, "written": self._gap}
            (rows,) = self._run(_WRITE_AHEAD, {**self._envelope, **places}).fetchone() or (0,)
            self._ahead += rows
            self._gap, gap = gap, max(gap // 2, self._held_rows)
        self._run(_HOLD, [self._gap])

    def _head_now(self) -> int:
        """The head that others see; what was written ahead lies behind the gap, and does not count."""
        gap = {"base": self._base, "end": self._base + self._gap}
        rows = self._run(_HEAD_IN_GAP, gap) if self._ahead else self._run(HEAD)
        (head,) = rows.fetchone() or (0,)
        return int(head)

    def _close_with(self, closing: Append) -> Appended | Exception:
        row = self._run(APPEND, [batch_of([command_of(closing)], self._names)], binary=True)
        return outcome_of(row.fetchall()[0])


def _same_stream_twice() -> Conflict:
    return Conflict("two events of one bulk append are for the same stream")


def _moved(stream_id: UUID) -> Conflict:
    return Conflict(
        f"stream {stream_id} was written to while it was to be amended; nothing was stored, so it may be tried again",
        stream_id=stream_id,
    )


@contextmanager
def bulk_append(
    database_url: str, cause: Cause, held_rows: int = HELD_ROWS, amend: Amend | None = None
) -> Iterator[PostgresBulkAppend]:
    """Open a bulk append; the connection is its own, because it lives as long as a file is read.

    Raises:
        Unavailable: the log cannot be reached, or was lost in the middle; nothing was written.
    """
    with reaching_the_log(), traced(cause) as under_way:
        connection = psycopg.connect(careful(database_url, "daybook bulk"))
        bulk = PostgresBulkAppend(connection, cause, held_rows, amend, under_way)
        try:
            yield bulk
        finally:
            bulk.abandon()
