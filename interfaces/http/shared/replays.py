"""Replays of the log for one read model: what an operator asks for, and how far the projectors are with it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from application.shared.permissions import Permission
from application.shared.read_models import Purpose, Replay, ReplayState
from domain.shared.errors import NotFound, Refused
from interfaces.http.shared.flows import Flow, Who, step
from interfaces.http.shared.inputs import services_of
from interfaces.http.shared.plain_routes import NO_STORE, shows, takes
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Parameter, answer
from interfaces.http.shared.security import principal_of

_TAG = "Operations"


class NewReplay(msgspec.Struct, frozen=True, kw_only=True):
    """What the log is to be replayed for."""

    purpose: Purpose


class ReplaysShown(msgspec.Struct, frozen=True):
    """The last of each purpose and read model."""

    data: Sequence[Replay]


_EXAMPLE = Replay(
    projection="expenses",
    version=1,
    purpose=Purpose.VERIFY,
    state=ReplayState.WAITING,
    asked_by="user:b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c",
    asked_at=datetime(2026, 11, 20, 21, 30, tzinfo=UTC),
    began_at=None,
    ended_at=None,
    position=0,
    until=0,
    differing=None,
    error=None,
)


@shows(
    "/projections/replays",
    _TAG,
    "What was asked of the projectors",
    Permission.OPERATIONS_READ,
    answer(200, "The last of each.", example=ReplaysShown([_EXAMPLE])),
    headers=NO_STORE,
)
async def list_replays(request: AnyRequest) -> ReplaysShown:
    """`differing` are the tables that did not say what the log says; null until they were compared."""
    return ReplaysShown(await services_of(request).replays.asked())


@takes(
    "/projections/{projection:str}/replays",
    _TAG,
    "Verify a read model, or rebuild it",
    Permission.PROJECTIONS_REPLAY,
    NewReplay(purpose=Purpose.VERIFY),
    answer(202, "A projector does it next.", example=_EXAMPLE),
    parameters=[
        Parameter(
            name="projection",
            description="The name of a read model.",
            schema={"type": "string", "pattern": "^[a-z][a-z_]{0,62}$"},
            where="path",
            example="expenses",
        )
    ],
    problems=[NotFound, Refused],
)
async def replay_projection(request: AnyRequest, projection: str, given: NewReplay) -> Replay:
    """By replaying the log into a copy. `verify` only compares; `rebuild` puts the copy in its place.

    Queries are answered meanwhile. Until it has ended, the same is refused: 409 `verify_running`, `rebuild_running`.
    """
    actor = principal_of(request).actor
    return await services_of(request).replays.ask(projection, given.purpose, actor)


ROUTES = (list_replays, replay_projection)
FLOW = Flow(
    "A read model held against the log",
    [
        step("getReadiness", keep={"projection": "/projections/0/name"}),
        step("replayProjection", by=Who.OPERATOR),
        # Behind it another run of this collection can ask for the same.
        step("listReplays", by=Who.OPERATOR, until={"/data/0/ended_at": None}),
    ],
)
