"""The users as a table: who may sign in, for which bank, in which roles; and the service accounts of machines."""

from domain.identity import UserDeactivated, UserRegistered, UserRolesChanged
from domain.identity.service_accounts import ServiceAccountCreated, ServiceAccountDeactivated
from domain.shared.roles import Role
from projections.shared import columns as col
from projections.shared.folds import changed, created, ended
from projections.shared.model import read_model


def _written(roles: tuple[Role, ...]) -> str:
    return ",".join(sorted(roles))


USERS = read_model(
    "users",
    "Who may sign in, for which bank, and in which roles.",
    version=1,
    ids=col.ids(
        42,
        "0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d",
        "the user",
        uid="it follows from the e-mail address",
        version="Version of the user's stream as this table knows it.",
    ),
    columns=[
        col.text("email", "The address they sign in with.", "ada@harbour.example", indexed=True),
        col.text("name", "What they are called.", "Ada Holm"),
        col.bank_uid(
            "The bank they belong to; null for operators.",
            "6b4f1c52-0b7f-4f0e-9d0a-3f5f0f3f2a11",
            nullable=True,
            indexed=True,
        ),
        col.label(
            "roles",
            "Their roles in alphabetical order, separated by commas; empty if all were taken away.",
            "administrator,member",
            stored=_written,
        ),
        col.choice(
            "status",
            "`active`, or `deactivated` for good.",
            "active",
            ("active", "deactivated"),
            initially="active",
        ),
        col.recorded_at("When they became a user.", name="registered_at"),
    ],
    on={
        UserRegistered: created(),
        UserRolesChanged: changed("roles"),
        UserDeactivated: changed(status="deactivated"),
    },
)

SERVICE_ACCOUNTS = read_model(
    "service_accounts",
    "The machines that are let in by keys of their own.",
    version=1,
    ids=col.ids(43, "6e1d0c9b-8a7f-4e6d-9c5b-4a3f2e1d0c9b", "the service account"),
    columns=[
        col.text("name", "What it is called.", "Prometheus"),
        col.label(
            "scopes",
            "The permissions it holds, in alphabetical order, separated by commas.",
            "operations:read",
            stored=",".join,
        ),
        col.bank_uid("The bank it sees; null if it sees every bank.", nullable=True),
        *col.lifetime("active", "deactivated"),
    ],
    on={
        ServiceAccountCreated: created(),
        ServiceAccountDeactivated: ended("deactivated"),
    },
)
