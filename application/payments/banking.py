"""The port to whoever moves money: hand an order over, ask what became of it.

Rules upheld here:
- an order is known by its reference, ours and the same for ever: handed over twice, it is paid once;
- an answer that never came says nothing: the rail is asked by reference before anything is sent again.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec

from domain.shared.errors import DaybookError, Refused

REASON_LENGTH_MAX = 200
"""Characters of a reason that are kept; banks write more."""

FILE_RAILS = frozenset({"sepa_file"})
"""Rails whose orders leave together, by file: they report nothing, so an administrator does."""


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """An order to pay. `reference` is the payment's uid as 32 hexadecimal digits.

    It goes either to an IBAN, or to a routing number with an account number.
    """

    reference: str
    bank_uid: UUID
    amount: Decimal
    currency: str
    creditor_name: str
    iban: str | None
    routing_number: str | None
    account_number: str | None


class TransferState(StrEnum):
    """What a rail knows of an order.

    `unknown`: it never got it. `unreported`: this rail tells nothing by itself; people report what became of the order.
    """

    UNKNOWN = "unknown"
    SUBMITTED = "submitted"
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"
    UNREPORTED = "unreported"


class TransferStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the rail sees it: its name there, since when it is so, and why if it failed or came back."""

    state: TransferState
    rail_reference: str = ""
    reason: str = ""
    at: datetime | None = None


class OutcomeUnknown(DaybookError, code="outcome_unknown"):
    """The rail did not answer in time: it may have the order or not."""


class TransferRefused(Refused, code="transfer_refused"):
    """The rail will not carry this order out, however often it is asked; `detail` says why."""


class BankingService(Protocol):
    """A payment rail."""

    @property
    def rail(self) -> str:
        """Its name, as the setting `DAYBOOK_RAIL` and the events have it."""

    def check(self, transfer: Transfer) -> None:
        """Go on only if this rail can carry such an order at all; nobody is asked.

        Raises:
            TransferRefused: it cannot; all that stands against it is said.
        """

    async def submit(self, transfer: Transfer) -> str | None:
        """Hand an order over; again with the same reference, it is the same order.

        Answers what the rail calls it; None where orders leave together, in a batch that an administrator makes.

        Raises:
            TransferRefused: the rail will not carry it out.
            OutcomeUnknown: no answer came.
            Unavailable: the rail cannot be reached; it does not have the order from this call.
        """

    async def status(self, reference: str) -> TransferStatus:
        """What the rail knows of an order.

        Raises:
            Unavailable: the rail cannot be reached.
        """


class BankSimulator(Protocol):
    """What can be made to happen at the simulated bank. Each answers the order as it is then; again changes nothing.

    Raises (all): Refused: the order is not in a state from which that follows. Unavailable.
    """

    async def settle(self, reference: str) -> TransferStatus:
        """The money arrives."""

    async def fail(self, reference: str, reason: str) -> TransferStatus:
        """The order is not carried out."""

    async def send_back(self, reference: str, reason: str) -> TransferStatus:
        """Money that arrived comes back."""


class BatchTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a batch, paid in the batch's currency to an IBAN. `remittance` is what the creditor reads."""

    reference: str
    amount: Decimal
    creditor_name: str
    iban: str
    remittance: str


class TransferBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Orders that leave together, to be paid on `execution_on`; `message_id` names them to the bank (35 characters)."""

    message_id: str
    created_at: datetime
    execution_on: date
    debtor_name: str
    debtor_iban: str
    transfers: tuple[BatchTransfer, ...]


class BatchWriter(Protocol):
    """Writes a batch as the file that a bank reads."""

    def pays_from(self, iban: str) -> bool:
        """Whether such files can ask for payments from this account."""

    def banking_day(self, day: date) -> date:
        """The first day from this one on which such orders are carried out."""

    def write(self, batch: TransferBatch) -> bytes:
        """The file, checked against its schema.

        Raises:
            Invalid: something in the batch cannot be written in such a file.
        """


class BatchFiles(Protocol):
    """The files of batches, kept as they were written, for ever."""

    async def keep(self, file_uid: UUID, document: bytes) -> None:
        """Keep a file; the first one of an id stays.

        Raises:
            Unavailable: the store cannot be reached.
        """

    async def fetch(self, file_uid: UUID) -> bytes | None:
        """The file of this id, or None if there is none.

        Raises:
            Unavailable: the store cannot be reached.
        """
