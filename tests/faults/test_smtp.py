"""Connections to a mail server: used again, few at a time, and made anew where the server has closed them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import msgspec
import pytest

from application.mail.ports import Letter, Message, RefusedByServer
from infrastructure.bootstrap import SystemClock
from infrastructure.mail.addresses import mail_server
from infrastructure.mail.smtp import CONNECTIONS_MAX, SmtpMailer
from tests.mail_servers import AwkwardMailServer, Mood, a_mail_server

LETTER = Letter(subject="Lamp oil", text="It burns.\n", html="<p>It burns.</p>")


@pytest.fixture
def server() -> Iterator[AwkwardMailServer]:
    with a_mail_server() as running:
        yield running


def message(number: int, recipient: str = "a@b.example", **more: Any) -> Message:
    message_id = f"<{number}@daybook.example>"
    return Message(message_id=message_id, recipient=recipient, letter=LETTER, **more)


def use(
    server: AwkwardMailServer,
    story: Callable[[SmtpMailer], Awaitable[None]],
    sender: str = "daybook@daybook.example",
) -> None:
    """Tell a story of a mailer to this server, in a loop of its own."""

    async def told() -> None:
        mailer = SmtpMailer(mail_server(server.url), sender, SystemClock())
        try:
            await story(mailer)
        finally:
            await mailer.aclose()

    asyncio.run(told())


def test_messages_one_after_the_other_share_a_connection(server: AwkwardMailServer) -> None:
    async def story(mailer: SmtpMailer) -> None:
        for number in range(5):
            await mailer.send(message(number))

    use(server, story)
    assert len(server.taken) == 5
    assert len(server.greeted) == 1


@pytest.mark.parametrize("mood", [Mood.REFUSES_RECIPIENT, Mood.REFUSES_CONTENT])
def test_a_refused_message_leaves_the_connection_to_the_next(
    server: AwkwardMailServer, mood: Mood
) -> None:
    async def story(mailer: SmtpMailer) -> None:
        server.mood = mood
        with pytest.raises(RefusedByServer):
            await mailer.send(message(1))
        server.mood = Mood.TAKES
        await mailer.send(message(2))

    use(server, story)
    assert [mail["Message-ID"] for _, mail in server.taken] == ["<2@daybook.example>"]
    assert len(server.greeted) == 1


def test_a_connection_that_the_server_closed_costs_no_attempt(server: AwkwardMailServer) -> None:
    async def story(mailer: SmtpMailer) -> None:
        await asyncio.gather(*(mailer.send(message(number)) for number in range(3)))
        server.hang_up()
        await mailer.send(message(3))
        await mailer.send(message(4))

    use(server, story)
    assert len(server.taken) == len(server.deliveries()) == 5
    assert len(server.greeted) <= 4


def test_many_messages_at_once_wait_for_few_connections(server: AwkwardMailServer) -> None:
    async def story(mailer: SmtpMailer) -> None:
        await asyncio.gather(*(mailer.send(message(number)) for number in range(50)))

    use(server, story)
    assert len(server.deliveries()) == len(server.taken) == 50
    assert len(server.greeted) <= CONNECTIONS_MAX


def test_a_connection_ends_before_the_server_has_had_enough(server: AwkwardMailServer) -> None:
    async def story(mailer: SmtpMailer) -> None:
        for number in range(101):
            await mailer.send(message(number))

    use(server, story)
    assert len(server.taken) == 101
    assert len(server.greeted) == 2


def test_a_domain_goes_out_in_ascii(server: AwkwardMailServer) -> None:
    use(server, lambda mailer: mailer.send(message(1, "ines@Bücher.example")))
    ((recipient, mail),) = server.taken
    assert recipient == mail["To"] == "ines@xn--bcher-kva.example"


def test_a_name_in_another_script_takes_a_server_that_knows_it(server: AwkwardMailServer) -> None:
    address = "ζωή@xn--bcher-kva.example"
    use(server, lambda mailer: mailer.send(message(1, address, recipient_name="Ζωή")))
    ((recipient, mail),) = server.taken
    assert recipient == address
    assert mail["To"] == f"Ζωή <{address}>"


def test_a_server_that_does_not_know_other_scripts_refuses_for_good() -> None:
    async def story(mailer: SmtpMailer) -> None:
        with pytest.raises(RefusedByServer, match="SMTPUTF8"):
            await mailer.send(message(1, "ζωή@b.example"))
        await mailer.send(message(2))

    with a_mail_server(takes_utf8=False) as server:
        use(server, story)
    assert [mail["Message-ID"] for _, mail in server.taken] == ["<2@daybook.example>"]
    assert len(server.greeted) == 1


def test_what_is_no_domain_is_refused_and_not_tried_again(server: AwkwardMailServer) -> None:
    async def story(mailer: SmtpMailer) -> None:
        with pytest.raises(RefusedByServer, match="is no domain"):
            await mailer.send(message(1, "ines@☃\u200b.example"))

    use(server, story)
    assert not server.greeted


HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"
}  # fmt: skip
NAMES = [
    "Ζωή",
    "Berg, Ines",
    'Ines "Bo" Falk',
    "ines@evil.example",
    "Ines <x@evil.example>",
    "x" * 160,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name_whatever_is_in_it(server: AwkwardMailServer, name: str) -> None:
    said = {"recipient_name": name, "sender_name": name}
    use(server, lambda mailer: mailer.send(message(1, **said)), "Day Book <d@daybook.example>")
    ((recipient, mail),) = server.taken
    assert recipient == "a@b.example"
    for header, address, shown in (
        ("To", "a@b.example", name),
        ("From", "d@daybook.example", f"{name} via Day Book"),
    ):
        (found,) = mail[header].addresses
        assert (found.addr_spec, found.display_name) == (address, shown)


HOSTILE = [
    "=?utf-8?q?a=0D=0ABcc:_v=40evil.example?=",
    "=?utf-8?q?a=22_=3Ca=40b=3E=0D=0AReply-To:_v=40evil.example?= =?utf-8?q?=0D=0A=0D=0APay?=",
    "=?utf-8?q?=00?=",
    "=?utf-8?q?=E2=80=AEgnihton?=",
    "=?utf-8?b?DQpYLUluajogMQ==?=",
    "a\r\nBcc: v@evil.example",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_looks_encoded_in_a_name_or_a_subject_stays_as_it_is(
    server: AwkwardMailServer, name: str
) -> None:
    letter = Letter(subject=f"{name} claims 5.00 EUR", text="It burns.\n", html="<p>It burns.</p>")
    sent = msgspec.structs.replace(message(1, recipient_name=name, sender_name=name), letter=letter)
    use(server, lambda mailer: mailer.send(sent), "Day Book <d@daybook.example>")
    ((_, mail),), (raw,) = server.taken, server.raw
    assert set(mail.keys()) <= HEADERS
    assert [found.addr_spec for found in mail["To"].addresses] == ["a@b.example"]
    assert [found.addr_spec for found in mail["From"].addresses] == ["d@daybook.example"]
    assert mail.get_body(("plain",)).get_content() == "It burns.\r\n"
    assert b"\0" not in raw
    assert "\u202e" not in mail["Subject"]


def test_ids_stay_whole_however_long_the_domain_is(server: AwkwardMailServer) -> None:
    domain = f"{'daybook-' * 7}x.{'firm-' * 11}x.example"
    ids = {"answers": f"<{'a' * 32}@{domain}>", "list_id": f"claims.{domain}"}
    use(server, lambda mailer: mailer.send(message(1, **ids)))
    (raw,) = server.raw
    for header, told in (
        ("In-Reply-To", "answers"),
        ("References", "answers"),
        ("List-Id", "list_id"),
    ):
        assert f"{header}: <{ids[told].strip('<>')}>\r\n".encode() in raw
