"""A typed client for Daybook; `README.md` shows a claim from submission to the money."""

from . import types
from .daybook import Daybook, pages
from .sending import Answer, Refused
from .signing_in import ServiceKey, SignedIn

__all__ = ["Answer", "Daybook", "Refused", "ServiceKey", "SignedIn", "pages", "types"]
