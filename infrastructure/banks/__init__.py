"""Account numbers by country, as the registry of IBANs knows them."""

from infrastructure.banks.ibans import SchwiftyIbans

__all__ = ["SchwiftyIbans"]
