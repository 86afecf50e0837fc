"""The table of handlers: which function carries out which kind of reaction."""

from collections.abc import Mapping

from application.reactions.ports import Handler

HANDLERS: Mapping[str, Handler] = {}
"""The handlers by kind. A context adds the kinds of its own; a test sees that every kind a policy plans is here."""
