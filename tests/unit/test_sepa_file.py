"""Batches as pain.001 files of both versions: by the schema, by the rules of SEPA, the same bytes each time."""

import asyncio
import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.payments.banking import (
    BatchTransfer,
    Transfer,
    TransferBatch,
    TransferRefused,
)
from application.payments.banking import TransferState as State
from domain.shared.errors import Invalid
from infrastructure.payments.sepa_file import SepaFileBank, SepaFileWriter, in_sepa
from tests.drawing import examples

PAIN_03, PAIN_09 = "pain.001.001.03", "pain.001.001.09"
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
    execution_on=date(2026, 11, 23),
    debtor_name="Nordhafen Bank",
    debtor_iban="DE89370400440532013000",
    transfers=(FIRST, SECOND),
)


def document(schema: str = PAIN_09, **changes: Any) -> ET.Element:
    return ET.fromstring(SepaFileWriter(schema).write(msgspec.structs.replace(BATCH, **changes)))  # noqa: S314


def texts(root: ET.Element, path: str) -> list[str | None]:
    namespace = {"": root.tag.partition("}")[0].removeprefix("{")}
    return [element.text for element in root.findall(path, namespace)]


def test_the_same_batch_gives_the_same_bytes() -> None:
    written = SepaFileWriter().write(BATCH)
    assert SepaFileWriter().write(BATCH) == written
    assert written.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


@pytest.mark.parametrize("schema", [PAIN_03, PAIN_09])
def test_a_file_names_the_batch_its_payments_and_their_sum(schema: str) -> None:
    root = document(schema)
    assert root.tag == f"{{urn:iso:std:iso:20022:tech:xsd:{schema}}}Document"
    assert texts(root, ".//MsgId") == [BATCH.message_id]
    assert texts(root, ".//CreDtTm") == ["2026-11-20T22:30:00Z"]
    day = ".//ReqdExctnDt" if schema == PAIN_03 else ".//ReqdExctnDt/Dt"
    assert texts(root, day) == ["2026-11-23"]
    # A UETR has to be a random UUID, and is the bank's to give where there is none.
    assert texts(root, ".//UETR") == []
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
    ("changes", "why"),
    [
        ({"currency": "NOK"}, "it is in NOK"),
        ({"iban": None, "routing_number": "021000021", "account_number": "4242"}, "an IBAN was"),
        ({"iban": "BR1500000000000010932840814P2"}, "the account is in BR"),
        ({"iban": "TR330006100519786457841326"}, "the account is in TR"),
        ({"iban": "XX00"}, "the account is in XX"),
        ({"amount": Decimal("1000000000.00")}, "is not an amount"),
        ({"creditor_name": "Мира Солберг"}, "Latin letters"),
        ({"creditor_name": "李 明"}, "Latin letters"),
        ({"creditor_name": "4711 --"}, "Latin letters"),
    ],
)
def test_an_order_that_no_file_can_carry_is_refused_at_once(
    changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(TransferRefused, match=re.escape(why)):
        asyncio.run(SepaFileBank().submit(msgspec.structs.replace(ORDER, **changes)))


def test_all_that_stands_against_an_order_is_said() -> None:
    order = msgspec.structs.replace(ORDER, currency="NOK", iban="TR330006100519786457841326")
    with pytest.raises(TransferRefused, match=r"it is in NOK.*; the account is in TR"):
        SepaFileBank().check(order)


# Of each group one that is in SEPA for longer than the registry of IBANs, one for less long, one that is not.
@pytest.mark.parametrize(
    ("iban", "is_in"),
    [
        ("GB29NWBK60161331926819", True),
        ("CH9300762011623852957", True),
        ("AL47212110090000000235698741", True),
        ("RS35260005601001611379", True),
        ("TN5910006035183598478831", False),
    ],
)
def test_the_countries_of_sepa(iban: str, is_in: bool) -> None:
    assert in_sepa(iban) is is_in
    assert SepaFileWriter().pays_from(iban) is is_in


@pytest.mark.parametrize(
    ("day", "paid_on"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 23)),  # a Saturday
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 1, 1), date(2027, 1, 4)),
        (date(2027, 3, 26), date(2027, 3, 30)),  # Good Friday to Easter Monday
        (date(2026, 5, 1), date(2026, 5, 4)),
        (date(2026, 10, 3), date(2026, 10, 5)),  # no holiday of a country counts
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_payments_are_asked_for_on_target_days(day: date, paid_on: date) -> None:
    assert SepaFileWriter().banking_day(day) == paid_on


_TAKEN = re.compile(r"[A-Za-z0-9/?:().,'+ -]+")


def check_by_the_rules(root: ET.Element, batch: TransferBatch) -> None:
    """EPC132-08 and EPC217-08, as far as a schema does not say them; written beside what makes the files."""
    for element in root.iter():
        if text := (element.text or "").strip():
            assert _TAKEN.fullmatch(text), text
            assert not text.startswith("/")
            assert not text.endswith("/")
            assert "//" not in text
    assert all(len(it or "") <= 70 for it in texts(root, ".//Nm"))
    assert all(len(it or "") <= 140 for it in texts(root, ".//Ustrd"))
    amounts = [Decimal(it or "") for it in texts(root, ".//InstdAmt")]
    assert all(Decimal("0.01") <= it <= Decimal("999999999.99") for it in amounts)
    for whole in (".//GrpHdr", ".//PmtInf"):
        assert texts(root, f"{whole}/CtrlSum") == [str(sum(amounts))]
        assert texts(root, f"{whole}/NbOfTxs") == [str(len(amounts))]
    assert texts(root, ".//SvcLvl/Cd") == ["SEPA"]
    assert texts(root, ".//ChrgBr") == ["SLEV"]
    assert texts(root, ".//EndToEndId") == [each.reference for each in batch.transfers]


# What people type into names, and what would break the rules if it were copied.
_names = st.text(
    st.one_of(
        st.characters(categories=["Ll", "Lu"], max_codepoint=0x24F),
        st.sampled_from("/ .,'&<>\"-()ªßæØ"),
    ),
    min_size=1,
    max_size=70,
)
_transfers = st.builds(
    BatchTransfer,
    reference=st.uuids().map(lambda it: it.hex),
    amount=st.decimals("0.01", "999999999.99", places=2),
    creditor_name=_names,
    iban=st.sampled_from(["NL91ABNA0417164300", "DE89370400440532013000"]),
    remittance=_names,
)


@pytest.mark.parametrize("schema", [PAIN_03, PAIN_09])
@given(transfers=st.lists(_transfers, min_size=1, max_size=4), debtor=_names)
@settings(max_examples=examples(40))
def test_every_file_keeps_the_rules_of_sepa(
    schema: str, transfers: list[BatchTransfer], debtor: str
) -> None:
    batch = msgspec.structs.replace(BATCH, transfers=tuple(transfers), debtor_name=debtor)
    check_by_the_rules(ET.fromstring(SepaFileWriter(schema).write(batch)), batch)  # noqa: S314
