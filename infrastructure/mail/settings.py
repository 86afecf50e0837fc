"""Where mail goes and whom it is from, as the installation sets it."""

from email.utils import parseaddr
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from infrastructure.mail.addresses import mail_server, report_door
from infrastructure.shared.forms import host_like, whole_number
from infrastructure.shared.settings import Setting, Settings, SettingsGroup


def _read_smtp_url(text: str) -> str:
    mail_server(text)
    return text


def _read_mail_from(text: str) -> str:
    address = parseaddr(text)[1]
    name, _, domain = address.rpartition("@")
    is_whole = text == address or text.endswith(f"<{address}>")
    if not (name and domain and is_whole and text.isprintable() and host_like(domain)):
        raise ValueError(
            "an address such as daybook@firm.example or Daybook <daybook@firm.example>"
        )
    return text


def _read_public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an address such as https://daybook.firm.example")
    return text.rstrip("/")


def _read_folder(text: str) -> Path:
    folder = Path(text).expanduser().absolute() if "\0" not in text else Path()
    if not all((folder / name).is_dir() for name in ("new", "cur")):
        raise ValueError("the path of a Maildir, with the folders new and cur")
    return folder


def _read_door(text: str) -> str:
    report_door(text)
    return text


class MailSettings(SettingsGroup, frozen=True, kw_only=True):
    """The server and the sender; without a server, mail goes to the sink that `daybook up` starts."""

    smtp_url: Annotated[
        str | None,
        Setting(
            "DAYBOOK_SMTP_URL",
            _read_smtp_url,
            "the mail server: `smtp://user:password@host:587?tls=starttls`, `smtps://…`",
            "the sink of `daybook up`",
            is_secret=True,
        ),
    ] = None
    mail_from: Annotated[
        str,
        Setting(
            "DAYBOOK_MAIL_FROM",
            _read_mail_from,
            "whom mail is from, an address or `Name <address>`",
            "`Daybook <daybook@daybook.example>`",
        ),
    ] = "Daybook <daybook@daybook.example>"
    public_url: Annotated[
        str | None,
        Setting(
            "DAYBOOK_PUBLIC_URL",
            _read_public_url,
            "where people reach Daybook with a browser: links in letters, and sign-in pages, are there",
            "where HTTP is served",
        ),
    ] = None
    digest_above: Annotated[
        int,
        Setting(
            "DAYBOOK_DIGEST_ABOVE",
            whole_number(0, 1_000),
            "how many letters about single claims that wait an administrator gets in ten minutes; further claims share "
            "one letter",
            "10",
        ),
    ] = 10

    bounces_folder: Annotated[
        Path | None,
        Setting(
            "DAYBOOK_BOUNCES_FOLDER",
            _read_folder,
            "a Maildir that a mail server puts delivery reports into: `daybook bounces` reads it",
            "none",
        ),
    ] = None
    bounces_door: Annotated[
        str | None,
        Setting(
            "DAYBOOK_BOUNCES_DOOR",
            _read_door,
            "where `daybook bounces` takes delivery reports itself: `lmtp://127.0.0.1:2424`, `smtp://…`, "
            "`lmtp:///run/daybook/bounces.sock`",
            "none",
        ),
    ] = None

    @property
    def hears_bounces(self) -> bool:
        """Whether delivery reports are taken anywhere."""
        return bool(self.bounces_folder or self.bounces_door)

    @property
    def is_kept(self) -> bool:
        """Whether mail goes to the sink, which keeps it."""
        return (self.smtp_url or "").startswith("sink:")


def shows_mailbox(settings: Settings) -> bool:
    """Whether `/mailbox` answers: mail goes to the sink, and nobody but this machine can look."""
    return settings.of(MailSettings).is_kept and settings.is_loopback


def public_url(settings: Settings) -> str:
    """Where people reach Daybook with a browser, without a slash at the end."""
    return settings.of(MailSettings).public_url or settings.base_url


SETTINGS = (MailSettings,)
