"""The composition root: the one place where ports meet their adapters."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from application.banks.accounts import Accounts
from application.banks.administrators import Administrators
from application.banks.banks import Banks
from application.banks.members import Members
from application.delegations import Delegations
from application.expenses.recording import Expenses
from application.identity.standing import SessionStanding
from application.imports.profiles import Profiles
from application.imports.readings import KindReadings
from application.imports.rejects import Rejects
from application.imports.reverting import ImportRuns
from application.imports.use_cases import Imports
from application.mail.administrators import BankAdministrators, Operators
from application.mail.passwords import PasswordLetters
from application.mail.ports import Addressee
from application.payments.scheduled import ScheduledPayments
from application.policies import POLICIES
from application.proposals.use_cases import Proposals
from application.rates import ExchangeRates
from application.reimbursements.policies import ApprovalPolicies
from application.reimbursements.reading import ClaimRecords
from application.reimbursements.reminding import WordsWanted
from application.reimbursements.use_cases import Reimbursements
from application.shared.commands import Commands
from application.shared.import_kinds import import_kinds
from application.shared.ports import Clock, EventLog
from application.shared.reactions.handling import handlers
from application.shared.services import Outlook, Services
from application.shared.streams import Entity
from application.statements.use_cases import Statements
from application.transactions.ingesting import Transactions
from application.usage_types import UsageTypes
from application.usages.batches import Batches
from application.usages.goals import UsageGoals
from application.usages.recording import Usages
from application.usages.restating import Restatements
from domain.shared.errors import Malformed
from domain.shared.exports import declared
from infrastructure.banks.ibans import SchwiftyIbans
from infrastructure.etl.composition import build_nightly, build_pipeline
from infrastructure.identity.access import build_identity
from infrastructure.identity.settings import ProviderSettings
from infrastructure.imports.reader import CsvReader
from infrastructure.imports.uploads import PostgresUploads
from infrastructure.mail.composition import build_mail
from infrastructure.mail.settings import public_url
from infrastructure.payments.composition import build_payments
from infrastructure.payments.settings import PaymentSettings
from infrastructure.retention.removing import PostgresUpkeep
from infrastructure.shared.event_log.recorders import open_log
from infrastructure.shared.health import ServerHealth
from infrastructure.shared.measurements import measurements
from infrastructure.shared.quotas import RedisQuotas
from infrastructure.shared.reactions.keeping import PostgresReactions
from infrastructure.shared.reactions.planning import Reactor
from infrastructure.shared.reactions.queue import JobQueue
from infrastructure.shared.reactions.rows import ReactionRows
from infrastructure.shared.reactions.working import ReactionWorker
from infrastructure.shared.read_store.following import Follower
from infrastructure.shared.read_store.projecting import Projector
from infrastructure.shared.read_store.query_engine import query_engine
from infrastructure.shared.read_store.read_models import PostgresReadModels
from infrastructure.shared.read_store.replays import PostgresReplays, ReplayRunner
from infrastructure.shared.read_store.sharding import Shards
from infrastructure.shared.read_store.together import Projectors
from infrastructure.shared.read_store.waiting import PostgresCheckpoints
from infrastructure.shared.roles import DatabaseRole, address_of, read_address_of
from infrastructure.shared.settings import Settings
from infrastructure.shared.units import PintUnits
from infrastructure.statements.sheets import XlsxSheets
from infrastructure.workflows.composition import build_workflows
from infrastructure.workflows.intake import build_intake
from projections.shared.catalog import PROJECTIONS
from projections.shared.query.reading import Queries
from projections.shared.query.replicas import Replica

_LOOKING_MAX = 2

_logger = structlog.get_logger("daybook.queries")


class SystemClock(Clock):
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def build(settings: Settings) -> Services:
    """The application over the database of these settings; nothing is connected yet.

    Raises:
        Malformed: the settings name no database, or a document of a workflow is wrong.
    """
    url, clock = address_of(settings, DatabaseRole.APPLICATION), SystemClock()
    reading = read_address_of(settings, DatabaseRole.APPLICATION)
    projecting = address_of(settings, DatabaseRole.PROJECTOR)
    keeping = address_of(settings, DatabaseRole.IDENTITY)
    log = open_log(url)
    commands = Commands(log, clock, uuid4, SessionStanding(settings.of(ProviderSettings).asked))
    units = PintUnits()
    reader, kinds = CsvReader(), import_kinds()
    looking = query_engine(url, readers_max=_LOOKING_MAX, pool="looking")
    asking = _asking(settings, url, reading)
    checkpoints = asking.checkpoints
    administrators = BankAdministrators(log)
    proposals = Proposals(commands, administrators)
    signing_in = build_identity(settings, keeping, commands, proposals, public_url(settings))
    intake = build_intake(url, settings.redis_url, clock)
    imports = Imports(log, reader, PostgresUploads(url), clock, uuid4, kinds, units)
    mail = build_mail(settings, commands)
    quotas = RedisQuotas(settings.redis_url, settings.per_minute)
    pipeline = build_pipeline(settings, log, imports, clock, uuid4)

    adapters = (mail, checkpoints, signing_in, intake, quotas)
    return Services(
        log=log,
        commands=commands,
        use_cases=by_class(
            imports,
            pipeline,
            build_nightly(settings, pipeline, log, clock),
            Profiles(commands, reader, kinds),
            Statements(KindReadings(reader, imports.grounds, clock), XlsxSheets(), clock),
            Rejects(commands, reader, kinds, units),
            *signing_in.use_cases,
            *_on_commands_alone(commands),
            *_with_a_second_person(commands, proposals),
            WordsWanted(commands, mail, administrators, Addressee),
            *build_payments(settings.of(PaymentSettings), url, commands, proposals),
            ScheduledPayments(log),
            administrators,
            Operators(log),
            UsageTypes(commands, units),
            (usages := Usages(commands, units)),
            Batches(commands, usages),
            intake.intake,
            mail,
            PasswordLetters(commands, signing_in.links, mail),
            *build_workflows(settings, commands, imports, mail),
        ),
        entities={one.noun: one for one in declared("application", Entity)},
        queries=asking.queries,
        checkpoints=checkpoints,
        read_models=_read_models(settings, log),
        replays=PostgresReplays(reading, PROJECTIONS),
        authentication=signing_in.authentication,
        quotas=quotas,
        reactions=PostgresReactions(asking.beside, projecting, log, POLICIES, looking),
        health=ServerHealth(looking, settings.redis_url),
        upkeep=PostgresUpkeep(looking),
        clock=clock,
        new_id=uuid4,
        close=log.close,
        aclose=partial(_aclose, adapters, (looking, *asking.engines), log),
    )


async def _aclose(adapters: Sequence[Any], engines: Sequence[AsyncEngine], log: Any) -> None:
    for one in adapters:
        await one.aclose()
    for engine in engines:
        await engine.dispose()
    await log.aclose()


def _checkpoints(settings: Settings, url: str, reading: str) -> PostgresCheckpoints:
    return PostgresCheckpoints(reading, PROJECTIONS, log_url=url if settings.read_url else None)


def _read_models(settings: Settings, log: EventLog) -> PostgresReadModels:
    url = read_address_of(settings, DatabaseRole.PROJECTOR)
    is_remote, shards = settings.read_url is not None, _shards(settings)
    return PostgresReadModels(url, log, PROJECTIONS, is_remote=is_remote, shards=shards)


def _shards(settings: Settings) -> Shards:
    role = DatabaseRole.PROJECTOR
    return Shards(
        settings.build_shards, address_of(settings, role), read_address_of(settings, role)
    )


class _Asking(NamedTuple):
    """What queries are answered by, and over which connections; `beside` are those to the log's server."""

    queries: Queries
    checkpoints: PostgresCheckpoints
    beside: AsyncEngine
    engines: Sequence[AsyncEngine]


def _asking(settings: Settings, url: str, reading: str) -> _Asking:
    engine = query_engine(reading, settings.queries_url, pool="queries")
    # What is asked of the log itself: with the read models, unless they have a server of their own.
    beside = query_engine(url, pool="beside") if settings.read_url else engine
    checkpoints = _checkpoints(settings, url, reading)
    replica, engines = None, [engine, beside]
    if settings.replica_url:
        engines.append(query_engine(settings.replica_url, pool="replica"))
        replica = Replica(
            engines[-1], engine, checkpoints.stood, _tell_of_replica, measurements().sent_to_replica
        )
    queries = Queries(engine, {it.name: it.version for it in PROJECTIONS}, beside, replica)
    return _Asking(queries, checkpoints, beside, engines)


def _tell_of_replica(why: str) -> None:
    _logger.warning("replica_not_used", detail=why)


def _on_commands_alone(commands: Commands) -> tuple[Any, ...]:
    use_cases = (
        Expenses,
        ImportRuns,
        Transactions,
        Reimbursements,
        ClaimRecords,
        Delegations,
        UsageGoals,
        Restatements,
    )
    return tuple(one(commands) for one in use_cases)


def _with_a_second_person(commands: Commands, proposals: Proposals) -> tuple[Any, ...]:
    ibans = SchwiftyIbans()
    return (
        proposals,
        Banks(commands, ibans),
        Accounts(commands, ibans, proposals),
        Members(commands),
        Administrators(commands, proposals),
        ApprovalPolicies(commands, proposals),
        ExchangeRates(proposals),
    )


def by_class(*use_cases: Any) -> dict[type, Any]:
    """Use cases as `Services` finds them."""
    return {type(one): one for one in use_cases}


@contextmanager
def build_projector(settings: Settings) -> Iterator[Projector | Projectors]:
    """A projector of every read model of the catalogue and of reactions, its connections given back at the end.

    Reactions stay with the log: where the read models have a server of their own, each server has its line.

    Raises:
        Malformed: the settings name no database.
    """
    url = address_of(settings, DatabaseRole.PROJECTOR)
    reading = read_address_of(settings, DatabaseRole.PROJECTOR)
    is_remote = settings.read_url is not None
    # One reads for all; more are open only while some catch up alone.
    log = open_log(url, readers_max=len(PROJECTIONS) + 3 + is_remote)
    shards = _shards(settings)
    followers = [
        Follower(each, reading, log, is_remote=is_remote, shards=shards) for each in PROJECTIONS
    ]
    reactor = Reactor(POLICIES, url, log, JobQueue(_redis_url(settings)))
    replays = ReplayRunner(_read_models(settings, log))
    try:
        if is_remote:
            of_read_models = Projector(reading, log, followers, replays=replays)
            yield Projectors([of_read_models, Projector(url, log, [reactor])])
        else:
            yield Projector(url, log, [*followers, reactor], replays=replays)
    finally:
        reactor.close()
        log.close()


def build_worker(settings: Settings) -> ReactionWorker:
    """A worker that performs reactions, over services of its own; nothing is connected yet.

    Raises:
        Malformed: the settings name no database, or no Redis.
    """
    rows = ReactionRows(address_of(settings, DatabaseRole.APPLICATION))
    queue = JobQueue(_redis_url(settings))
    return ReactionWorker(rows, queue, handlers(), build(settings))


def build_outlook(settings: Settings, role: DatabaseRole = DatabaseRole.APPLICATION) -> Outlook:
    """What tells how a Daybook is, over few connections of its own, whoever waits for those of `build`.

    Raises:
        Malformed: the settings name no database.
    """
    url, reading = address_of(settings, role), read_address_of(settings, role)
    log = open_log(url, readers_max=1)
    beside = query_engine(url, readers_max=1)
    engine = query_engine(reading, readers_max=1) if settings.read_url else beside

    async def aclose() -> None:
        await engine.dispose()
        await beside.dispose()
        await log.aclose()

    return Outlook(
        log=log,
        queries=Queries(engine, beside_log=beside),
        checkpoints=_checkpoints(settings, url, reading),
        reactions=PostgresReactions(beside, url, log, POLICIES, beside),
        health=ServerHealth(beside, settings.redis_url),
        upkeep=PostgresUpkeep(beside),
        aclose=aclose,
    )


def _redis_url(settings: Settings) -> str:
    if settings.redis_url is None:
        raise Malformed("REDIS_URL is not set, and no embedded server was started")
    return settings.redis_url
