"""The pipeline and its schedule over a database, as the settings say."""

import asyncio
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from uuid import UUID

import structlog

from application.etl.nightly import NightlyRuns
from application.etl.pipeline import Pipeline, PipelineSetting
from application.imports.use_cases import Imports
from application.shared.import_kinds import import_kinds
from application.shared.ports import Clock, EventLog
from application.shared.services import Services
from domain.etl import Nightly
from domain.shared.errors import Unavailable
from infrastructure.etl.settings import EtlSettings
from infrastructure.etl.turns import PostgresTurns
from infrastructure.etl.workshop import FolderWorkshop
from infrastructure.shared.roles import DatabaseRole, address_of
from infrastructure.shared.settings import Settings
from projections.imports import IMPORTS
from projections.shared.query.lists import parse_export

KIND = "transactions"
_LOADED = (("status[in]", "completed,reverted"), ("fields", "interval_start"))
LOOK_S = 20.0
"""Seconds between two looks at what is due."""

_logger = structlog.get_logger("daybook.nightly")


def build_pipeline(
    settings: Settings, log: EventLog, imports: Imports, clock: Clock, new_id: Callable[[], UUID]
) -> Pipeline:
    """The pipeline of transactions; nothing is connected or written yet."""
    etl = settings.of(EtlSettings)
    setting = PipelineSetting(
        kind=next(kind for kind in import_kinds() if kind.name == KIND),
        nightly=Nightly(at=etl.at, zone=etl.zone, reach_days=etl.catch_up_days),
        source=etl.source,
        max_reject_ratio=etl.max_reject_ratio,
        code_version=version("daybook"),
    )
    workshop = FolderWorkshop(
        etl.folder or settings.home / "etl", etl.mb_max * 1_000_000, etl.silence_s
    )
    return Pipeline(log, imports, workshop, clock, new_id, setting)


def build_nightly(
    settings: Settings, pipeline: Pipeline, log: EventLog, clock: Clock
) -> NightlyRuns:
    """The schedule of the pipeline."""
    return NightlyRuns(
        pipeline, log, PostgresTurns(address_of(settings, DatabaseRole.APPLICATION)), clock
    )


async def loaded_days(services: Services) -> set[dt.date]:
    """The days within reach that were loaded, whatever began their runs, and reverted or not, as far as the read model
    knows: what a person has reverted is not for the night to load again."""
    setting = services.of(Pipeline).setting
    first, *_ = setting.nightly.days(services.clock.now())
    since = setting.nightly.interval(first)[0].astimezone(dt.UTC).isoformat()
    asked = [*_LOADED, ("interval_start[gte]", since), ("kind", setting.kind.name)]
    query, found = parse_export(IMPORTS.collection, asked), set[dt.date]()
    with suppress(Unavailable):  # it may not be there yet; to load a day again does no harm
        async for rows in services.queries.stream(IMPORTS.collection, query):
            found.update(setting.nightly.day_of(row["interval_start"]) for row in rows)
    return found


async def look_after(services: Services, stop: asyncio.Event) -> None:
    """Make the runs that are due, again and again until `stop` is set; what goes wrong is on record with its run."""
    nightly = services.of(NightlyRuns)
    while nightly.is_set and not stop.is_set():
        try:
            loaded = await loaded_days(services)
            for error in await asyncio.to_thread(nightly.catch_up, loaded, stop.is_set):
                _logger.warning("nightly_run_failed", code=error.code, error=error.detail)
        except Exception:  # a run of ours that failed is no reason to do no others
            _logger.exception("nightly_runs_failed")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await stop.wait()
