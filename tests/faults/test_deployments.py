"""An upgrade forwards, back and forwards again under load: everything is answered, every reaction done once."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest

from domain.shared.events import CODE
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.migrations import migrate
from projections.expenses import EXPENSES
from tests.branches import Branch, fresh
from tests.processes import daybook, wait_until
from tests.releases import NEWER, Deployment

BESIDE = f"read_v{EXPENSES.version + 1}"


class Work:
    """People at work: one spends and looks at the list, one claims what another approves."""

    def __init__(self, site: Deployment) -> None:
        self.site = site
        bank = Branch(site)
        self._mira, self._ruth = bank.member(), bank.administrator()
        self.spent: list[str] = []
        self.approved: list[str] = []
        self.trouble: list[str] = []
        self._enough = Event()
        rounds = (self._spend, self._claim)
        self._threads = [Thread(target=self._kept, args=(each,), daemon=True) for each in rounds]
        for thread in self._threads:
            thread.start()

    def _kept(self, work: Callable[[], None]) -> None:
        try:
            while not self._enough.wait(0.25):  # what a small office does
                work()
        except Exception as error:  # noqa: BLE001 - told where the test can see it
            self.trouble.append(f"{type(error).__name__}: {error}")

    def _spend(self) -> None:
        answer = self.site.record(project_name=uuid4().hex)
        assert answer.status_code == 201, answer.text
        self.spent.append(answer.json()["uid"])
        listed = self.site.http.get("/expenses?limit=1&count=exact")
        assert listed.status_code == 200, listed.text

    def _claim(self) -> None:
        claim = self._mira.claimed(amount=fresh())
        answer = self._ruth.decides(claim, "approve", acknowledge_duplicates=True)
        assert answer.status_code == 200, answer.text
        self.approved.append(claim["uid"])

    def goes_on(self) -> None:
        """Wait until everybody has done some more."""
        spent, approved = len(self.spent) + 5, len(self.approved) + 2
        wait_until(
            lambda: self.trouble or (len(self.spent) >= spent and len(self.approved) >= approved),
            "more work",
        )
        assert self.trouble == []

    def is_paid(self) -> bool:
        """Whether the money of every claim has arrived."""
        for claim in self.approved:
            told = self._ruth.http.get(f"/reimbursements/{claim}").json()
            if told.get("payment_status") != "settled":
                return False
        return True

    def end(self) -> None:
        """Let everybody finish."""
        self._enough.set()
        for thread in self._threads:
            thread.join(60)


@pytest.fixture
def deployment(database_url: str, valkey: ValkeyServer, tmp_path: Path) -> Iterator[Deployment]:
    """The older release at work, with a mailbox."""
    migrate(database_url)  # a copy of a database has not the same privileges
    with closing(Deployment(database_url, valkey.url(), tmp_path)) as made:
        made.old.start("mailbox", "projector", "api", "worker")
        wait_until(made.is_ready, "the older release")
        wait_until(made.has_begun, "what a book begins with")
        yield made


@pytest.mark.timeout(1_500)  # thirty processes start one after the other, on whatever machine
def test_an_upgrade_forwards_and_back_answers_everything_and_does_all_once(
    deployment: Deployment, database_url: str
) -> None:
    old, new, balancer = deployment.old, deployment.new, deployment.balancer
    work = Work(deployment)
    work.goes_on()
    for release in (new, old):
        deployment.go_to(release)
        work.goes_on()
    deployment.go_to(new, leave=("projector",))
    work.goes_on()
    for release in (old, new):
        assert "says what the log says" in release.says("projections", "verify", "expenses")
    assert one(database_url, "SELECT code FROM daybook.fence") == CODE, "both could append by now"
    assert "version_in_use" not in refused_to_retire(deployment)
    old.stop("projector")

    reason = {"reason": "It was another's."}
    voided = deployment.http.post(f"/expenses/{work.spent[0]}/void", json=reason)
    assert voided.status_code == 200, voided.text
    assert one(database_url, "SELECT code FROM daybook.fence") == NEWER
    work.goes_on()
    wait_until(partial(is_retired, deployment), "the older version to be retired")
    work.goes_on()
    work.end()
    assert work.trouble == balancer.failed == []

    wait_until(work.is_paid, "all money")
    new.says("projections", "verify")
    new.says("reactions", "verify")
    assert one(database_url, "SELECT count(*) FROM simbank.transfers") == len(work.approved)
    assert one(database_url, "SELECT count(*) FROM daybook.mailbox WHERE deliveries > 1") == 0
    assert one(database_url, f"SELECT to_regnamespace('{BESIDE}')") is None
    table = "SELECT count(*) FROM read.expenses WHERE source = 'manual'"
    assert one(database_url, table) == len(work.spent)
    print(  # noqa: T201
        f"{balancer.answered} requests, {len(work.approved)} claims, {len(balancer.resent)} sent again:",
        *balancer.resent,
        sep="\n",
        file=sys.stderr,
    )


def refused_to_retire(deployment: Deployment) -> str:
    """What `retire` says while somebody follows the older version."""
    done = daybook(
        "projections", "retire", settings=deployment.new.settings, tree=deployment.new.tree
    )
    assert done.returncode == 1, done.stdout
    assert f"a projector follows the log for expenses version {EXPENSES.version}" in done.stderr
    return done.stderr


def is_retired(deployment: Deployment) -> bool:
    """Whether the older version could be removed: its projector is missed for a while."""
    done = daybook(
        "projections", "retire", settings=deployment.new.settings, tree=deployment.new.tree
    )
    return done.returncode == 0


def one(database_url: str, query: str) -> object:
    """The one value that a query answers."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
