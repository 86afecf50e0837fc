"""Payments: ordering them, handing them to a rail, recording what became of them; batches for rails that take files.

Rules upheld here:
- what is needed of a claim, an account or a bank is read from their streams, so it is what holds now;
- before an order is handed over, the rail is asked whether it has it: no answer is ever taken for a refusal.
"""

from application.payments.batches import PaymentBatches
from application.payments.deciders import BATCHES, PAYMENTS
from application.payments.reactions import PAYMENT_HANDLERS
from application.payments.use_cases import Payments, ReportedByRail, Simulations

__all__ = [
    "BATCHES",
    "PAYMENTS",
    "PAYMENT_HANDLERS",
    "PaymentBatches",
    "Payments",
    "ReportedByRail",
    "Simulations",
]
