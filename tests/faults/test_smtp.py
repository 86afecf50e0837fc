"""Connections to a mail server: used again, few at a time, and made anew where the server has closed them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

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


def message(number: int) -> Message:
    return Message(message_id=f"<{number}@daybook.example>", recipient="a@b.example", letter=LETTER)


def use(server: AwkwardMailServer, story: Callable[[SmtpMailer], Awaitable[None]]) -> None:
    """Tell a story of a mailer to this server, in a loop of its own."""

    async def told() -> None:
        mailer = SmtpMailer(mail_server(server.url), "daybook@daybook.example", SystemClock())
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
