"""What a form may record beside its own answers: contexts say it as `RECORDABLE`."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from domain.shared.deciders import Decider
from domain.shared.events import Event
from domain.shared.exports import declared


class Recordable(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that is recorded of the values of a form, on a stream of its own.

    `schema` (JSON Schema) says its fields; `command` makes of their values, as text, what `decider` decides; `values`
    tells them again by the state that this left. `noun` is what a kind of import refers to it by.
    """

    noun: str
    schema: Mapping[str, Any]
    decider: Decider[Any, Any]
    opened_by: type[Event]
    command: Callable[[Mapping[str, Any]], Any]
    values: Callable[[Any], Mapping[str, Any]]


def recordables() -> Mapping[str, Recordable]:
    """Those of every context, by their nouns."""
    return {one.noun: one for one in declared("application", Recordable)}
