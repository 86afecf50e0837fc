"""Structured logs: one JSON object per line on stderr, with the request id of whoever caused it.

No body, no query string, no header, no address is ever logged; what handlers bind (actor, stream, position) is.
"""

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO, cast

import msgspec
import structlog


def configure_logging(level: str = "INFO") -> None:
    """Send all logging of this process, that of libraries included, through one JSON renderer. Call once per process.

    `level` is a name of the standard library: DEBUG, INFO, WARNING, ERROR or CRITICAL.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    out = cast(TextIO, _Lossy())
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, _json()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _json(),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # aiosmtpd's writes down whatever anybody says at a door for mail, and to whom.
    logging.getLogger("mail.log").setLevel(logging.WARNING)


class _Lossy:
    """Standard error, of which lines are lost that find no room: nobody's request fails for that."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def _json() -> structlog.typing.Processor:
    return structlog.processors.JSONRenderer(serializer=_as_text)


_ENCODER = msgspec.json.Encoder(enc_hook=str)


def _as_text(entry: Any, **_: Any) -> str:
    return _ENCODER.encode(entry).decode()
