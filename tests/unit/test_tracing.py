"""Spans without a collector, which traces are kept, and what the settings of traces may say."""

from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.shared import tracing
from application.shared.tracing import SpanPlace, span_of
from domain.shared.errors import Malformed
from infrastructure.shared.settings import read_settings
from infrastructure.tracing.sending import is_kept
from infrastructure.tracing.settings import TracingSettings


def test_without_a_collector_nothing_is_made_and_errors_pass() -> None:
    assert not tracing.wants(uuid4())
    with tracing.span("any", SpanPlace(uuid4())) as span:
        span.call("other")
        span.note("daybook.events", 3)
        span.fail("any")
    with pytest.raises(KeyError), tracing.span("any"):
        raise KeyError
    tracing.was("any", SpanPlace(uuid4()), 0, {})


RANDOM = Random(15)
TRACES = {
    "by chance": [UUID(int=RANDOM.getrandbits(128), version=4).int for _ in range(4_000)],
    # What an old library makes, and what somebody writes who would have all of theirs kept.
    "by the clock": [UUID(fields=(n, 1, 4096, 1, 2, 0xA1B2C3D4E5F6)).int for n in range(4_000)],
    "that end in zeros": [(n + 1) << 64 for n in range(4_000)],
}


@pytest.mark.parametrize("kind", TRACES)
def test_a_share_of_traces_is_kept_and_a_larger_one_holds_it(kind: str) -> None:
    traces = TRACES[kind]
    for share in (0.0, 0.01, 0.25, 0.5, 1.0):
        kept = [trace for trace in traces if is_kept(share, trace)]
        assert len(kept) / len(traces) == pytest.approx(share, abs=0.03)
    assert all(is_kept(0.6, trace) for trace in traces if is_kept(0.1, trace))


def test_the_span_of_a_cause_is_the_same_in_every_process() -> None:
    cause = UUID("b1d2c3e4-5f60-4718-8293-a4b5c6d7e819")
    assert span_of(cause) == 0x7CACD3EC85217846
    assert 0 < span_of(uuid4()) < 1 << 64


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://key:secret@collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318?key=secret"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.1"),
        ("OTEL_TRACES_SAMPLER_ARG", "nan"),
        ("OTEL_TRACES_SAMPLER_ARG", "half"),
    ],
)
def test_wrong_settings_are_named(name: str, wrong: str) -> None:
    with pytest.raises(Malformed, match=name):
        read_settings({name: wrong})


def test_settings_are_read() -> None:
    given: dict[str, Any] = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example:4318/",
        "OTEL_TRACES_SAMPLER_ARG": "0.05",
    }
    found = read_settings(given).of(TracingSettings)
    assert (found.endpoint, found.share) == ("https://collector.example:4318", 0.05)
    assert read_settings({}).of(TracingSettings).endpoint is None
