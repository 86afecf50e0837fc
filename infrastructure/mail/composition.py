"""Mail as these settings want it."""

from email.utils import parseaddr

from application.mail.ports import Mailer
from application.mail.use_cases import Mail
from application.shared.commands import Commands
from infrastructure.mail.addresses import mail_server
from infrastructure.mail.settings import MailSettings, shows_mailbox
from infrastructure.mail.smtp import SmtpMailer, UnsetMailer
from infrastructure.mail.templates import TemplateLetters
from infrastructure.shared.settings import Settings


def build_mail(settings: Settings, commands: Commands) -> Mail:
    """The use cases of mail over the server of these settings; nothing is connected yet."""
    given = settings.of(MailSettings)
    domain = parseaddr(given.mail_from)[1].rpartition("@")[2]
    mailer: Mailer = UnsetMailer()
    if given.smtp_url is not None:
        mailer = SmtpMailer(mail_server(given.smtp_url), given.mail_from, commands.clock)
    letters = TemplateLetters(given.public_url or settings.base_url)
    return Mail(
        commands,
        letters,
        mailer,
        domain,
        digest_above=given.digest_above,
        shows_mailbox=shows_mailbox(settings),
    )
