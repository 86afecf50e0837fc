"""Signing in as the settings want it: the use cases joined with their adapters."""

from collections.abc import Awaitable, Callable
from functools import cache

import msgspec

from application.identity.authentication import SingleUser, TokenAuthentication
from application.identity.forgetting import ForgottenWays
from application.identity.guarding import SignInGuard, SignInNotes
from application.identity.links import PasswordLinks
from application.identity.oidc import ProviderSignIn
from application.identity.passkeys import PasskeySignIn
from application.identity.service_accounts import ServiceAccounts
from application.identity.sessions import KeptSessions
from application.identity.signing_in import SigningIn
from application.identity.users import Users
from application.shared.commands import Commands
from application.shared.permissions import Authentication
from application.shared.ports import Clock
from application.shared.proposals import Proposing
from application.shared.samples import FirstLook, SamplePeople, sample_people
from infrastructure.identity.attempts import PostgresAttempts
from infrastructure.identity.authenticators import WebAuthn
from infrastructure.identity.challenges import PostgresChallenges
from infrastructure.identity.credentials import PostgresCredentials
from infrastructure.identity.devices import JwtDevices
from infrastructure.identity.keys import KEY_FILE, SigningKeys, read_keys
from infrastructure.identity.links import PostgresLinks
from infrastructure.identity.passkeys import PostgresPasskeys
from infrastructure.identity.passwords import Argon2Passwords
from infrastructure.identity.provider import OidcProvider
from infrastructure.identity.pseudonyms import KeyedPseudonyms
from infrastructure.identity.service_keys import PostgresServiceKeys
from infrastructure.identity.sessions import PostgresSessions
from infrastructure.identity.settings import SINGLE_USER, IdentitySettings, ProviderSettings
from infrastructure.identity.tokens import JwtAccessTokens
from infrastructure.shared.connections import Database
from infrastructure.shared.settings import Settings

BACK = "/auth/sign-in"
"""Where people come back to from the provider, which knows this address; it leads to the page of the app."""


class IdentityServices(msgspec.Struct, frozen=True):
    """What signing in adds to the services; `aclose` gives its connections back."""

    authentication: Authentication
    use_cases: tuple[object, ...]
    links: PasswordLinks
    aclose: Callable[[], Awaitable[None]]


def build_identity(
    settings: Settings,
    database_url: str,
    commands: Commands,
    proposing: Proposing,
    public_url: str,
) -> IdentityServices:
    """Signing in on this database, with browsers that reach us at `public_url`.

    Neither database nor keys are touched until they are used.
    """
    database = Database(database_url, "identity")
    passwords, credentials = Argon2Passwords(_void(settings)), PostgresCredentials(database)
    sessions, tokens = PostgresSessions(database), access_tokens(settings, commands.clock)
    links, kept = PostgresLinks(database), KeptSessions(commands, sessions)
    accounts = ServiceAccounts(commands, PostgresServiceKeys(database))
    keys, notes = signing_keys(settings), SignInNotes(commands)
    guard = SignInGuard(
        commands,
        PostgresAttempts(database),
        JwtDevices(keys),
        KeyedPseudonyms(database, keys),
        notes,
    )
    signing_in = SigningIn(commands, passwords, credentials, kept, guard, tokens, links)
    challenges, passkeys = PostgresChallenges(database), PostgresPasskeys(database)
    site, provider = WebAuthn(public_url), _provider(settings, public_url, commands.clock)

    async def aclose() -> None:
        await notes.aclose()
        await database.aclose()

    return IdentityServices(
        authentication=SingleUser()
        if settings.of(IdentitySettings).auth == SINGLE_USER
        else TokenAuthentication(tokens, accounts),
        use_cases=(
            signing_in,
            kept,
            ProviderSignIn(commands, challenges, provider, guard, signing_in, kept),
            PasskeySignIn(commands, challenges, passkeys, site, guard, signing_in, kept),
            ForgottenWays(commands, passkeys, sessions),
            Users(commands, passwords, credentials, sessions, proposing),
            accounts,
            FirstLook(_shown(settings)),
        ),
        links=PasswordLinks(credentials, links, commands.clock),
        aclose=aclose,
    )


def _void(settings: Settings) -> Callable[[str], bool]:
    """What is published lets in only where samples are shown, and to this machine alone."""
    is_shown = settings.is_loopback and settings.of(IdentitySettings).demo_password is not None

    def is_void(password: str) -> bool:
        return not is_shown and any(password == one.password for one in sample_people())

    return is_void


def _shown(settings: Settings) -> SamplePeople | None:
    identity, is_void = settings.of(IdentitySettings), _void(settings)
    if identity.auth == SINGLE_USER:  # nobody signs in
        return None
    their_own = (one for one in sample_people() if one.password == identity.demo_password)
    return next((one for one in their_own if not is_void(one.password)), None)


def _provider(settings: Settings, public_url: str, clock: Clock) -> OidcProvider | None:
    given = settings.of(ProviderSettings)
    return OidcProvider(given, public_url + BACK, clock) if given.oidc_issuer else None


def access_tokens(settings: Settings, clock: Clock) -> JwtAccessTokens:
    """The tokens that the keys of these settings sign."""
    return JwtAccessTokens(signing_keys(settings), clock)


def signing_keys(settings: Settings) -> Callable[[], SigningKeys]:
    """What reads the keys of these settings, once and when they are first needed."""
    path = settings.of(IdentitySettings).signing_key or settings.home / KEY_FILE
    return cache(lambda: read_keys(path))
