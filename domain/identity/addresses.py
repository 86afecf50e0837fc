"""E-mail addresses: one form for all ways to write the same address, in any script.

Rules upheld here:
- letters' case and the way a letter is put together (Unicode NFC) tell no two addresses apart; a domain is kept in the
  ASCII that mail servers look up (IDNA 2008), however it was written;
- a name has letters, marks and digits of any script beside what ASCII allows: nothing that cannot be seen, and nothing
  that is another way to write a plainer character, such as a wide or a mathematical letter;
- what looks alike and is not the same, as Latin and Cyrillic а, stays two addresses: mail goes to the one as it was
  registered, never to the one that somebody typed.
"""

import re
import unicodedata

import idna

from domain.shared.errors import Invalid

EMAIL_LENGTH_MAX = 254
_LOCAL_LENGTH_MAX = 64
_FOLDED = 4
"""A text of so many times the length is not looked at: no normal form of it would be short enough."""

_ATOM = re.compile(r"(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])+")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SCRIPT = frozenset({"Ll", "Lm", "Lo", "Mn", "Mc", "Nd"})


def normal_email(email: str) -> str:
    """The address in its one form: trimmed, in small letters, its domain in ASCII.

    Raises:
        Invalid: it is no address of the form `name@host.domain`, or has more than 254 bytes (`email`).
    """
    local, _, domain = email.strip().rpartition("@")
    if len(email) <= _FOLDED * EMAIL_LENGTH_MAX:
        name = ".".join(map(_lowered, local.split(".")))
        host = _in_ascii(domain)
        normal = f"{name}@{host}"
        if (
            len(normal.encode(errors="replace")) <= EMAIL_LENGTH_MAX
            and len(name.encode(errors="replace")) <= _LOCAL_LENGTH_MAX
            and all(map(_is_atom, name.split(".")))
            and _DOMAIN.fullmatch(host)
        ):
            return normal
    raise Invalid(
        f"an e-mail address such as ada@harbour.example was expected, got {email[:80]!r}",
        code="email",
    )


def _lowered(atom: str) -> str:
    # Each by itself: how a capital sigma is written small depends on whether it ends a word.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", atom).lower())


def _is_atom(atom: str) -> bool:
    if not _ATOM.fullmatch(atom):
        return False
    kinds = [unicodedata.category(it) for it in atom if not it.isascii()]
    starts_a_letter = unicodedata.category(atom[0])[0] != "M"
    return set(kinds) <= _SCRIPT and starts_a_letter and unicodedata.normalize("NFKC", atom) == atom


def _in_ascii(domain: str) -> str:
    """The domain in small ASCII letters; "" if it cannot be."""
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError:
        return ""
