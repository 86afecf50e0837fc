"""A kind of import that exists only in the tests: what meters showed, and what that costs."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID, uuid5

import msgspec

from application.shared.import_kinds import (
    AMOUNT,
    DATE,
    EXTRA,
    FileColumn,
    ImportingRun,
    ImportKind,
)
from application.shared.permissions import Permission
from domain.shared.errors import Fault, Invalid
from domain.shared.events import Event, event

_NAMESPACE = UUID("8f1c1c1e-5d0f-4d0b-9d52-6a3a0e6f8a11")


@event("test.meter_read.v1")
class MeterRead(Event, frozen=True):
    """A meter was read; there is one reading a day of each."""

    source: str
    meter: str
    cost: Decimal
    currency: str
    read_on: dt.date | None
    extra: dict[str, str] | None = None


def _facts(source: str, _: Mapping[str, UUID]) -> Callable[..., MeterRead]:
    def fact(meter: str, cost: tuple[Decimal, str], read_on: dt.date | None) -> MeterRead:
        if meter == "W2" and cost[0] > 100:
            raise Invalid("so much water was never used", code="flood")
        return MeterRead(
            source=source, meter=meter, cost=cost[0], currency=cost[1], read_on=read_on
        )

    return fact


def _uid(fact: MeterRead, _: int) -> str:
    return uuid5(_NAMESPACE, f"{fact.source} {fact.meter} {fact.read_on}").hex


METERS = ImportKind(
    name="meters",
    noun="reading",
    permission=Permission.EXPENSES_IMPORT,
    columns=(
        FileColumn(name="meter", example="W1"),
        FileColumn(name="cost", cell=AMOUNT, example="€12.50"),
        FileColumn(name="read_on", cell=DATE, example="10/2/2025", required=False),
    ),
    event=MeterRead,
    facts=_facts,
    uid=_uid,
)


def _noted_facts(source: str, refers_to: Mapping[str, UUID]) -> Callable[..., MeterRead]:
    of_meters = _facts(source, refers_to)

    def fact(
        meter: str,
        cost: tuple[Decimal, str],
        read_on: dt.date | None,
        extra: dict[str, str] | None,
    ) -> MeterRead:
        return msgspec.structs.replace(of_meters(meter, cost, read_on), extra=extra)

    return fact


NOTED_METERS = msgspec.structs.replace(
    METERS,
    name="noted_meters",
    columns=(*METERS.columns, FileColumn(name="extra", example="", cell=EXTRA, required=False)),
    facts=_noted_facts,
)
"""The same, keeping what else a file says of a reading."""


@event("test.meter_corrected.v1")
class MeterCorrected(Event, frozen=True):
    """A reading was something else, as a later file says."""

    cost: Decimal
    currency: str


def _amend(facts: Sequence[Event], new: MeterRead, run: ImportingRun) -> Event | Fault | None:
    assert run.source == new.source
    last = facts[-1]
    assert isinstance(last, MeterRead | MeterCorrected)
    if (last.cost, last.currency) == (new.cost, new.currency):
        return None
    if last.currency != new.currency:
        return Fault(
            detail=f"it was in {last.currency}", code="conflicting_meter", column="cost", got="x"
        )
    return MeterCorrected(cost=new.cost, currency=new.currency)


def _measure(fact: MeterRead) -> tuple[str, Decimal]:
    return fact.currency, fact.cost


def _of_run(fact: MeterRead, run: ImportingRun) -> MeterRead:
    if fact.read_on and fact.read_on > run.started_at.date():
        fault = Fault(detail="it is still to come", code="future", pointer="/read_on")
        raise Invalid("it is still to come", faults=[fault])
    return fact


KEYED_METERS = msgspec.structs.replace(
    METERS, key="meter", of_run=_of_run, measure=_measure, amend=_amend, scheduled=True
)
"""The same, of which a later file may correct what an earlier one said."""
