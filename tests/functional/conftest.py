"""A running Daybook on a database of its own: one per module of tests, or one for many."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.paying import PayingBank
from tests.sites import Site, a_site


@pytest.fixture
def bank(site: Site) -> Iterator[PayingBank]:
    """A bank of this test's own whose approved claims are paid."""
    with closing(PayingBank(site)) as made:
        yield made


stranger = bank
"""Another bank."""


@pytest.fixture(scope="module")
def site(
    postgres: PostgresServer,
    valkey: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Site]:
    """One Daybook for the tests of a module; they must not rely on what else is in its book.

    The module's `SETTINGS`, if it has any, go beside the usual ones. A module that says `COMMON_SITE = True` has that
    of others: its tests leave nothing that others mind, and mind nothing that others leave.
    """
    if getattr(request.module, "COMMON_SITE", False):
        yield request.getfixturevalue("common_site")
        return
    settings = getattr(request.module, "SETTINGS", {})
    with a_site(postgres, valkey, tmp_path_factory.mktemp("site"), **settings) as running:
        yield running
