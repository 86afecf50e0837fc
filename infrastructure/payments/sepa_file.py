"""Payment by file: ISO 20022 `pain.001`, version .03 or .09, as an administrator hands it to a bank.

Rules upheld here (EPC125-05, EPC132-08, EPC217-08):
- an order is in euro, from 0.01 to 999,999,999.99, from and to accounts in countries of SEPA;
- texts are in the characters every SEPA bank takes; none begins or ends with a slash, or has two in a row;
- orders are carried out on a TARGET business day.

`sepaxml` builds the document and brings its schema along. What the library would make up (message id, time of creation)
is set from the batch, so that the same batch gives the same bytes. A UETR is left out: it has to be a UUID of version
4, which ours are not, and the bank gives one.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date
from decimal import Decimal
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
from domain.shared.latin import latin_name
from infrastructure.payments.banking_days import target_day
from infrastructure.payments.settings import PAIN_09, SEPA_FILE

if TYPE_CHECKING:
    from xmlschema import XMLSchema

AMOUNT_MIN, AMOUNT_MAX = Decimal("0.01"), Decimal("999999999.99")
NAME_LENGTH_MAX, REMITTANCE_LENGTH_MAX = 70, 140

_JOINED_SINCE = frozenset({"AL", "MD", "ME", "MK", "RS"})
"""Countries that came to SEPA in 2025 and 2026 (EPC409-09), which the registry of IBANs does not tell of yet."""

_CENTS = 2
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_SLASHES = re.compile(r"/{2,}")
_NOT_PROVIDED = "NOTPROVIDED"


class SepaFileBank(BankingService):
    """`application.payments.banking.BankingService` for orders that leave in files."""

    rail = SEPA_FILE

    def check(self, transfer: Transfer) -> None:
        if against := "; ".join(_against(transfer)):
            raise TransferRefused(f"a SEPA file cannot carry this order: {against}")

    async def submit(self, transfer: Transfer) -> None:
        """Leave the order to the next batch, if a file can carry it."""
        self.check(transfer)

    async def status(self, reference: str) -> TransferStatus:  # noqa: ARG002
        """A file tells nothing back: an administrator reports what became of its orders."""
        return TransferStatus(state=TransferState.UNREPORTED)


def _against(transfer: Transfer) -> Iterator[str]:
    if transfer.currency != BATCH_CURRENCY:
        yield f"it is in {transfer.currency}, and {BATCH_CURRENCY} was expected"
    if not AMOUNT_MIN <= transfer.amount <= AMOUNT_MAX:
        yield f"{transfer.amount} is not an amount from {AMOUNT_MIN} to {AMOUNT_MAX}"
    if transfer.iban is None:
        yield "it goes to an account number, and an IBAN was expected"
    elif not in_sepa(transfer.iban):
        yield f"the account is in {transfer.iban[:2]}, which is no country of SEPA"
    try:
        latin_name(transfer.creditor_name, NAME_LENGTH_MAX)
    except Invalid as error:
        yield f"of the holder {error.detail}"


def in_sepa(iban: str) -> bool:
    """Whether the account is in a country of the Single Euro Payments Area."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return iban[:2] in _JOINED_SINCE or bool(IBAN(iban, allow_invalid=True).in_sepa_zone)
    except SchwiftyException:  # no country that has IBANs
        return False


class SepaFileWriter(BatchWriter):
    """`application.payments.banking.BatchWriter` for SEPA credit transfers in this version of the message."""

    def __init__(self, schema: str = PAIN_09) -> None:
        self._schema = schema

    def pays_from(self, iban: str) -> bool:
        return in_sepa(iban)

    def banking_day(self, day: date) -> date:
        return target_day(day)

    def write(self, batch: TransferBatch) -> bytes:
        document = _settled(_built(batch, self._schema), batch, self._schema)
        fault = next(_schema(self._schema).iter_errors(document), None)
        if fault is not None:
            raise Invalid(f"the batch cannot be written as {self._schema}: {fault.reason}")
        return document


def _built(batch: TransferBatch, schema: str) -> bytes:
    debtor = {"name": batch.debtor_name, "IBAN": batch.debtor_iban}
    orders = SepaTransfer(
        {**debtor, "batch": True, "currency": BATCH_CURRENCY}, schema=schema, clean=True
    )
    for transfer in batch.transfers:
        orders.add_payment(
            {
                "name": transfer.creditor_name,
                "IBAN": transfer.iban,
                "amount": int(transfer.amount.scaleb(_CENTS)),
                "execution_date": batch.execution_on,
                "description": transfer.remittance,
                "endtoend_id": transfer.reference,
            }
        )
    document: bytes = orders.export(validate=False)
    return document


def _settled(document: bytes, batch: TransferBatch, schema: str) -> bytes:
    """The document with our ids and time in place of made-up ones, in the characters that every bank takes."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{schema}"
    ET.register_namespace("", namespace)
    root = ET.fromstring(document)  # noqa: S314 - written by ourselves a moment ago
    tag = f"{{{namespace}}}".__add__
    for name, text in (
        ("MsgId", batch.message_id),
        ("PmtInfId", batch.message_id),
        ("CreDtTm", batch.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
    ):
        _only(root, tag(name)).text = text
    for name, length_max in (("Nm", NAME_LENGTH_MAX), ("Ustrd", REMITTANCE_LENGTH_MAX)):
        for element in root.iter(tag(name)):
            element.text = _in_epc_characters(element.text or "", length_max)
    # An agent without BIC says so (EPC132-08); the IBAN names the bank.
    agent = _only(root, tag("FinInstnId"))
    ET.SubElement(ET.SubElement(agent, tag("Othr")), tag("Id")).text = _NOT_PROVIDED
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _in_epc_characters(text: str, length_max: int) -> str:
    """The text, of which the library has made Latin letters already, as every bank takes it."""
    clean = _SLASHES.sub("/", " ".join(_FOREIGN.sub(" ", text).split()))
    return clean[:length_max].strip("/ ") or _NOT_PROVIDED


def _only(root: ET.Element, tag: str) -> ET.Element:
    (element,) = root.iter(tag)
    return element


@cache
def _schema(name: str) -> "XMLSchema":
    # It takes a second to read, and only those who write batches need it.
    from xmlschema import XMLSchema

    return XMLSchema(str(Path(sepaxml.__file__).parent / "schemas" / f"{name}.xsd"))
