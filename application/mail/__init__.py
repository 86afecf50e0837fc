"""Mail: letters written from templates, handed to a mail server, and what became of them as facts.

Rules upheld here:
- a reaction has one message with one `Message-ID`, which every repetition bears: whoever gets it twice knows it;
- what a letter says follows from the log as it was at the event that led to it, so a repetition says the same;
- that a message is out is recorded once; a message of which that is known is not sent again;
- a refusal and a return are facts too, and show on the reaction.
"""

from application.mail.administrators import BankAdministrators
from application.mail.claims import (
    mail_administrator,
    mail_claim_approved,
    mail_claim_denied,
    mail_claim_waiting,
)
from application.mail.ports import Letter, Letters, Mailer, Message, RefusedByServer
from application.mail.returns import show_bounce
from application.mail.use_cases import MAILS, Bounced, Mail, message_id_of

__all__ = [
    "MAILS",
    "BankAdministrators",
    "Bounced",
    "Letter",
    "Letters",
    "Mail",
    "Mailer",
    "Message",
    "RefusedByServer",
    "mail_administrator",
    "mail_claim_approved",
    "mail_claim_denied",
    "mail_claim_waiting",
    "message_id_of",
    "show_bounce",
]
