"""Service accounts: what a machine is let in as, so that it needs nobody's password.

Rules upheld here:
- an account has the scopes and the bank it was made with, for as long as it is in use;
- a key is good until it expires, is revoked, or its account is taken out of use, each of which is final;
- the log says which keys there are, and never what they are.

```
no account ──created──► active ──deactivated──► deactivated
                        │  ▲
                        └──┘ key issued, key revoked
```
"""

import datetime as dt
from typing import assert_never
from uuid import UUID

import msgspec

from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Invalid, NotFound, Refused
from domain.shared.events import Event, event
from domain.shared.rules import checked, clean_text

NAME_LENGTH_MAX = 100
GOOD_KEYS_MAX = 5
KEY_LIFETIME_MAX = dt.timedelta(days=366)


# Commands


class CreateServiceAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Make an account; `scopes` are the permissions it holds."""

    name: str
    scopes: frozenset[str]
    bank_uid: UUID | None


class IssueServiceKey(msgspec.Struct, frozen=True, kw_only=True):
    """Give an account one more key, which begins with `prefix`."""

    key_uid: UUID
    prefix: str
    expires_at: dt.datetime


class RevokeServiceKey(msgspec.Struct, frozen=True):
    """Let a key be good no more."""

    key_uid: UUID


class DeactivateServiceAccount(msgspec.Struct, frozen=True):
    """Take an account out of use, and all its keys with it."""


Command = CreateServiceAccount | IssueServiceKey | RevokeServiceKey | DeactivateServiceAccount


# Events


@event("service_account.created.v1", by=CreateServiceAccount)
class ServiceAccountCreated(Event, frozen=True, kw_only=True):
    """There is an account for a machine."""

    name: str
    scopes: tuple[str, ...]
    bank_uid: UUID | None


@event("service_account.key_issued.v1", by=IssueServiceKey)
class ServiceKeyIssued(Event, frozen=True, kw_only=True):
    """An account has one more key; `prefix` is what it begins with."""

    key_uid: UUID
    prefix: str
    issued_at: dt.datetime
    expires_at: dt.datetime


@event("service_account.key_revoked.v1", by=RevokeServiceKey)
class ServiceKeyRevoked(Event, frozen=True):
    """A key is good no more."""

    key_uid: UUID


@event("service_account.deactivated.v1", by=DeactivateServiceAccount)
class ServiceAccountDeactivated(Event, frozen=True):
    """An account is out of use."""


# States


class ServiceAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account, in use or not: what it holds, its keys, and which of them were revoked."""

    name: str
    scopes: frozenset[str]
    bank_uid: UUID | None
    is_active: bool = True
    keys: dict[UUID, ServiceKeyIssued] = {}
    revoked: frozenset[UUID] = frozenset()

    def has_good(self, key_uid: UUID, now: dt.datetime) -> bool:
        """Whether somebody with this key may act as the account now."""
        key = self.keys.get(key_uid)
        is_in_time = key is not None and now < key.expires_at
        return self.is_active and is_in_time and key_uid not in self.revoked


State = ServiceAccount | None


# Refusals


class ServiceAccountInactive(Refused, code="service_account_deactivated"):
    """The account is out of use, which is final."""


class TooManyKeys(Refused, code="too_many_keys"):
    """An account has as many good keys as it may."""


# Rules


def decide(state: State, command: Command, now: dt.datetime) -> list[Event]:
    """What a command leads to; nothing where it is so already.

    Raises:
        Invalid: the name is none, there are no scopes, or a key would be good for more than 366 days or no time at all.
        NotFound: there is no such account, or no such key.
        ServiceAccountInactive: the account is out of use.
        TooManyKeys: five of its keys are good.
    """
    match command:
        case CreateServiceAccount():
            return [] if state else [_created(command)]
        case IssueServiceKey():
            return [_issued(_active(state), command, now)]
        case RevokeServiceKey(key_uid):
            account = _existing(state)
            if key_uid not in account.keys:
                raise NotFound(f"The service account {account.name} has no key {key_uid}.")
            return [] if key_uid in account.revoked else [ServiceKeyRevoked(key_uid=key_uid)]
        case DeactivateServiceAccount():
            return [ServiceAccountDeactivated()] if _existing(state).is_active else []
        case _:
            assert_never(command)


def _created(command: CreateServiceAccount) -> ServiceAccountCreated:
    normal = checked(
        "the service account",
        name=(lambda name: clean_text(name, NAME_LENGTH_MAX), command.name),
        scopes=(_some, command.scopes),
    )
    return ServiceAccountCreated(**normal, bank_uid=command.bank_uid)


def _some(scopes: frozenset[str]) -> tuple[str, ...]:
    if not scopes:
        raise Invalid("one scope at least was expected", code="no_scope")
    return tuple(sorted(scopes))


def _issued(
    account: ServiceAccount, command: IssueServiceKey, now: dt.datetime
) -> ServiceKeyIssued:
    if not now < command.expires_at <= now + KEY_LIFETIME_MAX:
        detail = f"a moment in the next {KEY_LIFETIME_MAX.days} days was expected, got {command.expires_at}"
        fault = Fault(detail=detail, code="bad_expiry", pointer="/expires_at")
        raise Invalid(detail, faults=[fault])
    if sum(account.has_good(uid, now) for uid in account.keys) >= GOOD_KEYS_MAX:
        raise TooManyKeys(
            f"{GOOD_KEYS_MAX} keys of {account.name} are good already; revoke one that is not needed"
        )
    return ServiceKeyIssued(
        key_uid=command.key_uid,
        prefix=command.prefix,
        issued_at=now,
        expires_at=command.expires_at,
    )


def _existing(state: State) -> ServiceAccount:
    if state is None:
        raise NotFound("There is no such service account.")
    return state


def _active(state: State) -> ServiceAccount:
    account = _existing(state)
    if not account.is_active:
        raise ServiceAccountInactive(f"the service account {account.name} is out of use")
    return account


# Evolution


def evolve(state: State, fact: Event) -> State:
    """The state after a fact; facts that do not follow leave it as it is."""
    match state, fact:
        case None, ServiceAccountCreated():
            scopes = frozenset(fact.scopes)
            return ServiceAccount(name=fact.name, scopes=scopes, bank_uid=fact.bank_uid)
        case ServiceAccount(), ServiceKeyIssued(key_uid=uid):
            return msgspec.structs.replace(state, keys={**state.keys, uid: fact})
        case ServiceAccount(), ServiceKeyRevoked(key_uid=uid):
            return msgspec.structs.replace(state, revoked=state.revoked | {uid})
        case ServiceAccount(), ServiceAccountDeactivated():
            return msgspec.structs.replace(state, is_active=False)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(None, decide, evolve)
