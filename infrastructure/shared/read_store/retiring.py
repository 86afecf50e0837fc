"""Removing versions of read models that other code made, once nobody needs them.

Rules upheld here:
- nothing is removed before it is clear that all of it may be;
- a version goes in one transaction with its checkpoint, and this code's gets the usual place if that became free.
"""

from collections.abc import Iterator, Mapping, Sequence
from time import monotonic, sleep

from psycopg import errors

from application.shared.checkpoints import SILENT_S_MAX
from application.shared.read_models import Retired
from domain.shared.errors import NotFound, Refused, Unavailable, nearest
from infrastructure.shared.heartbeats import HEARD
from infrastructure.shared.read_store import checkpoints
from infrastructure.shared.read_store.connections import (
    ACTIVE,
    BUILD,
    READ,
    ReadConnection,
    connected,
    try_lock,
)
from infrastructure.shared.read_store.tables import (
    drop_live,
    drop_schema,
    drop_schema_if_empty,
    move,
)
from projections.shared.projection import Projection
from projections.shared.shelves import Shelf, kept_under

# Planned reactions have a checkpoint, too, and no tables.
_THERE = """
    SELECT c.projection, c.version, coalesce(sum(pg_total_relation_size(t.oid)), 0)::bigint
    FROM daybook.checkpoints c
    LEFT JOIN pg_class t ON t.relname = ANY(c.tables) AND t.relnamespace = to_regnamespace(
        CASE WHEN c.projection LIKE '%@%' THEN 'read_v' || c.version ELSE 'read' END)
    WHERE c.slot = 'live' AND c.tables IS NOT NULL OR c.slot = 'build'
        AND c.projection LIKE '%@%' AND c.projection NOT LIKE '%:%'
    GROUP BY c.projection, c.version ORDER BY c.projection
"""
_LOCK_TIMEOUT_MS = 250
_PAUSE_S = 0.2


def retire(
    database_url: str,
    projections: Mapping[str, Projection],
    names: Sequence[str],
    *,
    force: bool,
    patience_s: float = 30.0,
) -> list[Retired]:
    """See `application.shared.read_models.ReadModels.retire`; long queries are waited for up to `patience_s`."""
    with connected(database_url, "retirement") as connection:
        sizes = {
            kept_under(key, version): size for key, version, size in connection.execute(_THERE)
        }
        _check_names(names, {*projections, *(each.projection for each in sizes)})
        mine = {Shelf(each.name, each.version).name for each in projections.values()}
        others = [
            shelf
            for shelf in sizes
            if shelf.name not in mine and (not names or shelf.projection in names)
        ]
        for projection in {each.projection for each in others} & projections.keys():
            _check_own(connection, projections[projection])
        used = [] if force else [use for each in others for use in _uses(connection, each)]
        if used:
            raise Refused("; ".join(used), code="version_in_use")
        for shelf in others:
            _patiently(connection, shelf, projections.get(shelf.projection), patience_s)
        return [
            Retired(projection=each.projection, version=each.version, size=sizes[each])
            for each in others
        ]


def _check_names(names: Sequence[str], known: set[str]) -> None:
    for name in names:
        if name not in known:
            raise NotFound(
                f"there is no projection {name!r}; there are {', '.join(sorted(known))}",
                code="unknown_projection",
                nearest=nearest(name, sorted(known)),
            )


def _check_own(connection: ReadConnection, projection: Projection) -> None:
    """See that queries find this code's version, and that it stays where it is meanwhile."""
    shelf = checkpoints.shelf(connection, projection)
    live = checkpoints.read(connection, shelf.key, checkpoints.LIVE)
    if live is None or live.state != "live" or not live.vouches:
        raise Refused(
            f"{projection.name} is not live in version {projection.version}, which is to stay",
            code="not_built",
        )
    if not try_lock(connection, BUILD, shelf.key):
        raise Refused(
            f"{projection.name} is being built anew; wait until that has ended",
            code="rebuild_running",
        )


def _uses(connection: ReadConnection, shelf: Shelf) -> Iterator[str]:
    """Who needs this version; what nobody does is locked, so that nobody begins to."""
    what = f"{shelf.projection} version {shelf.version}"
    heard: dict[str, float] = dict(connection.execute(HEARD).fetchall())
    is_fed = heard.get(shelf.key, SILENT_S_MAX + 1) <= SILENT_S_MAX
    if is_fed or not try_lock(connection, ACTIVE, shelf.key):
        yield f"a projector follows the log for {what}"
    elif not try_lock(connection, BUILD, shelf.key):
        yield f"{what} is being built"
    if not try_lock(connection, READ, shelf.name):
        yield f"an api answers from {what}"


def _patiently(
    connection: ReadConnection, shelf: Shelf, own: Projection | None, patience_s: float
) -> None:
    deadline = monotonic() + patience_s
    while True:
        try:
            _remove(connection, shelf, own)
        except (errors.LockNotAvailable, errors.DeadlockDetected) as error:
            if monotonic() > deadline:
                raise Unavailable(
                    f"the tables of {shelf.projection} version {shelf.version} were never free; try again later",
                    code="switch_timed_out",
                ) from error
            sleep(_PAUSE_S)
        else:
            return


def _remove(connection: ReadConnection, shelf: Shelf, own: Projection | None) -> None:
    with connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}".encode())
        checkpoints.read(connection, shelf.key, checkpoints.LIVE, lock=True)
        drop_live(connection, shelf)
        for slot in (checkpoints.LIVE, checkpoints.BUILD, checkpoints.VERIFY):
            checkpoints.remove(connection, shelf.key, slot)
            drop_schema(connection, shelf.scratch(slot))
        connection.execute("DELETE FROM daybook.heartbeats WHERE name = %s", (shelf.key,))
        if own is not None and not shelf.is_beside:
            _take_usual_place(connection, Shelf(own.name, own.version, is_beside=True), shelf)
        checkpoints.announce(connection, shelf.projection, "retired")
    if shelf.is_beside:
        drop_schema_if_empty(connection, shelf.schema)
    elif own is not None:
        drop_schema_if_empty(connection, Shelf(own.name, own.version, is_beside=True).schema)


def _take_usual_place(connection: ReadConnection, shelf: Shelf, usual: Shelf) -> None:
    row = connection.execute(
        "UPDATE daybook.checkpoints SET projection = %s, updated_at = clock_timestamp()"
        " WHERE projection = %s AND slot = 'live' RETURNING tables",
        (usual.key, shelf.key),
    ).fetchone()
    move(connection, row[0] if row else (), shelf.schema, usual.schema)
    connection.execute(
        "UPDATE daybook.heartbeats SET name = %s WHERE name = %s", (usual.key, shelf.key)
    )
