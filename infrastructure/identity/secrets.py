"""The secrets of an installation, each in a file of its own, made once."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from domain.shared.errors import Malformed
from infrastructure.identity.keys import KEY_FILE, make_keys
from infrastructure.shared.files import write_once
from infrastructure.shared.roles import DatabaseRole

_OURS, _ALSO_OUR_GROUPS = 0o400, 0o440
_LOGINS = {
    "application-url": DatabaseRole.APPLICATION,
    "identity-url": DatabaseRole.IDENTITY,
    "projector-url": DatabaseRole.PROJECTOR,
}
"""The logins of processes, which `daybook migrate` makes with the passwords that are drawn here."""


def make_secrets(folder: Path, database_url: str) -> None:
    """Make what is missing in `folder`; `database_url` is the address without a password.

    The password of the database server may be read by the group as well, since that server is another user's.

    Raises:
        Malformed: the address has a password, or no user.
        Unavailable: a file cannot be written.
    """
    parts = urlsplit(database_url)
    if not parts.username or parts.password is not None:
        raise Malformed(
            "the address of a database with a user and no password was expected, such as "
            "postgresql://daybook@postgres/daybook"
        )
    password = folder / "postgres-password"
    write_once(password, _drawn(), mode=_ALSO_OUR_GROUPS)
    user, at, host = parts.netloc.partition("@")
    address = parts._replace(netloc=f"{user}:{password.read_text()}{at}{host}").geturl()
    write_once(folder / "database-url", address.encode(), mode=_OURS)
    for file, role in _LOGINS.items():
        address = parts._replace(netloc=f"{role}:{_drawn().decode()}{at}{host}").geturl()
        write_once(folder / file, address.encode(), mode=_OURS)
    write_once(folder / "demo-password", _drawn(), mode=_OURS)
    write_once(folder / "airflow-jwt-secret", _drawn(), mode=_OURS)
    make_keys(folder / KEY_FILE)


def _drawn() -> bytes:
    """256 random bits that need no quoting anywhere."""
    return secrets.token_urlsafe(32).encode()
