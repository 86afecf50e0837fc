"""What the commands of banks, accounts, members and administrators share: their documentation and their answer."""

from typing import Any
from uuid import UUID

import msgspec
import structlog
from litestar import Response

from application.services import Services
from application.shared.permissions import Permission, Principal
from application.shared.together import Done
from domain.shared.errors import Invalid, KeyReused, NotFound, Refused, StaleVersion
from interfaces.http.shared.commands import ETAG_HEADER, POSITION_HEADERS, command_headers
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import Parent
from interfaces.http.shared.routes import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    Body,
    Parameter,
    answer,
    documented,
)


class ChangedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Where the record is found, and the version this left it at."""

    id: int
    uid: UUID
    version: int


_HEADERS = {**POSITION_HEADERS, **ETAG_HEADER}
_EXAMPLE = ChangedRecord(id=41, uid=UUID("7d1b8d0a-2f61-4c0e-9a44-0d2f5b6c7e11"), version=1)


async def _visible_bank(services: Services, principal: Principal, reference: str) -> UUID:
    return (await services.banks.directory.bank(reference, principal.bank_uid)).uid


OF_BANK = Parent(parameter="bank_id", column="bank_uid", find=_visible_bank)
"""The bank of `/banks/{bank_id}/...`."""


def creating(permission: Permission, example: msgspec.Struct, *path: Parameter) -> dict[str, Any]:
    """The `opt` of a route that creates something out of a body like the example."""
    return documented(
        permission,
        answer(201, "It is there.", ChangedRecord, example=_EXAMPLE, headers=_HEADERS),
        parameters=[*path, IDEMPOTENCY_KEY],
        body=Body(media_type=JSON, schema=type(example), example=example),
        problems=[
            TooLarge,
            UnsupportedMediaType,
            Invalid,
            KeyReused,
            NotFound,
            Refused,
        ],
    )


def changing(permission: Permission, example: msgspec.Struct, path: Parameter) -> dict[str, Any]:
    """The `opt` of a route that changes what a body gives."""
    after = msgspec.structs.replace(_EXAMPLE, version=2)
    return documented(
        permission,
        answer(200, "It is so now.", ChangedRecord, example=after, headers=_HEADERS),
        parameters=[path, IF_MATCH],
        body=Body(media_type=JSON, schema=type(example), example=example),
        problems=[TooLarge, UnsupportedMediaType, Invalid, NotFound, Refused, StaleVersion],
    )


def ending(permission: Permission, path: Parameter) -> dict[str, Any]:
    """The `opt` of a route that takes something out of use."""
    after = msgspec.structs.replace(_EXAMPLE, version=3)
    return documented(
        permission,
        answer(200, "It is out of use.", ChangedRecord, example=after, headers=_HEADERS),
        parameters=[path, IF_MATCH],
        problems=[NotFound, StaleVersion],
    )


def written(done: Done, path: str, *, status_code: int = 200) -> Response[bytes]:
    """The answer to a command: where what it changed is found under `path`, and its version as `ETag`."""
    structlog.contextvars.bind_contextvars(stream=str(done.uid), position=done.position)
    return Response(
        encode_json(ChangedRecord(id=done.id, uid=done.uid, version=done.version)),
        status_code=status_code,
        media_type=JSON,
        headers=command_headers(
            done.position, f"{path}/{done.uid}", replayed=done.replayed, version=done.version
        ),
    )
