"""Whether the spans of a process are sent anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.shared.tracing import trace_with
from infrastructure.shared.settings import Settings
from infrastructure.tracing.settings import TracingSettings


@contextmanager
def tracing(settings: Settings, process: str) -> Iterator[None]:
    """Send the spans of this process, `api` say, for as long as the block lasts, if the settings say where to."""
    wanted = settings.of(TracingSettings)
    if wanted.endpoint is None:
        yield
        return
    # OpenTelemetry takes a tenth of a second to be imported, which who has no collector need not wait for.
    from infrastructure.tracing.sending import SpanSender

    sender = SpanSender(f"{wanted.endpoint}/v1/traces", wanted.share, process)
    trace_with(sender)
    try:
        yield
    finally:
        trace_with(None)
        sender.close()
