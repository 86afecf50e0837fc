"""Members: the people of a bank who submit claims."""

import msgspec
from msgspec import UNSET, UnsetType

from application.banks.members import Members
from application.banks.people import NewMember
from application.shared.permissions import Permission, own_as_user
from domain.banks.members import ChangeMember
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import changes, ends, starts
from interfaces.http.shared.histories import history_route
from interfaces.http.shared.resources import Resource
from projections.banks.members import BANK_MEMBERS

RESOURCE = Resource(
    collection=BANK_MEMBERS.collection,
    path="/members",
    noun="member",
    plural="Members",
    permission=Permission.BANKS_READ,
    scope=own_as_user,
)
OF_ONE_BANK = RESOURCE.of_bank("BankMembers")


class MemberChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change of a member; what is not given stays."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET


ROUTES = [
    *list_route(RESOURCE),
    *list_route(OF_ONE_BANK, aliases=["/bank/{bank_id:str}/members"]),
    *record_route(RESOURCE),
    history_route(RESOURCE, "bank_member"),
    starts(
        OF_ONE_BANK,
        Members.admit,
        NewMember(
            first_name="Ines",
            last_name="Falk",
            email="ines.falk@harbour.example",
            password="a long first password",  # noqa: S106 - an example
        ),
        secret="password",  # noqa: S106 - the name of a member
        permission=Permission.BANKS_WRITE,
        summary="Admit a member",
        description="The e-mail address names the user: who is none yet becomes one. A password that they have already "
        "stays theirs.\n\nSomebody whose membership ended is the same member again, with the same ids.",
    ),
    changes(
        RESOURCE,
        Members.change,
        MemberChange(last_name="Falk-Moreno"),
        into=ChangeMember,
        permission=Permission.BANKS_WRITE,
        summary="Change a member's name",
        description="The e-mail address stays: it says who the member is.",
    ),
    ends(
        RESOURCE,
        Members.deactivate,
        permission=Permission.BANKS_WRITE,
        summary="End a membership",
        description="Nothing is deleted: the member stays readable with the status `inactive`, and loses the role of a "
        "member.",
    ),
]
