"""Profiles of files: confirmed once for a kind and a source, then used by every import of such files."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from application.imports.ports import Reader
from application.imports.requests import NO_PROFILE, ImportRequest
from application.shared.commands import Call, Carried, Commands
from application.shared.import_kinds import ImportKind
from application.shared.permissions import everything
from application.shared.ports import EventLog
from application.shared.streams import Entity, Reference, facts_of, fold
from domain.imports import profiles
from domain.imports.profiles import ConfirmProfile, WithdrawProfile
from domain.shared.errors import Fault, Invalid, nearest
from domain.shared.kits import Open
from domain.shared.rules import clean_text, fault_of

PROFILE = Entity("profile", profiles.DECIDER, profiles.ProfileConfirmed, everything)


class Profiles:
    """The use cases of profiles; they raise as `Commands` says."""

    def __init__(
        self, commands: Commands, reader: Reader, kinds: Sequence[ImportKind[Any]]
    ) -> None:
        self._commands = commands
        self._reader = reader
        self._kinds = {kind.name: kind for kind in kinds}

    async def confirm(self, new: ConfirmProfile, call: Call) -> Carried:
        """Let files of this kind and source be read with these options: the first version, or the next.

        Raises:
            Invalid: there is no such kind, or an option is unknown or cannot be used; one fault per option.
        """
        kind = self._kinds.get(new.kind)
        if kind is None:
            raise _unknown("kind", new.kind, list(self._kinds), "/kind")
        if fault := fault_of("source", clean_text, new.source):
            raise Invalid("the profile cannot be recorded: see source", faults=[fault])
        _check_options(kind, new.options, self._reader)
        command = msgspec.structs.replace(new, source=clean_text(new.source))
        uid = profiles.profile_uid(command.kind, command.source)
        return await self._commands.tell(profiles.DECIDER, uid, command, call)

    async def withdraw(self, profile: Reference, call: Call) -> Carried:
        """Let nothing be taken for granted of such files any more; nothing happens if it is so already."""
        return await self._commands.change(PROFILE, profile, WithdrawProfile(), call)


def _check_options(kind: ImportKind[Any], options: Mapping[str, str], reader: Reader) -> None:
    known = [option.name for option in kind.options]
    for name in options:
        if name not in known:
            raise _unknown("option", name, known, f"/options/{name[:100]}")
    try:
        reader.check(options, kind.columns)
    except Invalid as error:
        faults = [
            msgspec.structs.replace(it, pointer=f"/options{it.pointer}") for it in error.faults
        ]
        raise Invalid("the profile cannot be used: see its options", faults=faults) from None


def _unknown(what: str, name: str, known: Sequence[str], pointer: str) -> Invalid:
    near = nearest(name[:100], known)
    hint = f"; {near} is near" if near else ""
    detail = f"there is no {what} {name[:100]!r}{hint}"
    fault = Fault(
        detail=detail, code=f"unknown_{what}", pointer=pointer, got=name[:200], nearest=near
    )
    return Invalid(detail, faults=[fault])


def with_profile(log: EventLog, request: ImportRequest) -> ImportRequest:
    """The request with the options of the profile that it names or, if it names none, of that of its source.

    What the request declares itself goes before what the profile says.

    Raises:
        Invalid: it names a profile that is not there, is withdrawn, or is of another kind.
    """
    named = request.profile
    if named == NO_PROFILE or (named is None and fault_of("source", clean_text, request.source)):
        return request
    kind = request.kind.name
    uid = named or profiles.profile_uid(kind, clean_text(request.source))
    facts = facts_of(log.stream_blocking(UUID(str(uid))))
    state = fold(profiles.DECIDER, facts)
    if not isinstance(state, Open) or state.value.kind != kind:
        if named is None:
            return request
        raise _no_profile(str(named), kind)
    return msgspec.structs.replace(
        request,
        options={**state.value.options, **request.options},
        profile=str(uid),
        profile_version=len(facts),
    )


def _no_profile(named: str, kind: str) -> Invalid:
    detail = f"there is no profile {named} of files of {kind} that is in use"
    fault = Fault(detail=detail, code="unknown_profile", pointer="/profile", got=named)
    return Invalid(f"the import cannot start: {detail}", faults=[fault])
