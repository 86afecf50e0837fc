"""Given a row that was put aside, when it is corrected or replayed, then ..."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.imports import RowFault
from domain.imports.rejects import (
    DECIDER,
    AlreadyReplayed,
    CorrectReject,
    NoReject,
    QuarantinedRow,
    RejectCorrected,
    RejectQuarantined,
    RejectReplayed,
    ReplayReject,
    reject_uid,
)
from domain.shared.errors import NotFound
from tests.kits import given_of, lived, replayed

CELLS = {"meter": "W1", "cost": "much"}
FACT = UUID("f47e00e4-9b85-8711-87a1-37a967e3b6be")
QUARANTINED = RejectQuarantined(
    import_id=UUID("6f1f3c0a-8e57-4b7e-9a55-0c8b1b7a7f10"),
    kind="meters",
    source="cellar",
    row=3,
    cells=CELLS,
    raw="W1,much",
    faults=(RowFault(row=3, column="cost", code="unreadable_amount", reason="no amount"),),
    reason="unreadable_amount",
)
CORRECTED = RejectCorrected(cells={"cost": "€2"})
REPLAYED = RejectReplayed(became=FACT)

given = given_of(DECIDER)


def test_is_corrected_cell_by_cell() -> None:
    given(QUARANTINED).when(CorrectReject(cells={"cost": "€2", "meter": "W1"})).then(CORRECTED)
    state = given(QUARANTINED, CORRECTED, RejectCorrected(cells={"meter": "W2"})).state
    assert state == QuarantinedRow(QUARANTINED, {"meter": "W2", "cost": "€2"})


def test_stays_quiet_where_nothing_changes() -> None:
    given(QUARANTINED, CORRECTED).when(CorrectReject(cells={"cost": "€2"})).quiet()


@pytest.mark.parametrize("before", [(), (CORRECTED,)])
def test_is_replayed_once(before: tuple[Any, ...]) -> None:
    given(QUARANTINED, *before).when(ReplayReject(became=FACT)).then(REPLAYED)
    given(QUARANTINED, *before, REPLAYED).when(ReplayReject(became=uuid4())).quiet()


def test_is_corrected_no_more_once_it_was_replayed() -> None:
    command = CorrectReject(cells={"cost": "€3"})
    given(QUARANTINED, REPLAYED).when(command).refused(AlreadyReplayed, became=str(FACT))


@pytest.mark.parametrize("command", [CorrectReject(cells={}), ReplayReject(became=FACT)])
def test_what_is_not_there_is_not_found(command: Any) -> None:
    given().when(command).refused(NotFound)


def test_facts_out_of_order_change_nothing() -> None:
    assert given(CORRECTED, REPLAYED).state == NoReject()
    ended = given(QUARANTINED, REPLAYED)
    assert ended.after(CORRECTED, QUARANTINED, REPLAYED).state == ended.state


def test_is_the_same_once_it_was_stored() -> None:
    commands = [CorrectReject(cells={"cost": "€2"}), ReplayReject(became=FACT, was_known=True)]
    facts = [QUARANTINED]
    state = given(QUARANTINED).done(*commands).state
    told = [*facts, CORRECTED, RejectReplayed(became=FACT, was_known=True)]
    assert replayed(DECIDER, told) == state
    assert lived(DECIDER, commands).facts == []


def test_its_id_never_changes() -> None:
    # Pinned: another id would put the same row aside twice.
    uid = reject_uid("meters", "north", None, "M-1,abc,2026-01-31")
    assert uid == reject_uid("meters", "north", None, "M-1,abc,2026-01-31", 1)
    others = [
        reject_uid("meters", "north", None, "M-1,abc,2026-01-31", 2),
        reject_uid("meters", "south", None, "M-1,abc,2026-01-31"),
        reject_uid("meters", "north", uid, "M-1,abc,2026-01-31"),
        reject_uid("meters", "north", None, "M-2,abc,2026-01-31"),
    ]
    assert len({uid, *others}) == 5
    assert str(uid) == "fd71bc3f-623a-872f-9600-8dd1c9f9f07e"
