"""The registry of facts.

Rules upheld here:
- every event has an explicit, versioned name (`expense.recorded.v1`), never a Python path;
- a name is given once and keeps its meaning for ever: the log is never rewritten;
- an older version is lifted by an upcast, a function from the payload of one version to that of the next.
"""

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import msgspec

from domain.shared.exports import load


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every fact: immutable, and named with `@event`."""


class UnknownEvent(LookupError):
    """The log holds a name that this code does not know: it was written by a newer version."""


E = TypeVar("E", bound=Event)
Upcast = Callable[[dict[str, Any]], dict[str, Any]]

_NAMES: dict[type[Event], str] = {}
_DECODERS: dict[str, Callable[[bytes], Event]] = {}
_SUCCESSORS: dict[str, str] = {}
_ENCODER = msgspec.json.Encoder(decimal_format="string")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str) -> Callable[[type[E]], type[E]]:
    """Register a class of events under its name in the log, `subject.participle.vN`.

    Raises:
        ValueError: the name is taken already.
    """

    def register(cls: type[E]) -> type[E]:
        if name in _DECODERS:
            raise ValueError(f"the event name {name} is taken already")
        _NAMES[cls] = name
        _DECODERS[name] = msgspec.json.Decoder(cls).decode
        return cls

    return register


def upcast(old_name: str, new_name: str, lift: Upcast) -> None:
    """Read events stored as `old_name` as if they had been stored as `new_name`.

    `lift` turns the payload of the old version into that of the new one; chains of versions follow from it.
    """

    def decode(payload: bytes) -> Event:
        return _DECODERS[new_name](_ENCODER.encode(lift(msgspec.json.decode(payload))))

    if old_name in _DECODERS:
        raise ValueError(f"the event name {old_name} is taken already")
    _DECODERS[old_name] = decode
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


def known_names() -> list[str]:
    """Every event name this code can read, older versions included, sorted."""
    load("domain")
    return sorted(_DECODERS)


encode: Callable[[Event], bytes] = _ENCODER.encode
"""The payload of an event as JSON in UTF-8; decimals are exact strings, times carry their offset."""


def decode(name: str, payload: bytes) -> Event:
    """The event that was stored under `name`.

    Raises:
        UnknownEvent: no class is registered for the name.
        msgspec.ValidationError: the payload does not fit the class.
    """
    if name not in _DECODERS:
        load(
            "domain"
        )  # a process that needs no other part of a context reads its events all the same
    try:
        decoder = _DECODERS[name]
    except KeyError:
        raise UnknownEvent(f"no event is registered under the name {name}") from None
    return decoder(payload)
