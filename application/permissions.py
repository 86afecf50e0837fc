"""What a route may ask of its caller.

Every route declares exactly one permission, and a test refuses a route that declares none. Which roles hold which
permission comes with sign-in; until then every caller is the local operator, who holds them all, and the server
listens on the loopback address only.
"""

from enum import StrEnum

LOCAL_OPERATOR = "local:operator"
"""The actor of every command while there is no sign-in."""


class Permission(StrEnum):
    """What a caller must be allowed to do to use a route."""

    PUBLIC = "public"
    EXPENSES_READ = "expenses:read"
    EXPENSES_RECORD = "expenses:record"
    EXPENSES_IMPORT = "expenses:import"
    IMPORTS_READ = "imports:read"
    EVENTS_READ = "events:read"
    OPERATIONS_READ = "operations:read"
