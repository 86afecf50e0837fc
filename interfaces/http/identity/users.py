"""Users, as operators look after them. Members and administrators come in through their bank."""

from application.identity.users import NewColleague, ResetPassword, Users
from application.shared.permissions import Permission
from domain.shared.errors import NotFound
from interfaces.http.shared.collections import list_route, record_route
from interfaces.http.shared.command_routes import acts, starts
from interfaces.http.shared.resources import Resource
from projections.identity import USERS

RESOURCE = Resource(collection=USERS.collection, noun="user", permission=Permission.USERS_MANAGE)

ROUTES = [
    *list_route(RESOURCE),
    *record_route(RESOURCE),
    starts(
        RESOURCE,
        Users.register,
        NewColleague(email="nils@daybook.example", name="Nils Aas", role="operator"),
        secret="password",  # noqa: S106 - the name of a member
        permission=Permission.USERS_MANAGE,
        problems=[NotFound],
        summary="Let in an auditor or an operator",
        description="Members and administrators are let in by their bank: `POST /banks/{id}/members` and "
        "`…/administrators`.",
        said="They can sign in, if a password was given.",
    ),
    # Again with another password it is another request, and no digest of a password is kept: so it takes no key.
    acts(
        RESOURCE,
        "password",
        Users.reset_password,
        ResetPassword(password="a first one, to be changed"),  # noqa: S106 - an example
        operation_id="resetPassword",
        is_keyed=False,
        permission=Permission.USERS_MANAGE,
        summary="Set a user's password",
        description="For somebody who has none yet, or forgot it. Every session of theirs ends.",
        said="It is set.",
    ),
    acts(
        RESOURCE,
        "deactivate",
        Users.deactivate,
        permission=Permission.USERS_MANAGE,
        summary="Shut a user out for good",
        description="Refresh tokens are void at once, an access token after ten minutes at most. Again, it changes "
        "nothing.",
        said="They are shut out.",
    ),
]
