"""Payment by file: ISO 20022 `pain.001.001.09`, as an administrator hands it to a bank.

`sepaxml` builds the document and brings its schema along. What the library would make up (message id, time of creation)
is set from the batch, so that the same batch gives the same bytes.
"""

import re
import xml.etree.ElementTree as ET
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sepaxml  # type: ignore[import-untyped]
from sepaxml import SepaTransfer

from application.payments.banking import (
    BankingService,
    BatchWriter,
    Transfer,
    TransferBatch,
    TransferRefused,
    TransferState,
    TransferStatus,
)
from domain.payments.batches import BATCH_CURRENCY
from domain.shared.errors import Invalid

if TYPE_CHECKING:
    from xmlschema import XMLSchema

SCHEMA = "pain.001.001.09"

_NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
_CENTS = 2
# The characters every SEPA bank takes (EPC217-08); the library has made Latin letters of all others already.
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_NOT_PROVIDED = "NOTPROVIDED"


class SepaFileBank(BankingService):
    """`application.payments.banking.BankingService` for orders that leave in files."""

    rail = "sepa_file"

    async def submit(self, transfer: Transfer) -> None:
        """Leave the order to the next batch, if a file can carry it."""
        if transfer.iban is None or transfer.currency != BATCH_CURRENCY:
            raise TransferRefused(
                f"a SEPA file pays {BATCH_CURRENCY} to an IBAN; this order is {transfer.currency} "
                f"to {'an account number' if transfer.iban is None else 'an IBAN'}"
            )

    async def status(self, reference: str) -> TransferStatus:  # noqa: ARG002
        """A file tells nothing back: an administrator reports what became of its orders."""
        return TransferStatus(state=TransferState.UNREPORTED)


class SepaFileWriter(BatchWriter):
    """`application.payments.banking.BatchWriter` for SEPA credit transfers."""

    def write(self, batch: TransferBatch) -> bytes:
        document = _settled(_built(batch), batch)
        fault = next(_schema().iter_errors(document), None)
        if fault is not None:
            raise Invalid(f"the batch cannot be written as {SCHEMA}: {fault.reason}")
        return document


def _built(batch: TransferBatch) -> bytes:
    debtor = {"name": batch.debtor_name, "IBAN": batch.debtor_iban}
    orders = SepaTransfer(
        {**debtor, "batch": True, "currency": BATCH_CURRENCY}, schema=SCHEMA, clean=True
    )
    for transfer in batch.transfers:
        orders.add_payment(
            {
                "name": transfer.creditor_name,
                "IBAN": transfer.iban,
                "amount": int(transfer.amount.scaleb(_CENTS)),
                "execution_date": batch.created_at.astimezone(UTC).date(),
                "description": transfer.remittance,
                "endtoend_id": transfer.reference,
            }
        )
    document: bytes = orders.export(validate=False)
    return document


def _settled(document: bytes, batch: TransferBatch) -> bytes:
    """The document with our ids and time in place of made-up ones, in the characters that every bank takes."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.fromstring(document)  # noqa: S314 - written by ourselves a moment ago
    for name, text in (
        ("MsgId", batch.message_id),
        ("PmtInfId", batch.message_id),
        ("CreDtTm", batch.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
    ):
        _only(root, name).text = text
    for name in ("Nm", "Ustrd"):
        for element in root.iter(_tag(name)):
            element.text = " ".join(_FOREIGN.sub(" ", element.text or "").split()) or _NOT_PROVIDED
    # An agent without BIC says so (EPC132-08); the IBAN names the bank.
    agent = _only(root, "FinInstnId")
    ET.SubElement(ET.SubElement(agent, _tag("Othr")), _tag("Id")).text = _NOT_PROVIDED
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _only(root: ET.Element, name: str) -> ET.Element:
    (element,) = root.iter(_tag(name))
    return element


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


@cache
def _schema() -> "XMLSchema":
    # It takes a second to read, and only those who write batches need it.
    from xmlschema import XMLSchema

    return XMLSchema(str(Path(sepaxml.__file__).parent / "schemas" / f"{SCHEMA}.xsd"))
