"""Mail that came back, heard of from a folder or at a door: once, only of mail that was sent, whatever else comes."""

import asyncio
import os
import smtplib
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.mail.use_cases import Mail
from domain.shared.errors import Malformed, Unavailable
from infrastructure.bootstrap import build
from infrastructure.mail.addresses import ReportDoor
from infrastructure.mail.desk import ReportDesk, ReportFolder
from infrastructure.mail.door import (
    CONNECTIONS_MAX,
    MESSAGE_BYTES_MAX,
    REPORTS_PER_MINUTE_MAX,
    Porter,
    open_door,
)
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.settings import Settings
from tests.facts import eventually
from tests.mail_rooms import MailRoom
from tests.mail_servers import AwkwardMailServer, a_mail_server
from tests.reacting import NOWHERE, Firm, names_in, reactions
from tests.reports import KINDS, a_report
from tests.sites import process


@pytest.fixture
def server() -> Iterator[AwkwardMailServer]:
    with a_mail_server() as running:
        yield running


class Returns:
    """A letter that was sent, and a desk that hears of its return."""

    def __init__(
        self, url: str, log: PostgresEventLog, folder: Path, server: AwkwardMailServer
    ) -> None:
        self._url, self._log = url, log
        self._folder = folder
        Firm(log).submit()
        self._room = MailRoom(url, folder, server)
        self._room.plan(log)
        self._room.perform("mail_claim_received")
        ((_, mail),) = server.taken
        self.message_id = str(mail["Message-ID"])

    def use(self, story: Callable[[ReportDesk], Awaitable[None]]) -> None:
        """Tell a story of a desk, in a loop of its own."""

        async def told() -> None:
            settings = Settings(home=self._folder, database_url=self._url, redis_url=NOWHERE)
            services = build(settings)
            try:
                await story(ReportDesk(services.of(Mail)))
            finally:
                await services.aclose()
                services.close()

        asyncio.run(told())

    def at_the_door(
        self, story: Callable[[int], None], *, is_lmtp: bool = True, patience_s: float = 30.0
    ) -> Porter:
        """Tell a story of the port of a door; answers who kept it."""
        kept = []

        async def told(desk: ReportDesk) -> None:
            porter = Porter(desk, patience_s=patience_s)
            kept.append(porter)
            async with open_door(ReportDoor(is_lmtp=is_lmtp), porter) as port:
                await asyncio.to_thread(story, port)

        self.use(told)
        return kept[0]

    @property
    def bounces(self) -> int:
        """How many are in the log."""
        return names_in(self._log).count("mail.bounced.v1")

    def shown(self) -> str | None:
        """What the reaction of the letter tells once the bounce was shown on it."""
        self._room.plan(self._log)
        self._room.perform("show_bounce")
        return reactions(self._url, "mail_claim_received")[0].last_error


@pytest.fixture
def returns(
    database_url: str, log: PostgresEventLog, tmp_path: Path, server: AwkwardMailServer
) -> Returns:
    return Returns(database_url, log, tmp_path, server)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    return tmp_path / "bounces"


def looked(returns: Returns, maildir: Path) -> None:
    returns.use(lambda desk: ReportFolder(maildir, desk).look())


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_in_the_folder_shows_on_the_reaction(
    returns: Returns, maildir: Path, kind: str
) -> None:
    (maildir / "new" / "1").write_bytes(a_report(returns.message_id, kind=kind))
    looked(returns, maildir)
    assert (returns.shown() or "").startswith("the message came back: 5")
    assert [path.name for path in (maildir / "cur").iterdir()] == ["1:2,S"]
    assert not [*(maildir / "new").iterdir()]


def test_a_report_that_comes_again_or_half_way_changes_nothing(
    returns: Returns, maildir: Path
) -> None:
    for number in range(3):
        (maildir / "new" / str(number)).write_bytes(a_report(returns.message_id))
    looked(returns, maildir)
    for path in (maildir / "cur").iterdir():  # as if its reader had died before it moved them
        path.rename(maildir / "new" / path.name.partition(":")[0])
    looked(returns, maildir)
    assert returns.bounces == 1
    assert len([*(maildir / "cur").iterdir()]) == 3


def test_what_else_lies_in_the_folder_harms_nobody(returns: Returns, maildir: Path) -> None:
    new = maildir / "new"
    (new / "a").write_bytes(b"")
    (new / "b").write_bytes(os.urandom(100_000))
    (new / "c").write_bytes(a_report(f"<{uuid4().hex}@daybook.example>"))
    (new / "d").write_bytes(a_report(returns.message_id.replace("@", "@elsewhere.")))
    (new / "e").write_bytes(a_report(returns.message_id, action="delayed"))
    os.mkfifo(new / "f")
    (new / "g").mkdir()
    (maildir / "secret").write_bytes(a_report(returns.message_id))
    (new / "h").symlink_to(maildir / "secret")
    looked(returns, maildir)
    assert returns.bounces == 0
    assert sorted(path.name for path in new.iterdir()) == ["f", "g", "h"]
    (new / "z").write_bytes(a_report(returns.message_id))
    looked(returns, maildir)
    assert returns.bounces == 1


def test_a_report_stays_until_it_can_be_noted(
    returns: Returns, maildir: Path, tmp_path: Path
) -> None:
    (maildir / "new" / "1").write_bytes(a_report(returns.message_id))

    async def without_a_log() -> None:
        settings = Settings(
            home=tmp_path, database_url="postgresql://127.0.0.1:1/x", redis_url=NOWHERE
        )
        services = build(settings)
        with pytest.raises(Unavailable):
            await ReportFolder(maildir, ReportDesk(services.of(Mail))).look()
        await services.aclose()

    asyncio.run(without_a_log())
    assert [path.name for path in (maildir / "new").iterdir()] == ["1"]
    looked(returns, maildir)
    assert returns.bounces == 1


def test_a_folder_that_is_no_maildir_is_told(returns: Returns, tmp_path: Path) -> None:
    async def story(desk: ReportDesk) -> None:
        with pytest.raises(Malformed, match="DAYBOOK_BOUNCES_FOLDER"):
            ReportFolder(tmp_path / "nothing", desk)

    returns.use(story)


def a_client(port: int, *, is_lmtp: bool) -> smtplib.SMTP:
    return smtplib.LMTP("127.0.0.1", port) if is_lmtp else smtplib.SMTP("127.0.0.1", port)


def hand_in(client: smtplib.SMTP, raw: bytes) -> int:
    """What the door answers to a message."""
    try:
        client.sendmail("", ["daybook@daybook.example"], raw)
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as answer:
        return answer.smtp_code
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, _),) = refused.recipients.values()
        return code
    return 250


@pytest.mark.parametrize("is_lmtp", [True, False])
def test_a_report_at_the_door_shows_on_the_reaction(returns: Returns, is_lmtp: bool) -> None:
    others = {
        f"<{UUID(int=7).hex}@daybook.example>": 550,
        returns.message_id.replace("@", "@elsewhere."): 550,
    }

    def story(port: int) -> None:
        with a_client(port, is_lmtp=is_lmtp) as client:
            for message_id, code in others.items():
                assert hand_in(client, a_report(message_id)) == code
            assert hand_in(client, b"Subject: Out of office\r\n\r\nI am away.\r\n") == 550
            assert hand_in(client, a_report(returns.message_id, action="delayed")) == 250
            assert returns.bounces == 0
            assert hand_in(client, a_report(returns.message_id)) == 250
            assert hand_in(client, a_report(returns.message_id)) == 250

    returns.at_the_door(story, is_lmtp=is_lmtp)
    assert returns.bounces == 1
    assert (returns.shown() or "").startswith("the message came back: 550 5.1.1")


def test_a_message_is_for_one_recipient(returns: Returns) -> None:
    def story(port: int) -> None:
        with a_client(port, is_lmtp=True) as client:
            client.ehlo_or_helo_if_needed()
            client.mail("")
            assert client.rcpt("a@daybook.example")[0] == 250
            assert client.rcpt("b@daybook.example")[0] == 452

    returns.at_the_door(story)


def test_too_much_is_refused_and_the_door_stays_open(returns: Returns) -> None:
    def story(port: int) -> None:
        with a_client(port, is_lmtp=True) as client:
            assert (
                hand_in(client, b"x" * 990 + b"\r\n" + b"y\r\n" * (MESSAGE_BYTES_MAX // 3)) == 552
            )
        with a_client(port, is_lmtp=True) as client:
            client.ehlo_or_helo_if_needed()
            client.mail("")
            client.rcpt("a@daybook.example")
            client.docmd("DATA")
            assert client.sock is not None
            with pytest.raises(OSError, match=r"[Pp]ipe|reset"):
                client.sock.sendall(b"x" * 20 * MESSAGE_BYTES_MAX)  # a line that never ends
            client.close()
        with a_client(port, is_lmtp=True) as client:
            assert hand_in(client, a_report(returns.message_id)) == 250

    returns.at_the_door(story)
    assert returns.bounces == 1


def test_too_many_are_asked_to_come_back(returns: Returns) -> None:
    codes: list[int] = []

    def story(port: int) -> None:
        while 451 not in codes:
            with a_client(port, is_lmtp=True) as client:
                codes.extend(hand_in(client, b"Subject: x\r\n\r\nx\r\n") for _ in range(200))

    returns.at_the_door(story)
    assert set(codes) == {550, 451}
    assert codes.index(451) >= REPORTS_PER_MINUTE_MAX


def test_conversations_are_few_at_a_time_and_who_says_nothing_is_shown_out(
    returns: Returns,
) -> None:
    def story(port: int) -> None:
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS_MAX)]
        for one in silent:
            assert one.recv(100)
        with socket.create_connection(("127.0.0.1", port)) as late, suppress(ConnectionError):
            late.settimeout(60)
            while late.recv(100):
                pass
        for one in silent:
            one.settimeout(60)
            while one.recv(100):
                pass
            one.close()
        with a_client(port, is_lmtp=True) as client:
            assert hand_in(client, a_report(returns.message_id)) == 250

    porter = returns.at_the_door(story, patience_s=2.0)
    assert porter.held <= 1
    assert returns.bounces == 1


def test_the_process_hears_of_what_came_back_both_ways(
    returns: Returns, database_url: str, redis_url: str, maildir: Path, tmp_path: Path
) -> None:
    door = tmp_path / "door.sock"
    settings = {
        "DAYBOOK_HOME": str(tmp_path),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DAYBOOK_BOUNCES_FOLDER": str(maildir),
        "DAYBOOK_BOUNCES_DOOR": f"lmtp://{door}",
    }
    with process("bounces", settings, tmp_path / "output.txt"):
        (maildir / "new" / "1").write_bytes(a_report(f"<{uuid4().hex}@daybook.example>"))
        eventually(lambda: [*(maildir / "cur").iterdir()])
        with smtplib.LMTP(str(door)) as client:
            assert hand_in(client, a_report(returns.message_id)) == 250
    assert returns.bounces == 1
    assert not door.exists()
