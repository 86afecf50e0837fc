"""The registry of facts.

Rules upheld here:
- every event has an explicit, versioned name (`expense.recorded.v1`), never a Python path;
- a name is given once and keeps its meaning for ever: the log is never rewritten;
- an older version is lifted by an upcast, a function from the payload of one version to that of the next;
- a name says since which version of the code it is known. What is new under a name is optional, and passed over by
  code that is older.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, dataclass_transform

import msgspec

from domain.shared.errors import Refused, Unavailable
from domain.shared.exports import load

CODE = 1
"""The version of this code to the log: raised with every release that has new names, each `since` it."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every fact: immutable, and named with `@event`."""


class UnknownEvent(Unavailable, code="code_outdated"):
    """The log holds a name that this code does not know: it was written by a newer version."""


class EventsArchived(Refused, code="events_archived"):
    """What an event says lies in a file: its digest stands in its place until the file is attached again."""


_DIGEST_BYTES = 33


def check_content(name: str, payload: bytes, position: int | None = None) -> None:
    """Go on only if this is what the event says, and not the digest of it: a NUL byte and the SHA-256.

    What an application of the eventsourcing package wrote, under the name of a class, is always what it says.

    Raises:
        EventsArchived: it is the digest.
    """
    if payload[:1] == b"\0" and len(payload) == _DIGEST_BYTES and ":" not in name:
        where = "" if position is None else f" at position {position}"
        raise EventsArchived(
            f"what {name}{where} says was archived to a file; `daybook log archived` tells which, and `daybook log "
            "attach FILE` brings it back",
            name=name,
            at=position,
        )


E = TypeVar("E", bound=Event)
Upcast = Callable[[dict[str, Any]], dict[str, Any]]

_NAMES: dict[type[Event], str] = {}
_DECODERS: dict[str, Callable[[bytes], Event]] = {}
_SUCCESSORS: dict[str, str] = {}
_SINCE: dict[str, int] = {}
_SHAPES: dict[str, type[msgspec.Struct]] = {}
_BY: dict[str, tuple[type[Any], ...]] = {}
_ENCODER = msgspec.json.Encoder(decimal_format="string")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(
    name: str, *, by: type[Any] | tuple[type[Any], ...] = (), since: int = 1
) -> Callable[[type[E]], type[E]]:
    """Register a class of events under its name in the log, `subject.participle.vN`, new in this version of the code.

    `by` are the commands that it can follow from. Without any it is appended by imports alone.

    Raises:
        ValueError: the name is taken already, or newer than the code.
    """

    def register(cls: type[E]) -> type[E]:
        if name in _DECODERS:
            raise ValueError(f"the event name {name} is taken already")
        if since > CODE:
            raise ValueError(f"{name} is new in version {since}, and the code is of version {CODE}")
        _NAMES[cls], _SINCE[name], _SHAPES[name] = name, since, cls
        _BY[name] = by if isinstance(by, tuple) else (by,)
        _DECODERS[name] = msgspec.json.Decoder(cls).decode
        return cls

    return register


def upcast(
    old_name: str, new_name: str, lift: Upcast, *, was: type[msgspec.Struct] = msgspec.Struct
) -> None:
    """Read events stored as `old_name` as if they had been stored as `new_name`.

    `lift` turns the payload of the old version, which `was` of this shape, into that of the new one; chains of versions
    follow from it.
    """

    def decode(payload: bytes) -> Event:
        return _DECODERS[new_name](_ENCODER.encode(lift(msgspec.json.decode(payload))))

    if old_name in _DECODERS:
        raise ValueError(f"the event name {old_name} is taken already")
    _DECODERS[old_name], _SHAPES[old_name] = decode, was
    _SUCCESSORS[old_name] = new_name


name_of: Callable[[type[Event]], str] = _NAMES.__getitem__
"""The name under which events of a class are stored."""


def names_read_as(kind: type[Event]) -> list[str]:
    """Every stored name that decodes to this class: its own and those of the versions before it."""
    return [name for name in _DECODERS if _latest(name) == _NAMES[kind]]


def _latest(name: str) -> str:
    while name in _SUCCESSORS:
        name = _SUCCESSORS[name]
    return name


class EventKind(msgspec.Struct, frozen=True):
    """What is known of a stored name: the class it is read as, the shape of its payload, the commands that lead to it.

    An older version is read as the class of the newest, and nothing leads to it any more.
    """

    name: str
    kind: type[Event]
    shape: type[msgspec.Struct]
    by: tuple[type[Any], ...]


def event_kinds() -> list[EventKind]:
    """What is known of every name this code can read, in their order."""
    names = known_names()
    kinds = {name: kind for kind, name in _NAMES.items()}
    return [
        EventKind(name, kinds[_latest(name)], _SHAPES[name], _BY.get(name, ())) for name in names
    ]


def leads_to(command: Any, fact: Event) -> bool:
    """Whether it is declared that such a fact follows from such a command."""
    return type(command) in _BY[_NAMES[type(fact)]]


def known_since(names: Iterable[str]) -> int:
    """The first version of the code that knows all of these names; what no code of ours names asks for none."""
    return max((_SINCE.get(name, 1) for name in names), default=1)


def known_names() -> list[str]:
    """Every event name this code can read, older versions included, sorted."""
    load("domain")
    return sorted(_DECODERS)


encode: Callable[[Event], bytes] = _ENCODER.encode
"""The payload of an event as JSON in UTF-8; decimals are exact strings, times carry their offset."""


def decode(name: str, payload: bytes, position: int | None = None) -> Event:
    """The event that was stored under `name`; its position is told where it cannot be had.

    Raises:
        UnknownEvent: no class is registered for the name.
        EventsArchived: it is not in the log now.
        msgspec.ValidationError: the payload does not fit the class.
    """
    if name not in _DECODERS:
        load(
            "domain"
        )  # a process that needs no other part of a context reads its events all the same
    try:
        decoder = _DECODERS[name]
    except KeyError:
        raise UnknownEvent(
            f"the log holds an event named {name}, which a newer version wrote and this one cannot read",
            name=name,
        ) from None
    check_content(name, payload, position)
    return decoder(payload)
