"""What members and administrators have in common: how their names are written."""

from domain.shared.rules import clean_text

NAME_LENGTH_MAX = 80
"""Characters of a first or last name: both together fit the name of a user (`domain.identity`)."""


def person_name(text: str) -> str:
    """A first or last name in its normal form.

    Raises:
        Invalid: as `domain.shared.rules.clean_text`, for 80 characters.
    """
    return clean_text(text, NAME_LENGTH_MAX)
