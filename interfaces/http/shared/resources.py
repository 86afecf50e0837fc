"""A collection as the HTTP interface publishes it: under which path and names, to whom, and which of its rows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from litestar import Request

from application.shared.permissions import Permission, Principal, of_bank
from application.shared.services import Services
from domain.shared.errors import NotFound, nearest
from interfaces.http.shared.inputs import query_pairs, wrong_value
from interfaces.http.shared.routes import Deprecated, Parameter, segment
from interfaces.http.shared.security import principal_of
from projections.shared.query.fields import Collection
from projections.shared.query.requests import Scope

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Parent:
    """The thing whose rows a collection is narrowed to: a segment of the path names it, a column of the rows its uid.

    `noun` is that of the entity which the segment names by id or uid.
    """

    parameter: str
    column: str
    noun: str

    @property
    def documented(self) -> Parameter:
        """The path segment."""
        return segment(self.parameter, "41")


OF_BANK = Parent(parameter="bank_id", column="bank_uid", noun="bank")
"""The bank of `/banks/{bank_id}/...`."""


@dataclass(frozen=True)
class Hidden:
    """Rows that are left out unless the caller asks for them by `include=NAME`: all whose `column` is not `listed`."""

    name: str
    column: str
    listed: str

    @property
    def documented(self) -> Parameter:
        """The query parameter."""
        return Parameter(
            name=_INCLUDE,
            description=f"`{self.name}`: rows that are left out otherwise.",
            schema={"type": "string", "enum": [self.name]},
            example=self.name,
        )


@dataclass(frozen=True)
class Resource:
    """A collection as the HTTP interface names it.

    `noun` and `plural` make the operation ids (`getExpense`, `listExpenses`) and the names of schemas; `plural` and
    `path` are the noun with an s where nothing else is said. `scope` says which rows a caller sees: those of their bank
    if it is not given, so that a table that has no column for it fails rather than shows. With a `parent`, `path` has
    its segment. With `counted_by`, the name of a field with choices, a page tells how many rows there are of each,
    whatever the page is narrowed to by that field. Single records are found under `record_path`: the path itself,
    unless it has a segment for a parent. With `bases`, a caller chooses by `basis=NAME` which of these collections of
    the same rows answers: `collection` is the first of them, and `basis` the one that was chosen.
    `passing` names a field with a number that changes as time passes, without an event: it is part of the `ETag`.
    What has further names than id and uid is found by them with `named`. `deprecated` holds for all that is read here.
    """

    collection: Collection
    noun: str
    permission: Permission
    path: str = ""
    plural: str = ""
    scope: Callable[[Principal], Scope] = of_bank
    parent: Parent | None = None
    hidden: Hidden | None = None
    counted_by: str | None = None
    record_path: str = ""
    bases: Mapping[str, Collection] = field(default_factory=dict)
    basis: str = ""
    passing: str = ""
    named: Callable[[Services, str, Principal], Awaitable[UUID]] | None = None
    deprecated: Deprecated | None = None

    def __post_init__(self) -> None:
        """What is not said follows from the noun; records are found under the path, unless another one is named."""
        path = self.path or f"/{self.noun}s"
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "plural", self.plural or f"{self.schema_name}s")
        object.__setattr__(self, "record_path", self.record_path or path)

    @property
    def basis_documented(self) -> Parameter:
        """The query parameter that chooses the basis."""
        names = [*self.bases]
        return Parameter(
            name=_BASIS,
            description=f"Which numbers are told; `{names[0]}` if not given.",
            schema={"type": "string", "enum": names},
            example=names[0],
        )

    def of_bank(self, plural: str, **changes: Any) -> "Resource":
        """The same, narrowed to one bank."""
        path = f"/banks/{{bank_id:str}}{self.path}"
        return replace(self, path=path, plural=plural, parent=OF_BANK, **changes)

    @property
    def schema_name(self) -> str:
        """The name of one row in the OpenAPI document."""
        return self.noun[0].upper() + self.noun[1:]

    @property
    def page_name(self) -> str:
        """The name of one page in the OpenAPI document."""
        return f"{self.schema_name}{'Counted' if self.counted_by else ''}Page"


_INCLUDE, _BASIS = "include", "basis"


def based(request: AnyRequest, resource: Resource) -> Resource:
    """The resource on the basis that the caller chose.

    Raises:
        Malformed: it has none of this name.
    """
    if not resource.bases:
        return resource
    name = dict(query_pairs(request)).get(_BASIS, next(iter(resource.bases)))
    if name not in resource.bases:
        told = {"expected": [*resource.bases], "nearest": nearest(name[:100], [*resource.bases])}
        raise wrong_value(_BASIS, name, " or ".join(resource.bases), **told)
    return replace(resource, collection=resource.bases[name], basis=name)


def pairs_of(request: AnyRequest, resource: Resource) -> list[tuple[str, str]]:
    """The query parameters that belong to the grammar: all but `include` and `basis`, where they mean something.

    Raises:
        Malformed: as `query_pairs` says, or `include` names nothing that is hidden here.
    """
    pairs, hidden = query_pairs(request), resource.hidden
    if resource.bases:
        pairs = [pair for pair in pairs if pair[0] != _BASIS]
    if hidden is None:
        return pairs
    for name, value in pairs:
        if name == _INCLUDE and value != hidden.name:
            told = {"expected": hidden.name, "nearest": nearest(value[:100], [hidden.name])}
            raise wrong_value(_INCLUDE, value, repr(hidden.name), **told)
    return [pair for pair in pairs if pair[0] != _INCLUDE]


async def scope_of(
    request: AnyRequest, services: Services, resource: Resource, *, is_list: bool = True
) -> Scope:
    """The rows of a collection that the caller sees under this path; what is hidden is so in lists only.

    Raises:
        NotFound: the thing that the path names is not there, or not the caller's to see.
    """
    principal = principal_of(request)
    scope = resource.scope(principal)
    if is_list and resource.hidden and _INCLUDE not in dict(query_pairs(request)):
        scope = {**scope, resource.hidden.column: resource.hidden.listed}
    if resource.parent is None:
        return scope
    reference = str(request.path_params[resource.parent.parameter])
    uid = await services.find(resource.parent.noun, reference, principal)
    if scope.get(resource.parent.column, uid) != uid:
        raise NotFound(f"Nothing with the id {reference} has {resource.collection.name} here.")
    return {**scope, resource.parent.column: uid}
