"""The `eventsourcing` package's own cases, run on our recorders."""

import unittest
from typing import Any

import pytest
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    ProcessRecorder,
    TrackingRecorder,
)
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    InfrastructureFactoryTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)
from eventsourcing.utils import Environment

from infrastructure.shared.event_log.log import PostgresEventLog
from infrastructure.shared.event_log.recorders import EventLogFactory, StreamRecorder


class OnOurLog(unittest.TestCase):
    """Gives every case a log on a fresh database."""

    @pytest.fixture(autouse=True)
    def _open_log(self, database_url: str) -> Any:
        self.env = Environment(
            "App",
            {
                "PERSISTENCE_MODULE": "infrastructure.shared.event_log.recorders",
                "DATABASE_URL": database_url,
            },
        )
        self.log = PostgresEventLog(database_url)
        yield
        self.log.close()


class TestAggregateRecorder(OnOurLog, AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return StreamRecorder(self.log)


class TestApplicationRecorder(OnOurLog, ApplicationRecorderTestCase[PostgresEventLog]):
    def create_recorder(self) -> PostgresEventLog:
        return self.log

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingNotificationIDs(OnOurLog, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return self.log


class TestTrackingRecorder(OnOurLog, TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return self.log


class TestProcessRecorder(OnOurLog, ProcessRecorderTestCase):
    def create_recorder(self) -> ProcessRecorder:
        return self.log


class SpecialTrackingRecorder(PostgresEventLog):
    """A class of a user's own, to be found by its topic."""


class TestInfrastructureFactory(OnOurLog, InfrastructureFactoryTestCase[EventLogFactory]):
    def expected_factory_class(self) -> type[EventLogFactory]:
        return EventLogFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return StreamRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return PostgresEventLog

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return PostgresEventLog

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return SpecialTrackingRecorder

    def expected_process_recorder_class(self) -> type[ProcessRecorder]:
        return PostgresEventLog
