"""What members and administrators have in common: who they are at which bank, and how their names are written."""

from uuid import UUID

import msgspec

from domain.shared.rules import clean_text

NAME_LENGTH_MAX = 80
"""Characters of a first or last name: both together fit the name of a user (`domain.identity`)."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A user as one of the people of a bank; `email` is in its normal form."""

    bank_uid: UUID
    bank_id: int
    user_uid: UUID
    first_name: str
    last_name: str
    email: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def person_name(text: str) -> str:
    """A first or last name in its normal form.

    Raises:
        Invalid: as `domain.shared.rules.clean_text`, for 80 characters.
    """
    return clean_text(text, NAME_LENGTH_MAX)
