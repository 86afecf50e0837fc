"""What several of these tests stand on, and from which number and for how long the campaign is drawn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.shared.event_log.log import PostgresEventLog
from tests.mail_servers import AwkwardMailServer, a_mail_server
from tests.reacting import Firm


@pytest.fixture
def firm(log: PostgresEventLog) -> Firm:
    """A firm whose claims are mailed about and paid."""
    return Firm(log)


@pytest.fixture
def mail() -> Iterator[AwkwardMailServer]:
    """A mail server of a test's own."""
    with a_mail_server() as running:
        yield running


@pytest.fixture
def settings(
    database_url: str, redis_url: str, mail: AwkwardMailServer, tmp_path: Path
) -> dict[str, str]:
    """Settings of processes that send letters to `mail` and have payments settled at once."""
    return {
        "DAYBOOK_HOME": str(tmp_path),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DAYBOOK_SMTP_URL": mail.url,
        "DAYBOOK_SETTLE_AFTER_S": "0",
    }


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The number that was given for all that is drawn, 1 without one."""
    return int(request.config.getoption("--hypothesis-seed") or 1)


@pytest.fixture(scope="session")
def hours(request: pytest.FixtureRequest) -> float:
    """For how many hours faults go on, once each of them was done."""
    return float(request.config.getoption("--hours"))
