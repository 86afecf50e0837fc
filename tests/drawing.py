"""How many examples are drawn: as many as a test says, and more where there is time."""

from hypothesis import settings

LONGER = 5
"""How many times as many are drawn by `make test-random`."""

USUAL = 100
"""Examples where a test does not say how many."""


def examples(number: int) -> int:
    """This many, or more if the profile draws more than usual."""
    return number * settings().max_examples // USUAL
