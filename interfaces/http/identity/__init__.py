"""Signing in (`sessions`), and the users whom operators let in (`users`)."""

from litestar.handlers import HTTPRouteHandler

from interfaces.http.identity import sessions, users


def routes() -> list[HTTPRouteHandler]:
    """The routes of signing in and of users."""
    return [*sessions.ROUTES, *users.routes()]
