"""Where and when the transactions of a day are fetched, as the installation sets it."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.shared.numbers import read_decimal
from infrastructure.shared.forms import whole_number
from infrastructure.shared.settings import Setting, SettingsGroup


def _read_at(text: str) -> dt.time:
    try:
        at = dt.time.fromisoformat(text)
    except ValueError:
        at = dt.time(tzinfo=dt.UTC)
    if at.tzinfo or ":" not in text:
        raise ValueError("a time of day such as 00:30")
    return at


def _read_zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):
        raise ValueError("the name of a time zone such as Europe/Berlin") from None


def _read_ratio(text: str) -> Decimal:
    try:
        ratio = read_decimal(text)
        is_part = 0 <= ratio <= 1
    except (ValueError, ArithmeticError):  # no number, or none that compares
        is_part = False
    if not is_part:
        raise ValueError("a number from 0 to 1")
    return ratio


def _read_folder(text: str) -> Path:
    if "\0" in text:
        raise ValueError("the path of a folder")
    return Path(text).expanduser().absolute()


class EtlSettings(SettingsGroup, frozen=True, kw_only=True):
    """The nightly pipeline."""

    source: Annotated[
        str | None,
        Setting(
            "DAYBOOK_ETL_SOURCE",
            str,
            "where the file of each day is: a folder, or an address that fsspec opens, with `{day}` for the date; "
            "credentials in it stay out of every record",
            "none: nothing runs by itself",
            is_secret=True,
        ),
    ] = None
    at: Annotated[
        dt.time,
        Setting("DAYBOOK_ETL_AT", _read_at, "when the worker loads the day before, HH:MM", "00:30"),
    ] = dt.time(0, 30)
    zone: Annotated[
        str,
        Setting("DAYBOOK_ETL_ZONE", _read_zone, "the time zone that days and hours are of", "UTC"),
    ] = "UTC"
    catch_up_days: Annotated[
        int,
        Setting(
            "DAYBOOK_ETL_CATCH_UP_DAYS",
            whole_number(1, 366),
            "how many days back the worker makes up for nights that were missed or failed",
            "7",
        ),
    ] = 7
    max_reject_ratio: Annotated[
        Decimal | None,
        Setting(
            "DAYBOOK_ETL_MAX_REJECT_RATIO",
            _read_ratio,
            "the part of its rows, 0 to 1, beyond which bad ones fail a run before it loads",
            "none",
        ),
    ] = None
    folder: Annotated[
        Path | None,
        Setting("DAYBOOK_ETL_FOLDER", _read_folder, "work files of runs", "`etl` in the home"),
    ] = None
    mb_max: Annotated[
        int,
        Setting(
            "DAYBOOK_ETL_MB_MAX",
            whole_number(1, 1_000_000),
            "largest file of a day, in MB of 1,000,000 bytes",
            "2000",
        ),
    ] = 2_000
    silence_s: Annotated[
        int,
        Setting(
            "DAYBOOK_ETL_SILENCE_S",
            whole_number(1, 3_600),
            "seconds that a web server may take to answer, and be silent while it does",
            "60",
        ),
    ] = 60
    airflow_port: Annotated[
        int,
        Setting("DAYBOOK_AIRFLOW_PORT", whole_number(1, 65535), "TCP port of Airflow", "8080"),
    ] = 8080


SETTINGS = (EtlSettings,)
