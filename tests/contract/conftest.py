"""The demo people in a running Daybook, and what they did: all of the Postman collection."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.contract.tools import tool
from tests.demo import with_demo
from tests.processes import ROOT
from tests.sites import Site, a_site

COLLECTION = ROOT / "docs/daybook.postman_collection.json"


@pytest.fixture(scope="session")
def demo(
    postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A Daybook with the demo people, which settles payments late enough to let one fail."""
    folder = tmp_path_factory.mktemp("site")
    with a_site(postgres, valkey, folder, DAYBOOK_SETTLE_AFTER_S="10") as running:
        yield with_demo(running)


@pytest.fixture(scope="session")
def send(demo: Site, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], dict[str, Any]]:
    """Lets newman send the collection, and answers what it told of the run."""

    def run() -> dict[str, Any]:
        told: Path = tmp_path_factory.mktemp("newman") / "told.json"
        ran = tool(
            *("newman", "run", COLLECTION, "--env-var", f"base_url={demo.url}"),
            *("--reporters", "json", "--reporter-json-export", told),
        )
        assert told.exists(), ran.stdout + ran.stderr
        found: dict[str, Any] = msgspec.json.decode(told.read_bytes())["run"]
        return found

    return run


@pytest.fixture(scope="session")
def sent(send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What newman told when it sent the collection for the first time."""
    return send()
