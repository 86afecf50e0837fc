"""Batches as pain.001 files: checked against the schema, in characters every bank takes, the same bytes each time."""

import asyncio
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from application.payments.banking import (
    BatchTransfer,
    Transfer,
    TransferBatch,
    TransferRefused,
)
from application.payments.banking import TransferState as State
from domain.shared.errors import Invalid
from infrastructure.payments.sepa_file import SepaFileBank, SepaFileWriter

NAMESPACE = {"": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
FIRST = BatchTransfer(
    reference="5e8d0b7c1f2a83c49d6e7f8091a2b3c4",
    amount=Decimal("184.60"),
    creditor_name="Mira Sølberg & Søn <AS>",
    iban="NL91ABNA0417164300",
    remittance="Reimbursement 12",
)
SECOND = msgspec.structs.replace(FIRST, reference="b" * 32, amount=Decimal("0.05"))
BATCH = TransferBatch(
    message_id="0d4a5be7c1f24e93a86b7f1520c3d4e5",
    created_at=datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=1))),
    debtor_name="Nordhafen Bank",
    debtor_iban="DE89370400440532013000",
    transfers=(FIRST, SECOND),
)


def document(**changes: Any) -> ET.Element:
    return ET.fromstring(SepaFileWriter().write(msgspec.structs.replace(BATCH, **changes)))  # noqa: S314


def texts(root: ET.Element, path: str) -> list[str | None]:
    return [element.text for element in root.findall(path, NAMESPACE)]


def test_the_same_batch_gives_the_same_bytes() -> None:
    written = SepaFileWriter().write(BATCH)
    assert SepaFileWriter().write(BATCH) == written
    assert written.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


def test_a_file_names_the_batch_its_payments_and_their_sum() -> None:
    root = document()
    assert texts(root, ".//MsgId") == [BATCH.message_id]
    assert texts(root, ".//CreDtTm") == ["2026-11-20T22:30:00Z"]
    assert texts(root, ".//ReqdExctnDt/Dt") == ["2026-11-20"]
    assert texts(root, ".//GrpHdr/NbOfTxs") == ["2"]
    assert texts(root, ".//GrpHdr/CtrlSum") == ["184.65"]
    assert texts(root, ".//InstdAmt") == ["184.60", "0.05"]
    assert texts(root, ".//EndToEndId") == [FIRST.reference, SECOND.reference]
    assert texts(root, ".//CdtrAcct/Id/IBAN") == ["NL91ABNA0417164300"] * 2
    assert texts(root, ".//DbtrAcct/Id/IBAN") == ["DE89370400440532013000"]


def test_names_are_written_in_characters_that_every_bank_takes() -> None:
    assert texts(document(), ".//Cdtr/Nm")[0] == "Mira Solberg Son AS"
    nameless = msgspec.structs.replace(FIRST, creditor_name="🂡")
    assert texts(document(transfers=(nameless,)), ".//Cdtr/Nm") == ["NOTPROVIDED"]


def test_what_the_schema_does_not_allow_is_refused() -> None:
    with pytest.raises(Invalid, match=r"pain\.001"):
        document(debtor_iban="not an IBAN")
    with pytest.raises(Invalid):
        document(message_id="x" * 36)


ORDER = Transfer(
    reference=FIRST.reference,
    bank_uid=UUID(int=1),
    amount=FIRST.amount,
    currency="EUR",
    creditor_name="Mira Solberg",
    iban=FIRST.iban,
    routing_number=None,
    account_number=None,
)


def test_an_order_waits_for_a_batch_and_nothing_is_told_of_it() -> None:
    rail = SepaFileBank()
    assert asyncio.run(rail.submit(ORDER)) is None
    assert asyncio.run(rail.status(ORDER.reference)).state is State.UNREPORTED


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "NOK"},
        {"iban": None, "routing_number": "021000021", "account_number": "4242"},
    ],
)
def test_an_order_that_no_file_can_carry_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TransferRefused, match="a SEPA file pays EUR to an IBAN"):
        asyncio.run(SepaFileBank().submit(msgspec.structs.replace(ORDER, **changes)))
