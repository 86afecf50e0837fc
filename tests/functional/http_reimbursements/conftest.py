"""One running Daybook, one bank and its people for all tests of claims over HTTP."""

import pytest

from tests.branches import Branch, Person
from tests.sites import Site


@pytest.fixture(scope="module")
def branch(site: Site) -> Branch:
    """A bank for tests that look at single claims."""
    return Branch(site)


@pytest.fixture(scope="module")
def mira(branch: Branch) -> Person:
    """A member."""
    return branch.member("Mira")


@pytest.fixture(scope="module")
def ruth(branch: Branch) -> Person:
    """An administrator who decides any amount."""
    return branch.administrator("Ruth")


@pytest.fixture(scope="module")
def tom(branch: Branch) -> Person:
    """An administrator who decides up to 100 EUR."""
    return branch.administrator("Tom", limit="100.00")


@pytest.fixture(scope="module")
def nils(branch: Branch) -> Person:
    """Another one who decides up to 100 EUR."""
    return branch.administrator("Nils", limit="100.00")
