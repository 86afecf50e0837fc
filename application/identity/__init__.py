"""Who uses Daybook, and how they prove it.

Rules upheld here:
- an unknown address, a wrong password and a user who may not sign in get the same answer after the same work;
- a refresh token is good for one use; one that comes back ends its session;
- another password ends every session at once; access tokens, which nobody can call back, live ten minutes.
"""

from application.identity.authentication import Authentication, SingleUser, TokenAuthentication
from application.identity.ports import (
    AccessTokens,
    Attempts,
    Credential,
    Credentials,
    Passwords,
    Session,
    Sessions,
)
from application.identity.signing_in import (
    ACCESS_LIFETIME,
    REFRESH_LIFETIME,
    Identity,
    Tokens,
)
from application.identity.users import USERS, NewUser, UserChange, Users

__all__ = [
    "ACCESS_LIFETIME",
    "REFRESH_LIFETIME",
    "USERS",
    "AccessTokens",
    "Attempts",
    "Authentication",
    "Credential",
    "Credentials",
    "Identity",
    "NewUser",
    "Passwords",
    "Session",
    "Sessions",
    "SingleUser",
    "TokenAuthentication",
    "Tokens",
    "UserChange",
    "Users",
]
