"""What is recorded together with a run, or not at all, and what its rows may belong to by it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.imports.requests import ImportRequest
from application.shared.import_kinds import Reference
from application.shared.ports import Append, EventLog, StreamAppend, StreamRead
from domain.shared.errors import Fault
from domain.shared.events import names_read_as

Beside = Sequence[StreamAppend | StreamRead]
"""Streams that are written, and streams that must not have moved."""


def with_beside(append: Append, beside: Beside) -> Append:
    """The append with these further streams, written and read."""
    written = (it for it in beside if isinstance(it, StreamAppend))
    read = (it for it in beside if isinstance(it, StreamRead))
    return msgspec.structs.replace(
        append, streams=(*append.streams, *written), reads=(*append.reads, *read)
    )


def unknown_references(log: EventLog, request: ImportRequest, beside: Beside) -> list[Fault]:
    """What is wrong with what the rows are said to belong to; what is opened beside them is known."""
    found = (_fault(it, request, log, beside) for it in request.kind.references)
    return [fault for fault in found if fault]


def _fault(
    reference: Reference, request: ImportRequest, log: EventLog, beside: Beside
) -> Fault | None:
    name, uid = reference.name, request.refers_to.get(reference.name)
    if uid is None:
        detail = f"the uid of the {name} was expected to whom the {request.kind.name} belong"
        fault = Fault(detail=detail, code="missing", pointer=f"/{name}")
        return fault if reference.is_required else None
    if _is_opened(uid, reference, log, beside):
        return None
    detail = f"there is no {name} {uid}"
    return Fault(detail=detail, code=f"unknown_{name}", pointer=f"/{name}", got=str(uid))


def _is_opened(uid: UUID, reference: Reference, log: EventLog, beside: Beside) -> bool:
    opening = (it for it in beside if isinstance(it, StreamAppend) and it.expected_version == 0)
    if any(
        it.stream_id == uid and it.events and isinstance(it.events[0], reference.opened_by)
        for it in opening
    ):
        return True
    recorded = log.stream_blocking(uid)
    return bool(recorded) and recorded[0].name in names_read_as(reference.opened_by)
