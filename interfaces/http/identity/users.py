"""Users, as operators look after them. Members and administrators come in through their bank."""

from application.identity.forgetting import ForgottenWays
from application.identity.sessions import KeptSessions
from application.identity.users import NewColleague, ResetRequest, Users
from application.shared.permissions import Permission, Proof
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
        permission=Permission.USERS_MANAGE,
        proof=Proof.RECENT,
        problems=[NotFound],
        summary="Let in an auditor or an operator",
        description="Members and administrators are let in by their bank: `POST /banks/{id}/members` and "
        "`…/administrators`.\n\nAn operator, and an auditor `of_firm` (who has no bank and reads every one), comes in "
        "once another operator, or somebody at the machine, confirms it (202).",
        may_wait=True,
        said="They are mailed a link to choose a password with, good once and for 24 hours.",
    ),
    acts(
        RESOURCE,
        "password",
        Users.reset_password,
        ResetRequest(),
        needs_body=False,
        operation_id="resetPassword",
        permission=Permission.USERS_MANAGE,
        proof=Proof.RECENT,
        summary="Let a user choose another password",
        description="For somebody who forgot it, or never chose one. The password they had is void, every session of "
        "theirs ends, and a link to choose another with, good once and for 24 hours, is mailed to their address. Links "
        "sent before are void.",
        said="The link is on its way.",
    ),
    acts(
        RESOURCE,
        "sign-out",
        KeptSessions.end_all,
        operation_id="signOutUser",
        permission=Permission.USERS_MANAGE,
        summary="End every session of a user",
        description="For somebody whose machine was lost. They sign in again with their password.",
        said="They are signed out everywhere.",
    ),
    acts(
        RESOURCE,
        "sign-in-ways/forget",
        ForgottenWays.forget_ways,
        operation_id="forgetSignInWays",
        permission=Permission.USERS_MANAGE,
        proof=Proof.RECENT,
        summary="Forget a user's passkeys, and who they are to the identity provider",
        description="For somebody who lost their passkeys, or has another account at the provider. Their sessions end; "
        "they sign in by their password, or as whoever the provider says has their address.",
        said="They begin anew.",
    ),
    acts(
        RESOURCE,
        "deactivate",
        Users.deactivate,
        permission=Permission.USERS_MANAGE,
        proof=Proof.RECENT,
        summary="Shut a user out for good",
        description="Refresh tokens are void, no command is taken from them and their streams end at once; an "
        "access token reads for ten minutes at most. Again, it changes nothing.",
        said="They are shut out.",
    ),
]
