"""The table of handlers: which function carries out which kind of reaction."""

from collections.abc import Mapping

from application.mail.claims import (
    mail_administrator,
    mail_claim_approved,
    mail_claim_denied,
    mail_claim_waiting,
)
from application.mail.returns import show_bounce
from application.payments.reactions import PAYMENT_HANDLERS
from application.shared.reactions.ports import Handler

HANDLERS: Mapping[str, Handler] = {
    "mail_claim_waiting": mail_claim_waiting,
    "mail_administrator": mail_administrator,
    "mail_claim_approved": mail_claim_approved,
    "mail_claim_denied": mail_claim_denied,
    "show_bounce": show_bounce,
    **PAYMENT_HANDLERS,
}
"""The handlers by kind. A context adds the kinds of its own; a test sees that every kind a policy plans is here."""
