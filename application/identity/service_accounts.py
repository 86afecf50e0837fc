"""Service accounts: machines that are let in by keys of their own, for what they need and nothing else.

Rules upheld here:
- nobody gives an account what they may not do themselves, and none decides about people, money or banks (`SCOPES`);
- a key is shown once, when it is issued; what is kept is its hash, beside the log;
- whether a key is good, and for what, is looked up in the log each time it is used.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from application.shared.commands import Call, Carried, Commands, Write
from application.shared.permissions import (
    SCOPES,
    SCOPES_OF_A_BANK,
    THE_LOCAL_OPERATOR,
    Permission,
    Principal,
    bank_itself,
    everything,
)
from application.shared.streams import Entity, Reference, named
from application.shared.views import View
from domain.banks import banks
from domain.banks.banks import BankOpened, open_bank
from domain.identity import service_accounts
from domain.identity.service_accounts import (
    CreateServiceAccount,
    DeactivateServiceAccount,
    IssueServiceKey,
    RevokeServiceKey,
    ServiceAccount,
    ServiceAccountCreated,
    ServiceKeyIssued,
)
from domain.shared.errors import Fault, Forbidden, Invalid, Malformed, Unauthenticated, nearest
from domain.shared.events import name_of

KEY_START = "dbk_"
"""What a key begins with, and no access token does."""

KEY_LIFETIME = timedelta(days=90)
"""How long a key is good if nothing else is said."""

SERVICE_ACCOUNT = Entity(
    "service account", service_accounts.DECIDER, ServiceAccountCreated, everything
)
_BANK = Entity("bank", banks.DECIDER, BankOpened, bank_itself)
_PAGE = 1_000


class NewServiceAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine is called, the permissions it holds, and the bank it sees; without one it sees them all."""

    name: str
    scopes: tuple[str, ...]
    bank_id: int | UUID | None = None


class ServiceKeyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Until when a key is to be good: 90 days if nothing is said, 366 at most."""

    expires_at: datetime | None = None


class DrawnKey(msgspec.Struct, frozen=True):
    """A key, which is nowhere kept, and what it begins with."""

    key: str
    prefix: str


class KnownKey(msgspec.Struct, frozen=True):
    """Which key of which account somebody has."""

    account_uid: UUID
    key_uid: UUID


class ServiceKeys(Protocol):
    """Hashes of keys, and when each was used last."""

    def draw(self) -> DrawnKey:
        """A new key, 32 random bytes."""

    async def keep(self, key: str, known: KnownKey) -> None:
        """Keep the hash of a key, and whose it is."""

    async def find(self, key: str) -> KnownKey | None:
        """Whose key this is, if it is kept."""

    async def note_use(self, key_uid: UUID, now: datetime) -> None:
        """Keep that a key was used; to the minute."""

    async def used(self, account_uid: UUID) -> Mapping[UUID, datetime]:
        """When each key of an account that was used was used last."""


class ShownKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as operators see it: what it begins with, and who issued it; `status` is good, expired or revoked."""

    uid: UUID
    prefix: str
    status: str
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None


class IssuedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key on the one occasion that it is shown."""

    uid: UUID
    key: str
    prefix: str
    expires_at: datetime


class ServiceAccounts:
    """The use cases of service accounts; they raise as `Commands` and `domain.identity.service_accounts` say."""

    def __init__(self, commands: Commands, kept: ServiceKeys) -> None:
        self._commands = commands
        self._kept = kept

    async def create(self, new: NewServiceAccount, call: Call) -> Carried:
        """Make an account, which can do nothing until it has a key.

        Raises:
            Invalid: the name is none, or a scope is none that such an account can have; one fault for each.
            Forbidden: the caller may not do this themselves (`scope_not_held`).
            NotFound, BankInactive: there is no such bank, or it takes in nobody any more.
        """
        is_of_bank = new.bank_id is not None
        scopes = _scopes(new.scopes, SCOPES_OF_A_BANK if is_of_bank else SCOPES)
        _check_held(call.principal, scopes, is_of_bank=is_of_bank)
        uid = self._commands.new_id()

        async def prepare(view: View) -> Sequence[Write]:
            bank_uid = None
            if new.bank_id is not None:
                found = await view.find(_BANK, new.bank_id)
                open_bank(found.state)
                bank_uid = found.uid
            command = CreateServiceAccount(name=new.name, scopes=scopes, bank_uid=bank_uid)
            return [Write(service_accounts.DECIDER, uid, command, is_new=True)]

        return await self._commands.carry_out(call, prepare)

    async def issue_key(
        self, account: Reference, asked: ServiceKeyRequest, call: Call
    ) -> tuple[IssuedKey, int]:
        """One more key of an account, and up to which position that is in the log.

        Raises:
            Malformed: the moment has no offset (`bad_value`).
        """
        now = self._commands.clock.now()
        expires_at = asked.expires_at or now + KEY_LIFETIME
        if expires_at.utcoffset() is None:
            detail = "expires_at has no offset; a moment such as 2027-01-31T12:00:00Z was expected"
            raise Malformed(
                detail,
                code="bad_value",
                faults=[Fault(detail=detail, code="bad_value", pointer="/expires_at")],
            )
        found = await self._commands.view(call.principal).find(SERVICE_ACCOUNT, account)
        key_uid, drawn = self._commands.new_id(), self._kept.draw()
        command = IssueServiceKey(key_uid=key_uid, prefix=drawn.prefix, expires_at=expires_at)
        service_accounts.decide(found.state, command, now)  # what is refused leaves nothing behind
        await self._kept.keep(drawn.key, KnownKey(found.uid, key_uid))
        carried = await self._commands.change(SERVICE_ACCOUNT, found.uid, command, call)
        told = IssuedKey(uid=key_uid, key=drawn.key, prefix=drawn.prefix, expires_at=expires_at)
        return told, carried.position

    async def revoke_key(self, account: Reference, key: str, call: Call) -> Carried:
        """Let a key be good no more, from now on; again, it changes nothing."""
        reference = named(key)
        command = RevokeServiceKey(reference if isinstance(reference, UUID) else UUID(int=0))
        return await self._commands.change(SERVICE_ACCOUNT, account, command, call)

    async def deactivate(self, account: Reference, call: Call) -> Carried:
        """Take an account out of use for good, and all its keys; again, it changes nothing."""
        return await self._commands.change(
            SERVICE_ACCOUNT, account, DeactivateServiceAccount(), call
        )

    async def keys(self, account: Reference, principal: Principal) -> Sequence[ShownKey]:
        """The keys of an account, the newest first."""
        view = self._commands.view(principal)
        found = await view.find(SERVICE_ACCOUNT, account)
        used = await self._kept.used(found.uid)
        return [
            ShownKey(
                uid=fact.event.key_uid,
                prefix=fact.event.prefix,
                status=_status(found.state, fact.event, view.now),
                issued_by=fact.actor,
                issued_at=fact.event.issued_at,
                expires_at=fact.event.expires_at,
                used_at=used.get(fact.event.key_uid),
            )
            for fact in reversed(found.facts)
            if isinstance(fact.event, ServiceKeyIssued)
        ]

    async def all(self) -> Sequence[tuple[UUID, ServiceAccount]]:
        """Every account there ever was, the oldest first."""
        found, after, head = list[UUID](), 0, await self._commands.log.head_async()
        while after < head:
            page = await self._commands.log.page_async(
                after, _PAGE, names=[name_of(ServiceAccountCreated)], until=head
            )
            found += [recorded.stream_id for recorded in page.events]
            after = page.until
        states = [await self._commands.state(service_accounts.DECIDER, uid) for uid in found]
        return [(uid, it) for uid, it in zip(found, states, strict=True) if it is not None]

    async def principal(self, key: str) -> Principal:
        """Who calls with a key.

        Raises:
            Unauthenticated: it is none, or no more (`key_invalid`).
        """
        known = await self._kept.find(key)
        if known is None:
            raise _invalid()
        view = self._commands.view(THE_LOCAL_OPERATOR)
        account = (await view.stream(service_accounts.DECIDER, known.account_uid)).state
        if account is None or not account.has_good(known.key_uid, view.now):
            raise _invalid()
        await self._kept.note_use(known.key_uid, view.now)
        return Principal(
            user_uid=known.account_uid,
            name=account.name,
            bank_uid=account.bank_uid,
            roles=frozenset(),
            expires_at=account.keys[known.key_uid].expires_at,
            scopes=_of_now(account),
            key_uid=known.key_uid,
        )


async def check_machine(view: View) -> None:
    """Go on only if the account that calls is in use and its key good; its stream is loaded.

    Raises:
        Unauthenticated: it is not.
    """
    caller = view.principal
    uid, key_uid = caller.user_uid, caller.key_uid
    account = (await view.stream(service_accounts.DECIDER, uid)).state if uid else None
    if account is None or key_uid is None or not account.has_good(key_uid, view.now):
        raise _invalid()


def _of_now(account: ServiceAccount) -> frozenset[Permission]:
    """What an account holds of what such accounts may hold by now."""
    allowed = SCOPES if account.bank_uid is None else SCOPES_OF_A_BANK
    return frozenset(scope for scope in allowed if scope in account.scopes)


def _scopes(given: Sequence[str], allowed: frozenset[Permission]) -> frozenset[str]:
    faults = [_no_scope(place, it, allowed) for place, it in enumerate(given) if it not in allowed]
    if faults:
        told = ", ".join(str(fault.got) for fault in faults)
        raise Invalid(f"a service account cannot hold {told}", faults=faults)
    return frozenset(given)


def _no_scope(place: int, scope: str, allowed: frozenset[Permission]) -> Fault:
    return Fault(
        detail=f"{scope[:50]} is no scope that such an account can have",
        code="no_such_scope",
        pointer=f"/scopes/{place}",
        got=scope[:50],
        expected=sorted(allowed),
        nearest=nearest(scope[:50], sorted(allowed)),
    )


def _check_held(principal: Principal, scopes: frozenset[str], *, is_of_bank: bool) -> None:
    """An operator lets in auditors of any bank, and so machines that see what those do."""
    missing = [it for it in sorted(scopes) if not is_of_bank and not principal.may(Permission(it))]
    if missing:
        raise Forbidden(
            f"You may not give what you do not have: {', '.join(missing)}.", code="scope_not_held"
        )


def _status(account: ServiceAccount | None, key: ServiceKeyIssued, now: datetime) -> str:
    if account and account.has_good(key.key_uid, now):
        return "good"
    return "expired" if now >= key.expires_at else "revoked"


def _invalid() -> Unauthenticated:
    return Unauthenticated(
        "This key is not good: it is unknown, has expired or was revoked, or its account is out of use.",
        code="key_invalid",
    )
