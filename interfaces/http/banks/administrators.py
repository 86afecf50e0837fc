"""Administrators: the people of a bank who decide claims."""

from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

from application.banks.administrators import Administrators
from application.banks.people import NewAdministrator
from application.shared.permissions import Permission, own_as_user
from application.shared.values import Amount
from domain.banks.administrators import ChangeAdministrator
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import changes, ends, starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.banks.administrators import BANK_ADMINISTRATORS

RESOURCE = Resource(
    collection=BANK_ADMINISTRATORS.collection,
    path="/administrators",
    noun="administrator",
    plural="Administrators",
    permission=Permission.BANKS_READ,
    scope=own_as_user,
)
OF_ONE_BANK = RESOURCE.of_bank("BankAdministrators")


class AdministratorChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of an administrator; what is not given stays. A limit of null takes it away."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    approval_limit: Amount | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET


ROUTES = [
    *list_route(RESOURCE),
    *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/administrators"]),
    *record_route(RESOURCE),
    history_route(RESOURCE, "bank_administrator"),
    starts(
        OF_ONE_BANK,
        Administrators.appoint,
        NewAdministrator(
            first_name="Ruth",
            last_name="Abara",
            email="ruth.abara@harbour.example",
            password="a long first password",  # noqa: S106 - an example
            approval_limit=Decimal("500.00"),
        ),
        secret="password",  # noqa: S106 - the name of a member
        permission=Permission.BANKS_WRITE,
        summary="Appoint an administrator",
        description="The e-mail address names the user: who is none yet becomes one. A password that they have already "
        "stays theirs.\n\nNobody appoints themselves (403 `own_limit`).",
    ),
    changes(
        RESOURCE,
        Administrators.change,
        AdministratorChange(approval_limit=Decimal("750.00")),
        into=ChangeAdministrator,
        permission=Permission.BANKS_WRITE,
        summary="Change an administrator's name or limit",
        description="Nobody sets their own limit (403 `own_limit`).",
    ),
    ends(
        RESOURCE,
        Administrators.deactivate,
        permission=Permission.BANKS_WRITE,
        summary="End an appointment",
        description="Nothing is deleted: they stay readable with the status `inactive`, and lose the role of an "
        "administrator.",
    ),
]
