"""Joining payments with the rail that the settings name."""

from datetime import timedelta

from application.payments.banking import BankingService
from application.payments.batches import PaymentBatches
from application.payments.cases import PaymentCases
from application.payments.obligations import Obligations
from application.payments.use_cases import Payments, Simulations
from application.shared.commands import Commands
from application.shared.proposals import Proposing
from infrastructure.payments.batch_files import PostgresBatchFiles
from infrastructure.payments.sepa_file import SepaFileBank, SepaFileWriter
from infrastructure.payments.settings import NEVER, PaymentSettings
from infrastructure.payments.simulated import SimulatedBank


def build_payments(
    settings: PaymentSettings, url: str, commands: Commands, proposing: Proposing
) -> tuple[Payments, PaymentBatches, PaymentCases, Simulations, Obligations]:
    """The use cases over the rail of these settings; nothing is connected yet."""
    simulator: SimulatedBank | None = None
    bank: BankingService
    if settings.rail == SimulatedBank.rail:
        after_s = None if settings.settle_after_s == NEVER else settings.settle_after_s
        bank = simulator = SimulatedBank(url, settle_after_s=after_s)
    else:
        bank = SepaFileBank()
    payments = Payments(commands, bank, timedelta(days=settings.watch_days))
    files = PostgresBatchFiles(url)
    batches = PaymentBatches(commands, bank, SepaFileWriter(settings.pain_version), files)
    simulations = Simulations(payments, simulator)
    obligations = Obligations(commands, proposing)
    return payments, batches, PaymentCases(commands), simulations, obligations
