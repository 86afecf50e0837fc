"""A collector of spans, as OpenTelemetry's own takes them: OTLP over HTTP, in protobuf."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from uuid import UUID

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1 import trace_pb2


class Spanned(NamedTuple):
    """One span, as it was sent."""

    process: str
    name: str
    trace: UUID
    id: str
    parent: str
    links: tuple[UUID, ...]
    told: dict[str, Any]
    failed: bool


class Collector:
    """What was sent so far."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.spans: list[Spanned] = []

    def of(self, trace: UUID | str) -> list[Spanned]:
        """The spans of one trace."""
        return [each for each in self.spans if each.trace == UUID(str(trace))]

    def take(self, body: bytes) -> None:
        """Take in one message."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            told = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.spans += [
                _spanned(told["service.name"], span)
                for scope in resource.scope_spans
                for span in scope.spans
            ]


def _spanned(process: str, span: trace_pb2.Span) -> Spanned:
    told = {each.key: _value(each.value) for each in span.attributes}
    return Spanned(
        process.removeprefix("daybook-"),
        span.name,
        UUID(bytes=span.trace_id),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        tuple(UUID(bytes=link.trace_id) for link in span.links),
        told,
        span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
    )


def _value(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


@contextmanager
def collector(port: int = 0) -> Iterator[Collector]:
    """A collector on a port of this machine, until the block ends."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            found.take(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Taking)
    found = Collector(f"http://127.0.0.1:{server.server_port}")
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
