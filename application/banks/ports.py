"""What the use cases of banks need of the world."""

from typing import Protocol
from uuid import UUID


class IbanRegistry(Protocol):
    """What is known of the account numbers of each country."""

    def normal(self, iban: str) -> str:
        """The IBAN without spaces, in capital letters.

        Raises:
            Invalid: it is none of any country (`wrong_form`), or its check digits are wrong (`wrong_check_digit`). It
                is not repeated in full.
        """


class FirstPasswords(Protocol):
    """Where somebody who is let in gets a password, so that they can sign in."""

    async def give_password(self, user_uid: UUID, password: str) -> bool:
        """Set the first password of a user; False and nothing else if the user has one.

        Raises:
            Invalid: it is no password (`password_length`).
        """
