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
        "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c",
        "the user",
        uid="it follows from the e-mail address",
        version="Version of the user's stream as this table knows it.",
    ),
    columns=[
        col.text("email", "The address they sign in with.", "ada@harbour.example", indexed=True),
        col.text("name", "What they are called.", "Ada Holm"),
        col.bank_uid(
            "The bank they belong to; null for operators.",
            "b1d2c3e4-5f60-4718-8293-a4b5c6d7e82b",
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
    ids=col.ids(43, "b1d2c3e4-5f60-4718-8293-a4b5c6d7e836", "the service account"),
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
