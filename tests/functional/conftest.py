"""One running Daybook per module of tests, on a database of its own."""

from collections.abc import Iterator

import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.sites import Site, a_site


@pytest.fixture(scope="module")
def site(
    postgres: PostgresServer,
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Site]:
    """One Daybook for the tests of a module; they must not rely on what else is in its book.

    The module's `SETTINGS`, if it has any, go beside the usual ones.
    """
    settings = getattr(request.module, "SETTINGS", {})
    with a_site(postgres, valkey, tmp_path_factory.mktemp("site"), **settings) as running:
        yield running
