"""The account of one import: how many rows there were, what became of each, and what their amounts come to."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from application.shared.import_kinds import Measured
from application.shared.ports import UNCHANGED, LabelSum
from domain.imports import (
    FAULTS_KEPT,
    CompleteImport,
    CurrencySums,
    EndStep,
    ImportMode,
    LogLine,
    RejectImport,
    RowFault,
    imbalance,
)

BAD_ROWS, TOO_MANY_REJECTS, UNBALANCED = "bad_rows", "too_many_rejects", "unbalanced"
NOT_WHOLE = "not_whole"
"""Why a file is refused that could be read."""

LOADED, CORRECTED, QUARANTINED, LEFT_OUT = "loaded", "corrected", "quarantined", "left out"
"""What an event of the bulk append counts as."""

_READ, _DUPLICATES = "read", "duplicates"


class Tally:
    """Counts the rows of one import, adds up their amounts, and keeps the first of their faults.

    More bad rows than `max_reject_ratio` of all are too many; `expected_rows` is how many
    there have to be.
    """

    def __init__(
        self,
        mode: ImportMode,
        max_reject_ratio: Decimal | None = None,
        expected_rows: int | None = None,
    ) -> None:
        self._mode = mode
        self._max_reject_ratio = max_reject_ratio
        self._expected_rows = expected_rows
        self._sums: dict[str, dict[str, Decimal]] = {_READ: {}, _DUPLICATES: {}, UNCHANGED: {}}
        self._known = 0
        self.rows = 0
        self.bad_rows = 0
        self.put_aside = 0
        self.duplicates = 0
        self.faults: list[RowFault] = []
        self.reasons: Counter[str] = Counter()

    @property
    def hopeless(self) -> bool:
        """Whether nothing of this file will be stored, whatever follows."""
        return self._mode is ImportMode.ALL_OR_NOTHING and self.bad_rows > 0

    def read(self, measured: Measured | None) -> None:
        """Add the amount of a row to what was read."""
        if measured:
            self._add(_READ, *measured)

    def unread(self, measured: Measured | None) -> None:
        """Take it back: the row is left out."""
        if measured:
            self._add(_READ, measured[0], -measured[1])

    def duplicate(self, measured: Measured | None) -> None:
        """Count a row that came before."""
        self.duplicates += 1
        if measured:
            self._add(_READ, *measured)
            self._add(_DUPLICATES, *measured)

    def known(self, measured: Measured | None) -> None:
        """Count a row that says what the book says."""
        self._known += 1
        if measured:
            self._add(_READ, *measured)
            self._add(UNCHANGED, *measured)

    def bad(self, faults: Sequence[RowFault], *, is_put_aside: bool) -> None:
        """Count one bad row, which is put aside or left out."""
        if is_put_aside:
            self.put_aside += 1
        else:
            self.bad_rows += 1
        self.reasons[faults[0].code] += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults += faults

    def _add(self, part: str, currency: str, amount: Decimal) -> None:
        sums = self._sums[part]
        sums[currency] = sums[currency] + amount if currency in sums else amount

    def refusal(self) -> RejectImport | None:
        """Why the file is refused for its bad rows, if it is."""
        bad, ratio = self.bad_rows + self.put_aside, self._max_reject_ratio
        if self.hopeless:
            detail = f"{bad} of {self.rows} rows are bad, so nothing was stored"
            return self.rejected(BAD_ROWS, detail)
        if ratio is not None and bad > ratio * self.rows:
            detail = f"{bad} of {self.rows} rows are bad, and at most {ratio} of all may be, so nothing was stored"
            return self.rejected(TOO_MANY_REJECTS, detail)
        return None

    def end(self, stored: Iterable[LabelSum]) -> CompleteImport | RejectImport:
        """The end of an import that would store these: its completion if all adds up."""
        refusal = self.refusal()
        if refusal is not None:
            return refusal
        end = self._completed(list(stored))
        imbalance_found = imbalance(end) or self._missed(end)
        if imbalance_found:
            return self.rejected(UNBALANCED, f"{imbalance_found}, so nothing was stored")
        return end

    def _completed(self, stored: Sequence[LabelSum]) -> CompleteImport:
        rows = Counter[str]()
        sums = {part: dict(amounts) for part, amounts in self._sums.items()}
        for each in stored:
            rows[each.label] += each.events
            if each.currency is not None:
                amounts = sums.setdefault(each.label, {})
                amounts[each.currency] = amounts.get(each.currency, Decimal(0)) + each.amount
        currencies = {currency for amounts in sums.values() for currency in amounts}
        return CompleteImport(
            rows=self.rows,
            imported=rows[LOADED],
            already_known=rows[UNCHANGED] + self._known,
            corrected=rows[CORRECTED],
            duplicates=self.duplicates,
            quarantined=rows[QUARANTINED],
            bad_rows=self.bad_rows,
            faults=tuple(self.faults),
            sums={
                currency: CurrencySums(
                    **{
                        part: amounts[currency]
                        for part, amounts in sums.items()
                        if currency in amounts
                    }
                )
                for currency in sorted(currencies)
            },
        )

    def _missed(self, end: CompleteImport) -> str | None:
        """What differs from what whoever read the file had counted, as a sentence."""
        if self._expected_rows in (None, end.rows):
            return None
        return f"{self._expected_rows} rows were read, and {end.rows} came to be loaded"

    def step(
        self, end: CompleteImport | RejectImport, began_at: dt.datetime, now: dt.datetime
    ) -> EndStep:
        """The loading of these rows as a step of its run, with what there is to say of it."""
        aside = [
            LogLine(at=now, level="warning", message=f"{count} rows are bad: {reason}")
            for reason, count in self.reasons.most_common()
        ]
        return EndStep(
            step="load",
            started_at=began_at,
            finished_at=now,
            rows=self.rows,
            lines=(*aside, _last_line(end, now)),
        )

    def rejected(self, code: str, detail: str, proposal: Mapping[str, str] = {}) -> RejectImport:
        """The end of an import of which nothing is stored."""
        return RejectImport(
            code=code,
            detail=detail,
            rows=self.rows,
            bad_rows=self.bad_rows + self.put_aside,
            faults=tuple(self.faults),
            proposal=dict(proposal),
        )


def _last_line(end: CompleteImport | RejectImport, now: dt.datetime) -> LogLine:
    if isinstance(end, RejectImport):
        return LogLine(at=now, level="error", message=f"{end.code}: {end.detail}")
    return LogLine(
        at=now,
        message=f"{end.rows} rows = {end.imported} loaded + {end.already_known} unchanged + {end.corrected} corrected"
        f" + {end.duplicates} duplicates + {end.quarantined} quarantined + {end.bad_rows} left out",
    )


def is_for_bad_rows(end: CompleteImport | RejectImport) -> bool:
    """Whether nothing of a file was stored because of its rows."""
    if isinstance(end, RejectImport):
        return end.code in (BAD_ROWS, TOO_MANY_REJECTS, NOT_WHOLE)
    return 0 < end.rows == end.quarantined + end.bad_rows
