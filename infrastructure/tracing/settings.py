"""Where traces go, under the names that OpenTelemetry has for it."""

from typing import Annotated
from urllib.parse import urlsplit

from infrastructure.shared.settings import Setting, SettingsGroup


def _read_endpoint(text: str) -> str:
    parts = urlsplit(text)
    rest = (parts.username, parts.password, parts.query, parts.fragment)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(rest):
        raise ValueError(
            "an address such as http://collector:4318; keys go to OTEL_EXPORTER_OTLP_HEADERS"
        )
    return text.rstrip("/")


def _read_share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError("a number from 0 to 1")
    return share


class TracingSettings(SettingsGroup, frozen=True, kw_only=True):
    """Who collects spans, and how many."""

    endpoint: Annotated[
        str | None,
        Setting(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            _read_endpoint,
            "where traces are sent by OTLP over HTTP; `/v1/traces` is added",
            "none: no traces",
        ),
    ] = None
    share: Annotated[
        float,
        Setting(
            "OTEL_TRACES_SAMPLER_ARG",
            _read_share,
            "the share of traces that are sent, from 0 to 1: each whole, or not at all",
            "1",
        ),
    ] = 1.0


SETTINGS = (TracingSettings,)
