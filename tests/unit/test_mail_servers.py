"""How a mail server is named: every form, and what is none."""

from pathlib import Path

import pytest

from domain.shared.errors import Malformed
from infrastructure.mail.addresses import MailServer, ReportDoor, mail_server, report_door
from infrastructure.mail.settings import MailSettings, shows_mailbox
from infrastructure.shared.settings import read_settings

CREDENTIALS = {"username": "us@er", "password": "p/w"}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer(host="mail.example", port=25)),
        ("smtp://[::1]:2525", MailServer(host="::1", port=2525)),
        ("smtp://a.example:587?tls=starttls", MailServer(host="a.example", port=587, starttls=True)),
        ("smtp://a.example?tls=none", MailServer(host="a.example", port=25, starttls=False)),
        (
            "smtp://us%40er:p%2Fw@a.example:587",
            MailServer(host="a.example", port=587, starttls=True, **CREDENTIALS),
        ),
        (
            "smtps://us%40er:p%2Fw@a.example",
            MailServer(host="a.example", port=465, tls=True, starttls=False, **CREDENTIALS),
        ),
        ("sink:///run/a%20b/smtp.sock", MailServer(socket="/run/a b/smtp.sock")),
    ],
)  # fmt: skip
def test_an_address_names_a_server(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example/path",
        "smtp://mail.example?tls=maybe",
        "smtp://mail.example?tsl=none",
        "smtps://mail.example?tls=none",
        "smtp://[::1",
        "smtp://mail example",
        "sink://host/smtp.sock",
        "sink:smtp.sock",
    ],
)
def test_what_is_no_address_is_an_error(url: str) -> None:
    with pytest.raises(ValueError, match="an address such as smtp://"):
        mail_server(url)


def test_an_error_repeats_no_password() -> None:
    with pytest.raises(Malformed) as caught:
        read_settings({"DAYBOOK_SMTP_URL": "smtp://user:secret@mail.example?tls=maybe"})
    assert "secret" not in caught.value.detail
    assert "DAYBOOK_SMTP_URL" in caught.value.detail


@pytest.mark.parametrize("sender", ["daybook@firm.example", "Day Book <daybook@firm.example>"])
def test_a_sender_is_an_address(sender: str) -> None:
    assert read_settings({"DAYBOOK_MAIL_FROM": sender}).of(MailSettings).mail_from == sender


@pytest.mark.parametrize("sender", ["daybook", "@firm.example", "a@b\nBcc: c@d", "a@b c"])
def test_what_is_no_sender_is_an_error(sender: str) -> None:
    with pytest.raises(Malformed, match="DAYBOOK_MAIL_FROM"):
        read_settings({"DAYBOOK_MAIL_FROM": sender})


def test_the_mailbox_is_shown_only_on_this_machine() -> None:
    sink = {"DAYBOOK_SMTP_URL": "sink:///run/smtp.sock"}
    assert shows_mailbox(read_settings(sink))
    assert not shows_mailbox(read_settings(sink | {"DAYBOOK_HOST": "0.0.0.0"}))  # noqa: S104 - listening everywhere
    assert not shows_mailbox(read_settings({"DAYBOOK_SMTP_URL": "smtp://mail.example"}))
    assert not shows_mailbox(read_settings({}))


@pytest.mark.parametrize(
    ("url", "door"),
    [
        ("lmtp://127.0.0.1:2424", ReportDoor(is_lmtp=True, port=2424)),
        ("lmtp://:2424", ReportDoor(is_lmtp=True, host="127.0.0.1", port=2424)),
        ("smtp://[::1]:2525", ReportDoor(is_lmtp=False, host="::1", port=2525)),
        ("smtp://0.0.0.0:2525", ReportDoor(is_lmtp=False, host="0.0.0.0", port=2525)),  # noqa: S104 - if it is said so
        ("lmtp:///run/a%20b.sock", ReportDoor(is_lmtp=True, socket="/run/a b.sock")),
    ],
)
def test_an_address_names_a_door(url: str, door: ReportDoor) -> None:
    assert report_door(url) == door
    settings = read_settings({"DAYBOOK_BOUNCES_DOOR": url}).of(MailSettings)
    assert settings.bounces_door == url
    assert settings.hears_bounces


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:2424", "http://:1", "lmtp://", "lmtp://127.0.0.1", "smtp://:0", "smtp://a@b:25",
     "lmtp://:1/path", "lmtp://:1?a=b", "lmtp://:99999", "lmtp://[::1:2424", "lmtp:run/a.sock"],
)  # fmt: skip
def test_what_is_no_door_is_an_error(url: str) -> None:
    with pytest.raises(Malformed, match="DAYBOOK_BOUNCES_DOOR"):
        read_settings({"DAYBOOK_BOUNCES_DOOR": url})


def test_a_folder_for_reports_is_a_maildir(tmp_path: Path) -> None:
    folder = {"DAYBOOK_BOUNCES_FOLDER": str(tmp_path)}
    with pytest.raises(Malformed, match="DAYBOOK_BOUNCES_FOLDER"):
        read_settings(folder)
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    assert read_settings(folder).of(MailSettings).hears_bounces
    assert not read_settings({}).of(MailSettings).hears_bounces
    with pytest.raises(Malformed, match="DAYBOOK_BOUNCES_FOLDER"):
        read_settings({"DAYBOOK_BOUNCES_FOLDER": "/srv/\0"})
