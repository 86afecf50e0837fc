"""The catalogue of events: what can be in the log, what it means, what it leads from and who takes it in.

All of it is read off what the code declares: the events and the commands that lead to them, the deciders, the kinds of
imports, the read models and the policies.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from inspect import cleandoc
from types import ModuleType
from typing import Any, get_args, get_type_hints

import msgspec
from litestar import Response

from application.policies import POLICIES
from application.shared.import_kinds import import_kinds
from application.shared.permissions import Permission
from domain.expenses import ExpenseVoided
from domain.imports.rejects import RejectQuarantined
from domain.shared.deciders import Decider
from domain.shared.errors import NotFound, nearest
from domain.shared.events import EventKind, event_kinds, name_of
from domain.shared.exports import modules
from interfaces.http.shared.event_schemas import document_of
from interfaces.http.shared.events import RESOURCE
from interfaces.http.shared.plain_routes import shows
from interfaces.http.shared.rendering import encode_json
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Parameter, answer
from projections.shared.catalog import PROJECTIONS

SCHEMA_JSON = "application/schema+json"


class EventStream(msgspec.Struct, frozen=True):
    """The kind of stream that an event lies in: its name, and what streams of that kind tell of."""

    name: str
    about: str


class AppendedBy(msgspec.Struct, frozen=True):
    """What an event can come from: commands that the rules of its stream decide on, rows of files of these kinds, and
    reactions that these policies lead to."""

    commands: Sequence[str] = ()
    imports: Sequence[str] = ()
    policies: Sequence[str] = ()


class TakenInBy(msgspec.Struct, frozen=True):
    """Who takes an event in: read models fold it, policies react to it."""

    read_models: Sequence[str] = ()
    policies: Sequence[str] = ()


class CataloguedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One name in the log.

    `subject` is what its history is asked for by, `read_as` the name of the version that it is read as: its own, unless
    there is a newer one, and then nothing appends it any more. `schema` is where its JSON Schema is.
    """

    name: str
    subject: str
    version: int
    read_as: str
    meaning: str
    stream: EventStream
    appended_by: AppendedBy
    taken_in_by: TakenInBy
    schema: str


class EventCatalogue(msgspec.Struct, frozen=True):
    """Every event that this code can read, in the order of the names."""

    data: Sequence[CataloguedEvent]


@cache
def catalogue() -> Mapping[str, tuple[EventKind, CataloguedEvent]]:
    """What is known of every event, by its name."""
    return {each.name: (each, _entry(each)) for each in event_kinds()}


def _entry(of: EventKind) -> CataloguedEvent:
    subject, _, version = of.name.split(".")
    read_as, home = name_of(of.kind), _home(of)
    is_newest = read_as == of.name
    return CataloguedEvent(
        name=of.name,
        subject=subject,
        version=int(version.removeprefix("v")),
        read_as=read_as,
        meaning=_told(of.kind.__doc__),
        stream=EventStream(
            home.__name__.partition(".")[2], _told(home.__doc__).split("\n\n")[0].replace("\n", " ")
        ),
        appended_by=_appending(of) if is_newest else AppendedBy(),
        taken_in_by=TakenInBy(
            [model.name for model in PROJECTIONS if of.kind in model.events],
            [policy.name for policy in POLICIES if issubclass(of.kind, policy.on)],
        ),
        schema=f"/events/catalogue/{of.name}",
    )


def _appending(of: EventKind) -> AppendedBy:
    return AppendedBy(
        [command.__name__ for command in of.by],
        [
            kind.name
            for kind in import_kinds()
            # Any of them puts rows aside where it is asked to.
            if of.kind in (kind.event, kind.corrects, RejectQuarantined)
        ],
        [policy.name for policy in POLICIES if of.kind in policy.appends],
    )


def _home(of: EventKind) -> ModuleType:
    """The module with the rules of the stream that the event lies in."""
    (home,) = {deciders()[command] for command in of.by} or {import_module(of.kind.__module__)}
    return home


@cache
def deciders() -> Mapping[type[Any], ModuleType]:
    """By the class of a command, the module whose decider decides on it."""
    return {command: module for module in _with_rules() for command in _commands(module)}


def _with_rules() -> Iterator[ModuleType]:
    for name in sorted(modules("domain")):
        module = import_module(name)
        if isinstance(vars(module).get("DECIDER"), Decider):
            yield module


def _commands(module: ModuleType) -> Sequence[type[Any]]:
    """What the annotation of a decider says that it decides on."""
    _, command = get_args(get_type_hints(module)["DECIDER"])
    return get_args(command) or (command,)


def _told(text: str | None) -> str:
    return cleandoc(text or "")


_EXAMPLE = EventCatalogue(
    [
        CataloguedEvent(
            name="expense.voided.v1",
            subject="expense",
            version=1,
            read_as="expense.voided.v1",
            meaning="An expense stands no longer.",
            stream=EventStream("expenses", "Expenses: what was spent, when and by whom."),
            appended_by=AppendedBy(["VoidExpense"]),
            taken_in_by=TakenInBy(["expenses"]),
            schema="/events/catalogue/expense.voided.v1",
        )
    ]
)


@shows(
    "/events/catalogue",
    RESOURCE.plural,
    "What can be in the log",
    Permission.PUBLIC,
    answer(200, "Every event that this version knows.", example=_EXAMPLE),
)
async def get_event_catalogue(_: AnyRequest) -> EventCatalogue:
    """Every name of an event with its meaning, the kind of stream it lies in, what can append it (commands, imports and
    policies), and which read models and policies take it in.

    It is read off the code that answers, and tells nothing of what is recorded.
    """
    return EventCatalogue([entry for _, entry in catalogue().values()])


@shows(
    "/events/catalogue/{name:str}",
    RESOURCE.plural,
    "The JSON Schema of an event",
    Permission.PUBLIC,
    answer(
        200,
        "A JSON Schema (draft 2020-12) of what is stored under the name.",
        {"type": "object"},
        media_type=SCHEMA_JSON,
        example=document_of("expense.voided.v1", ExpenseVoided, "An expense stands no longer."),
    ),
    problems=[NotFound],
    parameters=[
        Parameter(
            name="name",
            description="The name of the event, with its version, as it is stored.",
            schema={"type": "string"},
            where="path",
            example="expense.recorded.v2",
        )
    ],
)
async def get_event_schema(_: AnyRequest, name: str) -> Response[bytes]:
    """What an event of this name says: amounts are exact decimals in strings, times have their offset, uids are UUIDs.

    The schema of a name and version only ever gains optional members. Where account numbers are shown (`GET /events`
    and the stream), they are masked, and strings all the same.
    """
    if name not in catalogue():
        near = nearest(name, list(catalogue()))
        hint = f"; did you mean {near}?" if near else ""
        raise NotFound(f"There is no event {name[:100]!r} in the catalogue{hint}", nearest=near)
    kind, entry = catalogue()[name]
    schema = document_of(name, kind.shape, entry.meaning)
    return Response(encode_json(schema), media_type=SCHEMA_JSON)


ROUTES = [get_event_catalogue, get_event_schema]
