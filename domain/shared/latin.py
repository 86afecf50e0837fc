"""Names as banks can write them: in Latin letters, whatever accents they bear."""

import unicodedata
from functools import lru_cache

from domain.shared.errors import Invalid
from domain.shared.rules import clean_text


@lru_cache(maxsize=1 << 12)
def latin_name(name: str, length_max: int) -> str:
    """The name in its normal form, if it is written in Latin letters.

    Raises:
        Invalid: it has a letter of another script, or none at all (`not_latin`), or as `clean_text` says.
    """
    clean = clean_text(name, length_max)
    letters = [it for it in clean if it.isalpha()]
    if not letters or not all(map(_is_latin, letters)):
        raise Invalid(
            "a name in Latin letters, as the bank of the account writes it, was expected",
            code="not_latin",
        )
    return clean


def _is_latin(letter: str) -> bool:
    # ª, º and modifiers are letters to Unicode, too, and named after no script.
    return unicodedata.name(letter, "").startswith(
        ("LATIN ", "FEMININE ", "MASCULINE ", "MODIFIER ")
    )
