"""A mail server that refuses, asks to come back, says nothing, breaks off, and recovers: each claim has one message."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from application.mail.ports import Mailer
from application.mail.use_cases import Mail
from application.policies import POLICIES
from application.shared.reactions.attempts import Done, Failed, Outcome, Parked
from application.shared.reactions.handling import handlers
from application.shared.services import Services
from infrastructure.bootstrap import SystemClock, build
from infrastructure.mail.addresses import mail_server
from infrastructure.mail.smtp import SmtpMailer, UnsetMailer
from infrastructure.mail.templates import TemplateLetters
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from infrastructure.shared.reactions.rows import ReactionRows
from infrastructure.shared.reactions.working import ReactionWorker
from infrastructure.shared.settings import Settings
from tests.facts import a_call
from tests.mail_servers import AwkwardMailServer, Mood, a_mail_server
from tests.reacting import (
    MEMBER,
    NOWHERE,
    Firm,
    Hands,
    ReactionRow,
    in_loop,
    make_due,
    names_in,
    reactions,
)


@pytest.fixture
def server() -> Iterator[AwkwardMailServer]:
    with a_mail_server() as running:
        yield running


class Bench:
    """A claim that was denied, and a worker to be told when to look at the letter about it."""

    def __init__(self, database_url: str, folder: Path, server: AwkwardMailServer) -> None:
        self.database_url = database_url
        self.server = server
        self.mailer: Mailer | None = None
        self.patience_s = 30.0
        self._settings = Settings(home=folder, database_url=database_url, redis_url=NOWHERE)
        self.log = build(self._settings).log
        self.firm = Firm(self.log)
        self.claim = self.firm.submit()
        self.firm.deny(self.claim)
        Reactor(POLICIES, database_url, self.log, JobQueue(NOWHERE)).catch_up()

    @property
    def letter(self) -> ReactionRow:
        """The reaction that writes to the member."""
        return reactions(self.database_url, "mail_claim_denied")[0]

    def perform(self, uid: UUID | None = None) -> Outcome | None:
        """One attempt at the letter, due or not."""
        make_due(self.database_url)
        return self.use(lambda hands, _: hands.perform(uid or self.letter.uid))

    def use(self, use: Callable[[Hands, Services], Awaitable[Outcome | None]]) -> Outcome | None:
        """Use a worker of its own."""

        async def used() -> Outcome | None:
            services = build(self._settings)
            mailer = self.mailer or SmtpMailer(
                mail_server(self.server.url),
                "Daybook <daybook@daybook.example>",
                SystemClock(),
                patience_s=self.patience_s,
            )
            letters = TemplateLetters("http://127.0.0.1:8000")
            mail = Mail(services.commands, letters, mailer, "daybook.example", digest_above=10)
            rows = ReactionRows(self.database_url)
            use_cases = {**services.use_cases, Mail: mail}
            replaced = replace(services, use_cases=use_cases)
            worker = ReactionWorker(rows, JobQueue(NOWHERE), handlers(), replaced)
            try:
                return await use(Hands(worker, rows), services)
            finally:
                await mailer.aclose()
                await rows.aclose()
                await services.aclose()

        return in_loop(used)


@pytest.fixture
def bench(database_url: str, tmp_path: Path, server: AwkwardMailServer) -> Iterator[Bench]:
    made = Bench(database_url, tmp_path, server)
    yield made
    made.log.close()  # type: ignore[attr-defined]


def test_a_letter_is_sent_once_and_says_what_happened(bench: Bench) -> None:
    assert isinstance(bench.perform(), Done)
    ((recipient, mail),) = bench.server.taken
    assert recipient == MEMBER
    assert mail["Subject"] == "Your claim of 1,248.20 EUR was denied"
    assert mail["From"] == "Harbour Bank via Daybook <daybook@daybook.example>"
    assert mail["To"] == f"Ines Berg <{MEMBER}>"
    assert mail["List-Id"] == "<claims.daybook.example>"
    assert mail["Message-ID"] == f"<{bench.letter.uid.hex}@daybook.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        assert "No receipt" in part.get_content()
        assert "Train to Kiel" in part.get_content()
    assert bench.letter.state == "done"
    assert names_in(bench.log)[-1] == "mail.sent.v1"


def test_a_reaction_that_comes_twice_sends_once(bench: Bench) -> None:
    async def twice(hands: Hands, _: Services) -> Outcome | None:
        uid = bench.letter.uid
        first = await hands.perform(uid)
        assert isinstance(first, Done)
        return await hands.perform(uid)

    assert bench.use(twice) is None
    assert len(bench.server.taken) == 1


def test_an_attempt_after_the_report_sends_nothing(bench: Bench, database_url: str) -> None:
    """As if the worker had been killed after it reported and before it wrote down that it was done."""
    bench.perform()
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE daybook.reactions SET state = 'pending' WHERE state = 'done'")
    assert isinstance(bench.perform(), Done)
    assert len(bench.server.taken) == 1
    assert names_in(bench.log).count("mail.sent.v1") == 1


@pytest.mark.parametrize("mood", [Mood.REFUSES_RECIPIENT, Mood.REFUSES_CONTENT])
def test_a_refusal_is_recorded_and_waits_for_an_operator(bench: Bench, mood: Mood) -> None:
    bench.server.mood = mood
    assert isinstance(bench.perform(), Parked)
    assert bench.letter.state == "parked"
    assert "the mail server refused it: 55" in (bench.letter.last_error or "")
    assert names_in(bench.log)[-1] == "mail.refused.v1"
    assert bench.perform() is None, "what is parked is not tried again by itself"

    bench.server.mood = Mood.TAKES
    identity = str(bench.letter.uid)

    async def retry(hands: Hands, services: Services) -> Outcome | None:
        status = await services.reactions.retry(identity, "local:operator")
        assert status.state == "pending"
        return await hands.perform(status.uid)

    assert isinstance(bench.use(retry), Done)
    assert len(bench.server.taken) == 1
    assert names_in(bench.log)[-2:] == ["mail.refused.v1", "mail.sent.v1"]


@pytest.mark.parametrize("mood", [Mood.ASKS_TO_COME_BACK, Mood.IS_FULL])
def test_what_is_put_off_is_tried_again_later_and_later(bench: Bench, mood: Mood) -> None:
    bench.server.mood = mood
    outcomes = [bench.perform() for _ in range(3)]
    assert [outcome.after_s for outcome in outcomes if isinstance(outcome, Failed)] == [1, 2, 4]
    assert bench.letter.failures == 3
    assert names_in(bench.log)[-1] == "reimbursement.denied.v1", "nothing is known, so nothing said"
    bench.server.mood = Mood.TAKES
    assert isinstance(bench.perform(), Done)
    assert list(bench.server.deliveries().values()) == [1]


@pytest.mark.parametrize("mood", [Mood.DROPS_AFTER_DATA, Mood.IS_SILENT])
def test_a_message_of_which_nobody_knows_is_sent_again_under_the_same_id(
    bench: Bench, mood: Mood
) -> None:
    bench.server.mood = mood
    bench.patience_s = 0.5 if mood is Mood.IS_SILENT else 30.0
    while not bench.server.taken:  # patience may end before the server has the message
        outcome = bench.perform()
        assert isinstance(outcome, Failed)
        assert "the mail server broke off" in outcome.reason
    bench.server.mood, bench.patience_s = Mood.TAKES, 30.0
    assert isinstance(bench.perform(), Done)
    (deliveries,) = bench.server.deliveries().values()
    assert deliveries >= 2, "one message, taken more than once"
    texts = {mail.get_body(("plain",)).get_content() for _, mail in bench.server.taken}  # type: ignore[union-attr]
    assert len(texts) == 1
    assert names_in(bench.log).count("mail.sent.v1") == 1


def test_a_server_that_is_away_is_waited_for(bench: Bench) -> None:
    port = bench.server.port
    bench.server.port = 1
    assert isinstance(bench.perform(), Failed)
    bench.server.port = port
    assert isinstance(bench.perform(), Done)
    assert len(bench.server.taken) == 1


def test_what_keeps_failing_is_parked_after_twelve_attempts(bench: Bench) -> None:
    bench.server.mood = Mood.ASKS_TO_COME_BACK
    outcomes = [bench.perform() for _ in range(12)]
    assert [type(outcome) for outcome in outcomes] == [Failed] * 11 + [Parked]
    assert bench.letter.state == "parked"
    assert bench.letter.failures == 12


def test_a_bounce_shows_on_the_reaction(bench: Bench) -> None:
    bench.perform()
    message_id = f"<{bench.letter.uid.hex}@daybook.example>"

    async def bounce(_: Hands, services: Services) -> None:
        first = await services.of(Mail).bounced(message_id, "552 mailbox full", a_call())
        again = await services.of(Mail).bounced(message_id, "552 mailbox full", a_call())
        assert (again.version, again.position) == (first.version, first.position)

    bench.use(bounce)
    Reactor(POLICIES, bench.database_url, bench.log, JobQueue(NOWHERE)).catch_up()
    shown = reactions(bench.database_url, "show_bounce")[0]
    assert isinstance(bench.perform(shown.uid), Done)
    assert bench.letter.last_error == "the message came back: 552 mailbox full"


def test_without_a_mail_server_letters_wait(bench: Bench) -> None:
    bench.mailer = UnsetMailer()
    outcome = bench.perform()
    assert isinstance(outcome, Failed)
    assert "DAYBOOK_SMTP_URL" in outcome.reason
