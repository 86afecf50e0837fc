"""Spans on their way to a collector, by OTLP over HTTP: the adapter behind `application.shared.tracing`.

Rules upheld here:
- spans leave from a thread of their own, out of a queue that is bounded: a collector that is slow or away costs spans,
  and never a request;
- which traces are kept follows from their ids alone, so that each is whole or not there;
- errors are told by their names: what they say may quote what somebody wrote.

Whatever else OpenTelemetry reads of the environment (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_BSP_…`, `OTEL_RESOURCE_…`)
holds as its documentation says.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from hashlib import blake2b
from importlib.metadata import version
from threading import Thread
from typing import Any
from uuid import UUID

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.span import TraceState
from opentelemetry.util.types import Attributes
from requests import PreparedRequest, Response, Session

from application.shared.tracing import (
    Span,
    SpanPart,
    SpanPlace,
    Told,
    Tracing,
    error_of,
)

_PATIENCE_S = 3.0
"""Seconds that a collector has for a batch."""

_LAST_S = 1.0
"""Seconds that a process which ends waits until its last spans are gone."""

_TELL_S = 60.0
"""Seconds between two lines that say that spans were lost."""

_logger = structlog.get_logger("daybook.traces")

_KEPT = TraceFlags(TraceFlags.SAMPLED)
_DIGEST_BYTES = 7
_wanted: ContextVar[SpanPlace | None] = ContextVar("wanted", default=None)


class SpanSender(Tracing):
    """Makes spans as places say, and sends those that are kept."""

    def __init__(self, endpoint: str, share: float, process: str) -> None:
        """`process` is the one that sends, `api` say."""
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # `_Exporter` says it
        self._share = _Share(share)
        self._exporter = _Exporter(endpoint, timeout=_PATIENCE_S, session=_StatusOnly())
        self._processor = BatchSpanProcessor(self._exporter)
        resource = Resource.create(
            {SERVICE_NAME: f"daybook-{process}", SERVICE_VERSION: version("daybook")}
        )
        provider = TracerProvider(
            self._share, resource, shutdown_on_exit=False, id_generator=_Ids()
        )
        provider.add_span_processor(self._processor)
        self._tracer = provider.get_tracer("daybook")

    def wants(self, trace: UUID) -> bool:
        return self._share.keeps(trace.int)

    @contextmanager
    def span(
        self, name: str, place: SpanPlace | None, part: SpanPart, told: Mapping[str, Told]
    ) -> Iterator[Span]:
        span = self._begun(name, place, part, told)
        opened = _Open(span)
        with trace.use_span(
            span, end_on_exit=True, record_exception=False, set_status_on_exception=False
        ):
            try:
                yield opened
            except BaseException as error:
                opened.fail(error_of(error))
                raise

    def was(
        self,
        name: str,
        place: SpanPlace,
        began_ns: int,
        told: Mapping[str, Told],
        error: str | None,
    ) -> None:
        span = self._begun(name, place, SpanPart.INTERNAL, told, began_ns)
        if error is not None:
            _Open(span).fail(error)
        span.end(time.time_ns())

    def close(self) -> None:
        """Send what is there, if the collector takes it soon."""
        last = Thread(target=self._end, name="last spans", daemon=True)
        last.start()
        last.join(_LAST_S)
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # it would try again for half a minute

    def _end(self) -> None:
        # Either may wait for a collector as long as that likes.
        self._processor.force_flush()
        self._processor.shutdown()  # type: ignore[no-untyped-call]

    def _begun(
        self,
        name: str,
        place: SpanPlace | None,
        part: SpanPart,
        told: Mapping[str, Told],
        began_ns: int | None = None,
    ) -> trace.Span:
        here = trace.get_current_span().get_span_context()
        context, links = _around(place, here)
        wanted = _wanted.set(place)
        try:
            return self._tracer.start_span(
                name, context, SpanKind[part.name], dict(told), links, start_time=began_ns
            )
        finally:
            _wanted.reset(wanted)


def _around(place: SpanPlace | None, here: SpanContext) -> tuple[Context | None, Sequence[Link]]:
    """The context in which a span begins, and what it is linked to: the span in hand, if that is of another trace."""
    if place is None or (place.parent is None and here.trace_id == place.trace.int):
        return None, ()
    links = [Link(here)] if here.is_valid and here.trace_id != place.trace.int else []
    if place.parent is None:
        return Context(), links
    parent = SpanContext(place.trace.int, place.parent, is_remote=True, trace_flags=_KEPT)
    return trace.set_span_in_context(trace.NonRecordingSpan(parent), Context()), links


class _StatusOnly(Session):
    """Reads no answer but its status: what else a collector says may have no end."""

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        """As asked for, and no further: neither the body nor another address is looked at."""
        answer = super().send(request, **{**options, "stream": True, "allow_redirects": False})
        answer.close()
        return answer


class _Exporter(OTLPSpanExporter):
    """Says once in a while that spans were lost, rather than at every attempt."""

    _tell_at = 0.0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = super().export(spans)
        if result is SpanExportResult.FAILURE and time.monotonic() >= self._tell_at:
            self._tell_at = time.monotonic() + _TELL_S
            _logger.warning("spans_lost", spans=len(spans))
        return result


class _Open(Span):
    """One of OpenTelemetry's, in our words."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def call(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, attribute: str, told: Told) -> None:
        self._span.set_attribute(attribute, told)

    def fail(self, error: str) -> None:
        self._span.set_attribute("error.type", error)
        self._span.set_status(Status(StatusCode.ERROR))


class _Ids(IdGenerator):
    """Those that a place asks for, else any."""

    def __init__(self) -> None:
        self._any = RandomIdGenerator()

    def generate_span_id(self) -> int:
        place = _wanted.get()
        return (place and place.id) or self._any.generate_span_id()

    def generate_trace_id(self) -> int:
        place = _wanted.get()
        return place.trace.int if place else self._any.generate_trace_id()


def is_kept(share: float, trace_id: int) -> bool:
    """Whether a trace is of the share, from 0 to 1, that is kept.

    A digest of the id tells, since ids need not be random: callers choose them, and old kinds of UUID end in the
    address of a network card. Who wants a trace to be kept can still look for an id that is.
    """
    digest = blake2b(trace_id.to_bytes(16, "big"), digest_size=_DIGEST_BYTES).digest()
    return int.from_bytes(digest, "big") < round(share * (1 << 8 * _DIGEST_BYTES))


class _Share(Sampler):
    """Keeps a share of the traces."""

    def __init__(self, share: float) -> None:
        self.keeps = partial(is_kept, share)

    def should_sample(
        self,
        parent_context: Context | None,  # noqa: ARG002
        trace_id: int,
        name: str,  # noqa: ARG002
        kind: SpanKind | None = None,  # noqa: ARG002
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,  # noqa: ARG002
        trace_state: TraceState | None = None,  # noqa: ARG002
    ) -> SamplingResult:
        decision = Decision.RECORD_AND_SAMPLE if self.keeps(trace_id) else Decision.DROP
        return SamplingResult(decision, attributes)

    def get_description(self) -> str:
        return "share of traces by a digest of their ids"
