"""What a route may ask of its caller, which roles hold it, and whose data a caller sees.

Every route declares exactly one permission, and a test refuses a route that declares none. A permission says that a
caller may use the route at all; whose data they see there is a matter of scope (`Principal.bank_uid`), and what they
may do to one thing a matter of its decider.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import msgspec

from domain.shared.roles import Role, audits_firm, member_uid

SERVICE = "service:"
"""What the actor begins with of commands that a service account gave."""

LOCAL_OPERATOR = "local:operator"
"""The actor of commands given at the machine itself: on the command line, and in single-user mode."""

NOBODY_KNOWN = "sign-in:unknown"
"""The actor of what somebody did at the door who proved nothing."""


class Permission(StrEnum):
    """What a caller must be allowed to do to use a route."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    USERS_MANAGE = "users:manage"
    BANKS_READ = "banks:read"
    BANKS_OPEN = "banks:open"
    BANKS_WRITE = "banks:write"
    RATES_WRITE = "rates:write"
    ACCOUNTS_WRITE = "accounts:write"
    PROPOSALS_READ = "proposals:read"
    PROPOSALS_DECIDE = "proposals:decide"
    CLAIMS_SUBMIT = "claims:submit"
    CLAIMS_READ = "claims:read"
    CLAIMS_DECIDE = "claims:decide"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_EXPORT = "payments:export"
    PAYMENTS_DECIDE = "payments:decide"
    LEDGER_READ = "ledger:read"
    EXPENSES_READ = "expenses:read"
    EXPENSES_RECORD = "expenses:record"
    EXPENSES_IMPORT = "expenses:import"
    TRANSACTIONS_READ = "transactions:read"
    TRANSACTIONS_INGEST = "transactions:ingest"
    IMPORTS_READ = "imports:read"
    IMPORTS_PROFILE = "imports:profile"
    IMPORTS_REVERT = "imports:revert"
    REJECTS_CORRECT = "rejects:correct"
    USAGES_READ = "usages:read"
    USAGES_RECORD = "usages:record"
    USAGES_IMPORT = "usages:import"
    USAGES_RESTATE = "usages:restate"
    USAGE_TYPES_WRITE = "usage-types:write"
    STATEMENTS_IMPORT = "statements:import"
    USAGE_GOALS_READ = "usage-goals:read"
    USAGE_GOALS_WRITE = "usage-goals:write"
    WORKFLOWS_READ = "workflows:read"
    WORKFLOWS_REVIEW = "workflows:review"
    CUSTOMERS_READ = "customers:read"
    EVENTS_READ = "events:read"
    SECURITY_READ = "security:read"
    LETTERS_READ = "letters:read"
    REACTIONS_READ = "reactions:read"
    REACTIONS_MANAGE = "reactions:manage"
    PROJECTIONS_REPLAY = "projections:replay"
    OPERATIONS_READ = "operations:read"
    SIMULATE = "simulate"


class Proof(StrEnum):
    """What a command asks of the sign-in behind its caller's session, beyond that the session stands."""

    SESSION = "session"
    """Nothing more."""
    SIGN_IN = "sign-in"
    """That it was by a way which each role of the caller takes."""
    RECENT = "recent"
    """Such a sign-in in the last 15 minutes."""
    ENROLMENT = "enrolment"
    """As `RECENT`; of whoever has no passkey yet and whose role takes nothing else, by any way."""


_BANK_READING = frozenset(
    {
        Permission.SIGNED_IN,
        Permission.LETTERS_READ,
        Permission.BANKS_READ,
        Permission.PROPOSALS_READ,
        Permission.CLAIMS_READ,
        Permission.PAYMENTS_READ,
        Permission.LEDGER_READ,
        Permission.EXPENSES_READ,
        Permission.USAGES_READ,
    }
)

SCOPES = frozenset(
    {
        Permission.BANKS_READ,
        Permission.EXPENSES_READ,
        Permission.EXPENSES_RECORD,
        Permission.EXPENSES_IMPORT,
        Permission.TRANSACTIONS_READ,
        Permission.TRANSACTIONS_INGEST,
        Permission.IMPORTS_READ,
        Permission.IMPORTS_PROFILE,
        Permission.IMPORTS_REVERT,
        Permission.REJECTS_CORRECT,
        Permission.USAGES_READ,
        Permission.USAGES_IMPORT,
        Permission.USAGE_TYPES_WRITE,
        Permission.USAGE_GOALS_READ,
        Permission.STATEMENTS_IMPORT,
        Permission.WORKFLOWS_READ,
        Permission.CUSTOMERS_READ,
        Permission.EVENTS_READ,
        Permission.SECURITY_READ,
        Permission.LETTERS_READ,
        Permission.PAYMENTS_READ,
        Permission.LEDGER_READ,
        Permission.REACTIONS_READ,
        Permission.OPERATIONS_READ,
    }
)
"""What a service account may hold: of what operators may do that which is no decision about people, money or banks."""

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.MEMBER: frozenset(
        {
            Permission.SIGNED_IN,
            Permission.LETTERS_READ,
            Permission.BANKS_READ,
            Permission.ACCOUNTS_WRITE,
            Permission.PROPOSALS_READ,
            Permission.PROPOSALS_DECIDE,
            Permission.CLAIMS_SUBMIT,
            Permission.CLAIMS_READ,
            Permission.PAYMENTS_READ,
            Permission.USAGES_READ,
            Permission.USAGES_RECORD,
        }
    ),
    Role.ADMINISTRATOR: _BANK_READING
    | {
        Permission.USAGES_RECORD,
        Permission.USAGE_GOALS_READ,
        Permission.USAGE_GOALS_WRITE,
        Permission.BANKS_WRITE,
        Permission.RATES_WRITE,
        Permission.ACCOUNTS_WRITE,
        Permission.PROPOSALS_DECIDE,
        Permission.CLAIMS_DECIDE,
        Permission.PAYMENTS_EXPORT,
        Permission.PAYMENTS_DECIDE,
        Permission.SIMULATE,
    },
    Role.AUDITOR: _BANK_READING | {Permission.IMPORTS_READ, Permission.USAGE_GOALS_READ},
    Role.OPERATOR: SCOPES
    | {
        Permission.SIGNED_IN,
        Permission.USERS_MANAGE,
        Permission.BANKS_OPEN,
        Permission.BANKS_WRITE,
        Permission.RATES_WRITE,
        # The policy of a bank says whether they are asked about an amount.
        Permission.CLAIMS_READ,
        Permission.CLAIMS_DECIDE,
        Permission.ACCOUNTS_WRITE,
        Permission.PROPOSALS_READ,
        Permission.PROPOSALS_DECIDE,
        Permission.USAGES_RECORD,
        Permission.USAGES_RESTATE,
        Permission.USAGE_GOALS_WRITE,
        Permission.WORKFLOWS_REVIEW,
        Permission.PAYMENTS_DECIDE,
        Permission.REACTIONS_MANAGE,
        Permission.PROJECTIONS_REPLAY,
        Permission.SIMULATE,
    },
}
"""What each role may do; somebody with several roles may do what any of them may. Auditors here are of a bank."""

OF_FIRM_AUDITORS = ROLE_PERMISSIONS[Role.AUDITOR] | {
    Permission.EVENTS_READ,
    Permission.SECURITY_READ,
    Permission.TRANSACTIONS_READ,
}
"""What auditors of the firm may: what those of a bank may, and reading what is of no bank and belongs to an audit.

Of what operators read they have neither customers and their forms nor reactions, whose letters let in whoever has them
(ADR 56).
"""

_FOR_PEOPLE = frozenset({Permission.SIGNED_IN, Permission.LETTERS_READ})
SCOPES_OF_A_BANK = ROLE_PERMISSIONS[Role.AUDITOR] - _FOR_PEOPLE
"""What one may hold that is of a bank: what its auditors may, who see nothing beyond it, but what is for themselves."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is calling. `user_uid` is None for the local operator only, `bank_uid` for operators, auditors of the firm
    and machines of no bank.

    Who calls with an access token has a `session_uid`, and is known by it until `expires_at`. A machine has no roles:
    `scopes` are what it may do, `key_uid` is the key it is known by, and its uid is that of its service account.
    """

    user_uid: UUID | None
    name: str
    bank_uid: UUID | None
    roles: frozenset[Role]
    session_uid: UUID | None = None
    expires_at: datetime | None = None
    scopes: frozenset[Permission] | None = None
    key_uid: UUID | None = None

    @property
    def is_machine(self) -> bool:
        """Whether this is a service account."""
        return self.scopes is not None

    @property
    def audits_firm(self) -> bool:
        """Whether this is an auditor of the firm, who reads of every bank what auditors read of theirs."""
        return audits_firm(self.bank_uid, self.roles)

    @property
    def actor(self) -> str:
        """Who acts, as the envelope of an event says it."""
        return f"{SERVICE}{self.user_uid}" if self.is_machine else _actor(self.user_uid)

    @property
    def sees_as(self) -> frozenset[Role]:
        """As what they see the data that they may read: a machine as an auditor of its bank, or as an operator."""
        return _seen_by_machines(self.bank_uid is not None) if self.is_machine else self.roles

    def may(self, permission: Permission) -> bool:
        """Whether any of the roles, or a scope, holds the permission; what is public is everybody's."""
        held = _OF_FIRM_AUDITORS if self.audits_firm else _held_by(self.roles)
        return permission in (held if self.scopes is None else held | self.scopes)


# Asked at every request, and mostly by the same people.
@lru_cache(maxsize=4_096)
def _actor(user_uid: UUID | None) -> str:
    return LOCAL_OPERATOR if user_uid is None else f"user:{user_uid}"


def user_of(actor: str) -> UUID | None:
    """The user, or the service account, who acted; None for who is at the machine, and what happens of itself."""
    kind, _, uid = actor.partition(":")
    return UUID(uid) if kind in ("user", SERVICE.removesuffix(":")) else None


def _seen_by_machines(is_of_bank: bool) -> frozenset[Role]:
    return frozenset({Role.AUDITOR if is_of_bank else Role.OPERATOR})


@lru_cache(maxsize=64)
def _held_by(roles: frozenset[Role]) -> frozenset[Permission]:
    return frozenset({Permission.PUBLIC}).union(*(ROLE_PERMISSIONS[role] for role in roles))


_OF_FIRM_AUDITORS = OF_FIRM_AUDITORS | {Permission.PUBLIC}

THE_LOCAL_OPERATOR = Principal(
    user_uid=None, name="local operator", bank_uid=None, roles=frozenset({Role.OPERATOR})
)
"""Who calls in single-user mode, and who gives commands on the command line."""


def roles_with(permission: Permission) -> list[Role]:
    """The roles that hold a permission, in the order of `Role`."""
    return [role for role in Role if permission in ROLE_PERMISSIONS[role]]


# Whose data a caller sees: rows whose columns have these values. Operators and auditors of the firm see every bank;
# everybody else sees one bank, and plain members only what is their own there.

NOBODY = UUID(int=0)
"""An id that nothing has."""

_SEES_THE_BANK = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def everything(principal: Principal) -> Mapping[str, UUID]:  # noqa: ARG001
    """All rows, for collections that belong to no bank: the permission of the route says who reads them."""
    return {}


def of_bank(principal: Principal) -> Mapping[str, UUID]:
    """The rows of the caller's bank, by `bank_uid`; of who has none those of every bank, or of nobody's."""
    if _sees_every_bank(principal):
        return {}
    return {"bank_uid": principal.bank_uid or NOBODY}


def bank_itself(principal: Principal) -> Mapping[str, UUID]:
    """The caller's bank among the banks."""
    return {} if _sees_every_bank(principal) else {"uid": principal.bank_uid or NOBODY}


def own_as_user(principal: Principal) -> Mapping[str, UUID]:
    """The rows of the caller's bank; of a plain member only those that are their own, by `user_uid`."""
    if sees_whole_bank(principal):
        return of_bank(principal)
    return {**of_bank(principal), "user_uid": principal.user_uid or NOBODY}


def own_unless_audited(principal: Principal) -> Mapping[str, UUID]:
    """The caller's own rows, by `user_uid`; of an auditor those of their bank or firm, of an operator all."""
    if {Role.OPERATOR, Role.AUDITOR} & principal.sees_as:
        return of_bank(principal)
    return {**of_bank(principal), "user_uid": principal.user_uid or NOBODY}


def own_unless_operated(principal: Principal) -> Mapping[str, UUID]:
    """The caller's own rows, by `user_uid`, whatever they see of their bank; of an operator all."""
    if Role.OPERATOR in principal.sees_as:
        return {}
    return {"user_uid": principal.user_uid or NOBODY}


def own_as_member(principal: Principal) -> Mapping[str, UUID]:
    """As `own_as_user`, by `member_uid`."""
    if sees_whole_bank(principal):
        return of_bank(principal)
    bank, user = principal.bank_uid or NOBODY, principal.user_uid or NOBODY
    return {**of_bank(principal), "member_uid": member_uid(bank, user)}


def _sees_every_bank(principal: Principal) -> bool:
    """Whether no bank bounds what the caller sees: having none is not enough to be shown all."""
    return Role.OPERATOR in principal.sees_as or principal.audits_firm


def sees_whole_bank(principal: Principal) -> bool:
    """Whether the caller sees what belongs to others: everybody but plain members."""
    return Role.OPERATOR in principal.sees_as or bool(_SEES_THE_BANK & principal.sees_as)


class Authentication(Protocol):
    """How a caller is recognised, or that nobody has to be."""

    asks_nobody: bool = False

    async def principal(self, authorization: str | None) -> Principal:
        """The caller who sent this `Authorization` header.

        Raises:
            Unauthenticated: the header is missing or proves nothing.
            Unavailable: it is a key, and the log does not answer.
        """
