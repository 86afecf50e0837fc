"""One running Daybook, one bank and its people for all tests of claims over HTTP."""

from uuid import uuid4

import pytest

from tests.branches import Branch, Person
from tests.sites import Site


@pytest.fixture(scope="package")
def site(common_site: Site) -> Site:
    """They are content with that of others."""
    return common_site


@pytest.fixture(scope="package")
def branch(site: Site) -> Branch:
    """A bank for tests that look at single claims, with rates of what they are in."""
    made = Branch(site)
    for quote, value in (("USD", "1.0842"), ("JPY", "161.53")):
        made.keeps("EUR", quote, value)
    made.keeps("USD", "JPY", "149.00")
    return made


@pytest.fixture(scope="package")
def mira(branch: Branch) -> Person:
    """A member."""
    return branch.member("Mira")


@pytest.fixture
def newcomer(branch: Branch) -> Person:
    """A member for whom nothing was approved yet: it would count against limits."""
    return branch.member(f"N{uuid4().hex[:8]}")


@pytest.fixture(scope="package")
def ruth(branch: Branch) -> Person:
    """An administrator who decides any amount."""
    return branch.administrator("Ruth")


@pytest.fixture(scope="package")
def tom(branch: Branch) -> Person:
    """An administrator who decides up to 100 EUR."""
    return branch.administrator("Tom", limit="100.00")


@pytest.fixture(scope="package")
def nils(branch: Branch) -> Person:
    """Another one who decides up to 100 EUR."""
    return branch.administrator("Nils", limit="100.00")
