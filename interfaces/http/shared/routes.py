"""How a route declares itself: the permission it asks for, and what the OpenAPI document says about it.

A route is an ordinary Litestar handler whose `opt` is made by `documented(...)`. Guards read the permission and the
known query parameters from there, and `openapi.py` reads all of it, so that what is documented is what is enforced.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any

import msgspec

from application.shared.permissions import Permission, Proof
from domain.shared.errors import (
    DaybookError,
    Forbidden,
    Malformed,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from projections.shared.query.fields import FieldType
from projections.shared.query.values import PATTERNS

Schema = Mapping[str, Any] | type
"""A JSON schema, or a msgspec Struct that stands for one (a named component of the document)."""


class Named(msgspec.Struct, frozen=True):
    """A schema that is a named component of the document, for what is no Struct."""

    name: str
    schema: Mapping[str, Any]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One success: its status, and per media type the schema of its body and an example."""

    status: int
    description: str
    bodies: Mapping[str, tuple[Schema, Any]] = {}
    headers: Mapping[str, str] = {}


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A query parameter, header or path segment. `shared` names a component, for parameters of several routes; `style`
    is how a value with members is written."""

    name: str
    schema: Mapping[str, Any] | Named
    description: str = ""
    where: str = "query"
    style: str = ""
    explode: bool = True
    example: Any = None
    required: bool = False
    shared: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The body a route reads."""

    media_type: str
    schema: Schema
    example: Any
    required: bool = True


class Deprecated(msgspec.Struct, frozen=True, kw_only=True):
    """From which day on nobody should begin to use a route, from which on it may be gone, and what to use instead."""

    since: date
    sunset: date
    instead: str

    @property
    def headers(self) -> Mapping[str, str]:
        """What every answer of the route says (RFC 9745, RFC 8594)."""
        since, sunset = (datetime.combine(day, time(), UTC) for day in (self.since, self.sunset))
        return {
            "Deprecation": f"@{since.timestamp():.0f}",
            "Sunset": format_datetime(sunset, usegmt=True),
        }


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """All that is declared about one route; `proof` is what it asks of the caller's sign-in, if it commands.

    `parses_query` says that the handler checks its query itself; `located_at` is the path under which the `Location` of
    its answers lies.
    """

    permission: Permission
    answers: tuple[Answer, ...]
    parameters: tuple[Parameter, ...] = ()
    query_names: tuple[str, ...] = ()
    body: Body | None = None
    problems: frozenset[type[DaybookError]] = frozenset()
    schemas: tuple[Named, ...] = ()
    parses_query: bool = False
    located_at: str | None = None
    proof: Proof = Proof.SIGN_IN
    deprecated: Deprecated | None = None


def answer(
    status: int,
    description: str,
    schema: Schema | None = None,
    *,
    example: Any = None,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A success with one media type. Without a schema it is that of the example if this is a Struct, else a text; there
    is no body if there is no example either."""
    bodies: dict[str, tuple[Schema, Any]] = {}
    if schema is not None or example is not None:
        implied = type(example) if isinstance(example, msgspec.Struct) else {"type": "string"}
        bodies[media_type] = (schema or implied, example)
    return Answer(status=status, description=description, bodies=bodies, headers=headers or {})


def documented(
    permission: Permission,
    *answers: Answer,
    parameters: Sequence[Parameter] = (),
    body: Body | None = None,
    problems: Sequence[type[DaybookError]] = (),
    schemas: Sequence[Named] = (),
    parses_query: bool = False,
    located_at: str | None = None,
    proof: Proof = Proof.SIGN_IN,
    deprecated: Deprecated | None = None,
) -> dict[str, Any]:
    """The `opt` of a route. Any route may answer `Malformed`, `Throttled` and `Unavailable`, and one that is not
    public what its guard answers; `problems` come on top."""
    guarded = () if permission is Permission.PUBLIC else (Unauthenticated, Forbidden)
    operation = Operation(
        permission=permission,
        answers=answers,
        parameters=tuple(parameters),
        query_names=tuple(one.name for one in parameters if one.where == "query"),
        body=body,
        problems=frozenset((Malformed, Throttled, Unavailable, *guarded, *problems)),
        schemas=tuple(schemas),
        parses_query=parses_query,
        located_at=located_at,
        proof=proof,
        deprecated=deprecated,
    )
    return {"permission": permission, "operation": operation}


REFERENCE = f"^([0-9]{{1,18}}|{PATTERNS[FieldType.UUID]})$"
"""How a path names a record: by its integer id or its uid."""


def segment(name: str, example: str, pattern: str = REFERENCE) -> Parameter:
    """The part of a path that names a record."""
    return Parameter(
        name=name,
        description="The integer id or the uid.",
        schema={"type": "string", "pattern": pattern},
        where="path",
        example=example,
        shared=f"{name}.{example}",
    )


def header(
    name: str, description: str, *, example: Any, schema: Mapping[str, Any] | None = None
) -> Parameter:
    """An optional request header, shared by name among all routes that read it."""
    return Parameter(
        name=name,
        description=description,
        schema=schema or {"type": "string"},
        where="header",
        example=example,
        shared=name,
    )


POSITION_DIGITS = 18
"""How many digits a position may have in a header."""

KEY_PATTERN = "[!-~]{1,255}"
"""What an idempotency key looks like."""

MIN_POSITION = header(
    "Daybook-Min-Position",
    "Answer only once the read model has passed this position of the log (the `Daybook-Position` of a command); "
    "after 2 s the answer is 503 with `Retry-After`, and 400 `position_ahead` at once if the log has not come there.",
    example=1,
    schema={"type": "integer", "minimum": 0, "maximum": 10**POSITION_DIGITS - 1},
)
IDEMPOTENCY_KEY = header(
    "Idempotency-Key",
    "A key of the caller's own, 1 to 255 visible ASCII characters. The same key with the same request gets the answer "
    "of the first time (with `Idempotency-Replayed: true`) and does nothing; with another request it gets 422.",
    example="2f1c0a5e-lunch",
    schema={"type": "string", "pattern": f"^{KEY_PATTERN}$"},
)
IF_MATCH = header(
    "If-Match",
    "The `ETag` of what is to be changed, or several with commas between; if it is at none of them any more, the "
    "answer is 412 and nothing happens. Weak tags (`W/`) never match.",
    example='"1"',
)
PREFER = header(
    "Prefer",
    "`return=minimal`: 204 (201 for what is new) without a body. `return=representation`: the whole record, as a `GET` "
    "of it shows it. Of imports `respond-async`: answer at once with 202; `Location` tells what becomes of the file. "
    "`Preference-Applied` says what was followed.",
    example="return=representation",
)
EPOCH = "Daybook-Epoch"
"""The header that names the epoch of the log."""

IF_NONE_MATCH = header(
    "If-None-Match",
    "An `ETag` got before; if nothing has changed since, the answer is 304 without a body.",
    example='"1"',
)


def camel(name: str) -> str:
    """A name of Python as the tools of others write it: `write_off` as `writeOff`."""
    first, *others = name.split("_")
    return first + "".join(one[0].upper() + one[1:] for one in others)
