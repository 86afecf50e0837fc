"""Banks, their accounts, members and administrators. What belongs to another bank than the caller's is not found."""

from litestar.handlers import HTTPRouteHandler

from interfaces.http.banks import accounts, administrators, banks, members


def routes() -> list[HTTPRouteHandler]:
    """The routes of all four; `/bank/{id}/...` is the address of the requirements' examples."""
    return [
        *banks.routes(),
        *accounts.routes(),
        *members.routes(),
        *administrators.routes(),
    ]
