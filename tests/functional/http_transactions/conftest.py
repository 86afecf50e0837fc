"""One running Daybook for all tests of transactions over HTTP."""

import pytest

from tests.sites import Site
from tests.transacting import USERS


@pytest.fixture(scope="package")
def site(common_site: Site) -> Site:
    """They are content with that of others."""
    return common_site


@pytest.fixture
def user() -> int:
    """A user whom no other test knows."""
    return USERS.randrange(1_000, 2**31)
