"""Joining payments with the rail that the settings name."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from application.payments.banking import BankingService
from application.payments.batches import PaymentBatches
from application.payments.use_cases import Payments, Simulations
from application.shared.ports import Clock, EventLog
from infrastructure.payments.batch_files import PostgresBatchFiles
from infrastructure.payments.sepa_file import SepaFileBank, SepaFileWriter
from infrastructure.payments.settings import NEVER, PaymentSettings
from infrastructure.payments.simulated import SimulatedBank


@dataclass(frozen=True)
class Paying:
    """The use cases of payments over one rail; `simulations` is None unless it is the simulated one."""

    payments: Payments
    batches: PaymentBatches
    simulations: Simulations | None


def build_payments(
    settings: PaymentSettings, url: str, log: EventLog, clock: Clock, new_id: Callable[[], UUID]
) -> Paying:
    """The use cases over the rail of these settings; nothing is connected yet."""
    simulator: SimulatedBank | None = None
    bank: BankingService
    if settings.rail == SimulatedBank.rail:
        after_s = None if settings.settle_after_s == NEVER else settings.settle_after_s
        bank = simulator = SimulatedBank(url, settle_after_s=after_s)
    else:
        bank = SepaFileBank()
    payments = Payments(log, clock, bank)
    return Paying(
        payments=payments,
        batches=PaymentBatches(log, clock, new_id, bank, SepaFileWriter(), PostgresBatchFiles(url)),
        simulations=Simulations(payments, simulator) if simulator else None,
    )
