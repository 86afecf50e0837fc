"""A collection as the HTTP interface publishes it: under which path and names, to whom, and which of its rows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from application.permissions import Permission, Principal
from application.scopes import of_bank
from application.services import Services
from domain.errors import NotFound
from interfaces.http.routes import Parameter
from interfaces.http.security import principal_of
from projections.query import Collection, Scope

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Parent:
    """The thing whose rows a collection is narrowed to: a segment of the path names it, a column of the rows its uid.

    `find` looks it up by id or uid, and raises `NotFound` for what the caller may not see.
    """

    parameter: str
    column: str
    find: Callable[[Services, Principal, str], Awaitable[UUID]]

    @property
    def documented(self) -> Parameter:
        """The path segment."""
        return Parameter(
            name=self.parameter,
            description="The integer id or the uid.",
            schema={"type": "string"},
            where="path",
            example="41",
        )


@dataclass(frozen=True)
class Resource:
    """A collection as the HTTP interface names it.

    `noun` and `plural` make the operation ids (`getExpense`, `listExpenses`) and the names of schemas. `scope` says
    which rows a caller sees: those of their bank if nothing else is said, so that a table that has no column for it
    fails rather than shows. With a `parent`, `path` has its segment.
    """

    collection: Collection
    path: str
    noun: str
    plural: str
    permission: Permission
    scope: Callable[[Principal], Scope] = of_bank
    parent: Parent | None = None

    @property
    def schema_name(self) -> str:
        """The name of one row in the OpenAPI document."""
        return self.noun[0].upper() + self.noun[1:]


async def scope_of(request: AnyRequest, services: Services, resource: Resource) -> Scope:
    """The rows of a collection that the caller sees under this path.

    Raises:
        NotFound: the thing that the path names is not there, or not the caller's to see.
    """
    principal = principal_of(request)
    scope = resource.scope(principal)
    if resource.parent is None:
        return scope
    reference = str(request.path_params[resource.parent.parameter])
    uid = await resource.parent.find(services, principal, reference)
    if scope.get(resource.parent.column, uid) != uid:
        raise NotFound(f"Nothing with the id {reference} has {resource.collection.name} here.")
    return {**scope, resource.parent.column: uid}
