"""A room where letters are written: what is due at a firm is performed in turn, and goes to a mail server."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from application.policies import POLICIES
from application.shared.ports import Clock
from application.shared.reactions.attempts import Done
from application.shared.reactions.handling import handlers
from infrastructure.mail.settings import MailSettings
from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from tests.mail_servers import AwkwardMailServer
from tests.reacting import NOWHERE, Hands, Rig, make_due, reactions


class Steered(Clock):
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 10, 3, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class MailRoom:
    """What is due at a firm, performed in turn, with letters to a server."""

    def __init__(
        self, database_url: str, folder: Path, server: AwkwardMailServer, digest_above: int = 10
    ) -> None:
        self.clock = Steered()
        self._database_url = database_url
        mail = MailSettings(
            smtp_url=server.url, public_url="https://daybook.example", digest_above=digest_above
        )
        self._rig = Rig(database_url, handlers(), folder, mail, clock=self.clock)

    def plan(self, log: PostgresEventLog) -> None:
        """Plan what the log asks for."""
        Reactor(POLICIES, self._database_url, log, JobQueue(NOWHERE)).catch_up()

    def waiting(self, kind: str) -> list[UUID]:
        """The reactions of a kind that are not done."""
        return [row.uid for row in reactions(self._database_url, kind) if row.state == "pending"]

    def perform(self, kind: str) -> None:
        """One attempt at every reaction of a kind that waits, due or not."""
        make_due(self._database_url)

        async def each(hands: Hands) -> None:
            outcomes = await hands.perform_all(kind)
            assert {type(outcome) for outcome in outcomes} == {Done}

        self._rig.use(each)

    def use(self) -> Rig:
        """The worker itself."""
        return self._rig
