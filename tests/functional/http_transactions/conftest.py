"""One running Daybook for all tests of transactions over HTTP."""

from collections.abc import Iterator

import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.sites import Site, a_site
from tests.transacting import USERS


@pytest.fixture(scope="package")
def site(
    postgres: PostgresServer, valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One Daybook for all of them."""
    with a_site(postgres, valkey, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def user() -> int:
    """A user whom no other test knows."""
    return USERS.randrange(1_000, 2**31)
