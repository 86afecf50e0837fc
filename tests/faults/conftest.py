"""How long the campaign lasts, and from which number it draws."""

import pytest


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """The number that was given for all that is drawn, 1 without one."""
    return int(request.config.getoption("--hypothesis-seed") or 1)


@pytest.fixture(scope="session")
def hours(request: pytest.FixtureRequest) -> float:
    """For how many hours faults go on, once each of them was done."""
    return float(request.config.getoption("--hours"))
