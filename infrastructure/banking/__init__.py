"""Payment rails: the adapters behind `application.banking.BankingService`."""

from infrastructure.banking.batch_files import PostgresBatchFiles
from infrastructure.banking.sepa_file import SepaFileBank
from infrastructure.banking.simulated import Disturbance, SimulatedBank

__all__ = ["Disturbance", "PostgresBatchFiles", "SepaFileBank", "SimulatedBank"]
