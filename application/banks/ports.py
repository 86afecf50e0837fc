"""What the use cases of banks need of the world."""

from typing import Protocol


class IbanRegistry(Protocol):
    """What is known of the account numbers of each country."""

    def normal(self, iban: str) -> str:
        """The IBAN without spaces, in capital letters.

        Raises:
            Invalid: it is none of any country (`wrong_form`), or its check digits are wrong (`wrong_check_digit`). It
                is not repeated in full.
        """
