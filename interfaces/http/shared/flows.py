"""What it takes for an operation to succeed, said beside it: steps in an order that works, from a fresh demo.

A module of a context exports `FLOW`; `postman.py` makes a folder of it. Whatever the OpenAPI document says of an
operation (method, path, body, answer) is taken from there; a step only says what the document cannot know.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from domain.shared.exports import exported


class Who(StrEnum):
    """Who sends a request: the variable `<who>_token` has their token."""

    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    SECOND = "second_administrator"
    MEMBER = "member"
    AUDITOR = "auditor"
    ANOTHER = "another_auditor"
    MACHINE = "machine"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One request: the operation of the id, sent `by` somebody (else by the first role that may).

    In every text, `{{name}}` stands for a variable. `say` are members of the body in the place of the example's, and
    those that are None are left out; `body` stands for all of it. `ask` is the query. `keep` names variables, each with
    a JSON pointer into the answer or, for what is no JSON, an expression whose group is kept. The request is sent again
    `until` the pointers lead to these values (None: to any). `status` is another success than the first one, and `code`
    the problem that a fresh demo answers with, where nothing else can be had there.
    """

    operation: str
    name: str = ""
    by: Who | None = None
    at: Mapping[str, str] = {}
    ask: str = ""
    say: Mapping[str, Any] = {}
    body: Any = None
    keep: Mapping[str, str] = {}
    until: Mapping[str, Any] = {}
    status: int = 0
    code: str = ""
    is_empty: bool = False


class Flow(msgspec.Struct, frozen=True):
    """Steps in their order, and what they come to."""

    name: str
    steps: Sequence[Step]


def step(operation: str, **told: Any) -> Step:
    """A step, of which the id of the operation is all that has to be said."""
    return Step(operation=operation, **told)


def declared_flows() -> Iterator[Flow]:
    """Those of the whole interface: first what the collection begins with, then the contexts'."""
    yield from exported("interfaces.http.shared", "FLOW")
    yield from exported("interfaces.http", "FLOW")
