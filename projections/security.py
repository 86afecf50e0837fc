"""Security events: what the log tells of sign-ins, people and where money goes, for whoever watches over them.

Each is a fact that was recorded for its own sake; nothing is recorded twice.
"""

from typing import Any
from uuid import UUID

from domain.banks.accounts import BankAccountChanged, BankAccountClosed, BankAccountOpened
from domain.banks.administrators import (
    AdministratorAppointed,
    AdministratorChanged,
    AdministratorDeactivated,
)
from domain.banks.policies import PolicySet
from domain.delegations import AdministratorDelegated, DelegationEnded
from domain.identity import (
    PasswordLinkIssued,
    UserDeactivated,
    UserPasswordChanged,
    UserRegistered,
    UserRolesChanged,
    UserSessionsEnded,
)
from domain.identity.attempts import SignInFailed, SignInLocked
from domain.identity.service_accounts import (
    ServiceAccountCreated,
    ServiceAccountDeactivated,
    ServiceKeyIssued,
    ServiceKeyRevoked,
)
from domain.identity.sessions import SessionEnded, SessionStarted, SignInWay
from domain.identity.ways import PasskeyAdded, PasskeyRemoved, SubjectPinned, WaysForgotten
from domain.shared.ids import derived
from projections.shared import columns as col
from projections.shared.columns import STREAM
from projections.shared.counters import RowCounter
from projections.shared.folds import FoldPlan, created, fact
from projections.shared.model import by, read_model
from projections.shared.projection import Record, by_position

KINDS = (
    "sign_in",
    "command_line",
    "failure",
    "lock",
    "reuse",
    "sign_out",
    "password",
    "way",
    "role",
    "payee",
    "policy",
    "machine",
)
REUSED = "refresh token reused"


def _uid(_row: Any, record: Record[Any]) -> UUID:
    return derived("security event", record.stream_id, str(record.version))


def _told(kind: Any, **values: Any) -> FoldPlan:
    return created(uid=_uid, version=1, kind=kind, **values)


def _begun(_row: Any, record: Record[SessionStarted]) -> str:
    return "command_line" if record.event.way is SignInWay.COMMAND_LINE else "sign_in"


def _ended(_row: Any, record: Record[SessionEnded]) -> str:
    return "reuse" if record.event.because == REUSED else "sign_out"


def _of_user(kind: str, **values: Any) -> FoldPlan:
    return _told(kind, user_uid=STREAM, **values)


SECURITY_EVENTS = read_model(
    "security_events",
    "Sign-ins, failures and locks, tokens used again, and changes of people, machines, policies and payees.",
    version=1,
    ids=col.ids(
        58,
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e835",
        "the event",
        version="Always 1: what happened never changes.",
    ),
    columns=[
        col.choice(
            "kind",
            "What it is about: `command_line` is a token made at the machine itself, `failure` and `lock` come once "
            "in 15 minutes, `reuse` is a refresh token that came a second time.",
            "sign_in",
            KINDS,
        ),
        col.label(
            "name",
            "The name of the event in the log.",
            "session.started.v1",
            initially=col.Of("name"),
        ),
        col.uuid(
            "stream_id",
            "What it happened to: a session, a user, an administrator, an account.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82d",
            initially=STREAM,
        ),
        col.uuid(
            "user_uid",
            "The user it concerns; null where that is nobody, or told by the stream.",
            "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c",
            nullable=True,
            indexed=True,
        ),
        col.bank_uid("The bank it concerns; null if none.", nullable=True),
        col.label(
            "address",
            "What stands for the network address, within a month; null where none was told.",
            "5d1e0f9a7b3c4d2e8f6a1b0c9d8e7f60",
            nullable=True,
            indexed=True,
        ),
        col.label(
            "detail",
            "The way of a sign-in, what was tried too often, why a session ended, or what a key begins with.",
            "password",
            nullable=True,
        ),
        col.label(
            "actor", "Who acted.", "user:b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c", initially=col.ACTOR
        ),
        col.recorded_at("When it was recorded.", indexed=True),
    ],
    key=by_position,
    key_column="id",
    on={
        SessionStarted: _told(_begun, detail=fact("way", str)),
        SessionEnded: _told(_ended, detail=fact("because")),
        SignInFailed: _told("failure"),
        SignInLocked: _told("lock", detail=fact("limited_by", str)),
        UserPasswordChanged: _of_user("password"),
        PasswordLinkIssued: _of_user("password"),
        PasskeyAdded: _told("way", detail=fact("name")),
        PasskeyRemoved: _told("way", detail=fact("because")),
        SubjectPinned: _told("way"),
        WaysForgotten: _told("way"),
        UserSessionsEnded: _of_user("sign_out"),
        UserRegistered: _of_user("role"),
        UserRolesChanged: _of_user("role"),
        UserDeactivated: _of_user("role"),
        AdministratorAppointed: _told("role"),
        AdministratorChanged: _told("role"),
        AdministratorDeactivated: _told("role"),
        AdministratorDelegated: _told("role"),
        DelegationEnded: _told("role"),
        BankAccountOpened: _told("payee"),
        BankAccountChanged: _told("payee"),
        BankAccountClosed: _told("payee"),
        PolicySet: _told("policy"),
        ServiceAccountCreated: _told("machine", detail=fact("name")),
        ServiceKeyIssued: _told("machine", detail=fact("prefix")),
        ServiceKeyRevoked: _told("machine"),
        ServiceAccountDeactivated: _told("machine"),
    },
    rollups={"security_totals": by("kind")},
    default_sort="-id",
)

COUNTERS = (RowCounter(SECURITY_EVENTS.collection, "kind"),)
