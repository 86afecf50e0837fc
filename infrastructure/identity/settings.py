"""How callers prove who they are, as the installation sets it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from domain.identity import check_password
from domain.identity.sessions import SignInWay
from domain.shared.errors import Fault, Invalid
from domain.shared.roles import Role
from infrastructure.shared.forms import one_of
from infrastructure.shared.settings import Setting, Settings, SettingsGroup

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
            "what the people of the samples sign in with, from the start that lets them in; later ones leave their "
            "passwords as they are",
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


def _read_issuer(text: str) -> str:
    parts = urlsplit(text)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    is_whole = parts.hostname and not (parts.query or parts.fragment or parts.username)
    if not is_whole or (parts.scheme != "https" and not (parts.scheme == "http" and is_here)):
        raise ValueError("an address such as https://login.firm.example")
    return text


def _read_client(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("printable ASCII characters")
    return text


def _read_label(text: str) -> str:
    if not (text.strip() and text.isprintable() and len(text) <= _LABEL_LENGTH_MAX):
        raise ValueError(f"1 to {_LABEL_LENGTH_MAX} printable characters")
    return text.strip()


_LABEL_LENGTH_MAX = 60
_MAY_BE_ASKED = (SignInWay.PASSKEY, SignInWay.OIDC)


def _read_ways(text: str) -> str:
    _parsed_ways(text)
    return text


def _parsed_ways(text: str) -> Mapping[Role, frozenset[SignInWay]]:
    try:
        pairs = [one.split("=") for one in text.replace(" ", "").split(",")]
        asked = {
            Role(role): frozenset(SignInWay(way) for way in ways.split("|")) for role, ways in pairs
        }
    except ValueError:
        asked = {}
    if (
        not asked
        or len(asked) < len(pairs)
        or frozenset().union(*asked.values()) - {*_MAY_BE_ASKED}
    ):
        raise ValueError(
            "roles with the ways they ask for, such as operator=passkey,administrator=passkey|oidc"
        )
    return asked


class ProviderSettings(SettingsGroup, frozen=True, kw_only=True):
    """The firm's own sign-in, and which roles ask for more than a password."""

    oidc_issuer: Annotated[
        str | None,
        Setting(
            "DAYBOOK_OIDC_ISSUER",
            _read_issuer,
            "the firm's identity provider (OpenID Connect), as it calls itself; people come back from it to "
            "`/auth/sign-in` under DAYBOOK_PUBLIC_URL",
            "none",
        ),
    ] = None
    oidc_client_id: Annotated[
        str | None,
        Setting("DAYBOOK_OIDC_CLIENT_ID", _read_client, "what Daybook is to the provider", "none"),
    ] = None
    oidc_client_secret: Annotated[
        str | None,
        Setting(
            "DAYBOOK_OIDC_CLIENT_SECRET",
            _read_client,
            "the secret that the provider knows it by",
            "none: a public client",
            is_secret=True,
        ),
    ] = None
    oidc_label: Annotated[
        str,
        Setting(
            "DAYBOOK_OIDC_LABEL",
            _read_label,
            "what the provider is called on the page to sign in",
            "`your firm`",
        ),
    ] = "your firm"
    sign_in_ways: Annotated[
        str | None,
        Setting(
            "DAYBOOK_SIGN_IN_WAYS",
            _read_ways,
            "roles whose commands ask for `passkey` or `oidc`, such as `operator=passkey,administrator=passkey|oidc`",
            "none: a password will do",
        ),
    ] = None

    @property
    def asked(self) -> Mapping[Role, frozenset[SignInWay]]:
        """The ways that roles ask for."""
        return _parsed_ways(self.sign_in_ways) if self.sign_in_ways else {}

    def faults(self, settings: Settings) -> Sequence[Fault]:  # noqa: ARG002
        """A provider has an address and knows us by an id; nobody is asked to sign in by one that is not there."""
        ways = frozenset[SignInWay]().union(*self.asked.values())
        if (self.oidc_issuer is None) is not (self.oidc_client_id is None):
            name = "DAYBOOK_OIDC_CLIENT_ID" if self.oidc_issuer else "DAYBOOK_OIDC_ISSUER"
            detail = f"{name} is not set; DAYBOOK_OIDC_ISSUER and DAYBOOK_OIDC_CLIENT_ID were expected together"
        elif SignInWay.OIDC in ways and self.oidc_issuer is None:
            name = "DAYBOOK_SIGN_IN_WAYS"
            detail = (
                f"{name} names oidc and DAYBOOK_OIDC_ISSUER is not set; a provider was expected"
            )
        else:
            return ()
        return (Fault(detail=detail, code="no_identity_provider", parameter=name),)


SETTINGS = (IdentitySettings, ProviderSettings)
