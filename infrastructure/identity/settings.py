"""How callers prove who they are, as the installation sets it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from domain.identity import check_password
from domain.shared.errors import Fault, Invalid
from infrastructure.shared.settings import Setting, Settings, SettingsGroup, one_of

JWT, SINGLE_USER = "jwt", "single-user"


def _read_file(text: str) -> Path:
    path = Path(text).expanduser().absolute() if "\0" not in text else None
    if path is None or not path.is_file():
        raise ValueError("the path of a file")
    return path


def _read_password(text: str) -> str:
    try:
        check_password(text)
    except Invalid:
        raise ValueError("a password of 12 to 128 characters") from None
    return text


class IdentitySettings(SettingsGroup, frozen=True, kw_only=True):
    """Who is let in, and which keys sign their tokens."""

    auth: Annotated[
        str,
        Setting(
            "DAYBOOK_AUTH",
            one_of(JWT, SINGLE_USER),
            "`single-user` lets a local operator in without a token, on a loopback address only",
            JWT,
        ),
    ] = JWT
    signing_key: Annotated[
        Path | None,
        Setting(
            "DAYBOOK_SIGNING_KEY",
            _read_file,
            "PEM file of Ed25519 keys, the same for all api processes of a book; the first signs, all verify",
            "`signing-keys.pem` in the home, made there if the database is embedded",
        ),
    ] = None
    demo_password: Annotated[
        str | None,
        Setting(
            "DAYBOOK_DEMO_PASSWORD",
            _read_password,
            "what the people of the samples sign in with",
            "`open the daybook`, published, for the embedded database only",
            is_secret=True,
        ),
    ] = None

    def faults(self, settings: Settings) -> Sequence[Fault]:
        """Whoever can reach a single-user server is its operator: that must be nobody but this machine."""
        if self.auth != SINGLE_USER or settings.is_loopback:
            return ()
        detail = (
            f"DAYBOOK_AUTH is {SINGLE_USER} and DAYBOOK_HOST is {settings.host!r}; "
            "a loopback address such as 127.0.0.1 was expected"
        )
        host = settings.host
        return (Fault(detail=detail, code="not_loopback", parameter="DAYBOOK_AUTH", got=host),)


SETTINGS = (IdentitySettings,)
