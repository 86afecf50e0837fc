"""Who moves money, as the installation sets it."""

from typing import Annotated, Final, Literal

from infrastructure.shared.forms import one_of, whole_number
from infrastructure.shared.settings import Setting, SettingsGroup

NEVER: Final = "never"
SIMULATED, SEPA_FILE = "simulated", "sepa_file"
PAIN_03, PAIN_09 = "pain.001.001.03", "pain.001.001.09"


def _read_delay(text: str) -> int | Literal["never"]:
    if text == NEVER:
        return NEVER
    try:
        return int(whole_number(0, 31_536_000)(text))
    except ValueError as error:
        raise ValueError(f"{error}, or {NEVER}") from None


class PaymentSettings(SettingsGroup, frozen=True, kw_only=True):
    """The rail that payments take."""

    rail: Annotated[
        str,
        Setting(
            "DAYBOOK_RAIL",
            one_of(SIMULATED, SEPA_FILE),
            "who moves money: a simulated bank for trying things out, or `sepa_file`: payments wait until an "
            "administrator makes a pain.001 batch, and reports what became of them",
            SIMULATED,
        ),
    ] = SIMULATED
    settle_after_s: Annotated[
        int | Literal["never"],
        Setting(
            "DAYBOOK_SETTLE_AFTER_S",
            _read_delay,
            "seconds after which the simulated bank settles by itself, or `never`",
            "3",
        ),
    ] = 3
    watch_days: Annotated[
        int,
        Setting(
            "DAYBOOK_WATCH_PAYMENTS_DAYS",
            whole_number(0, 400),
            "days for which a rail that reports by itself is still asked of a payment after it settled or failed, "
            "since money comes back late; 0: not at all, administrators report it",
            "30",
        ),
    ] = 30
    pain_version: Annotated[
        str,
        Setting(
            "DAYBOOK_PAIN_VERSION",
            one_of(PAIN_03, PAIN_09),
            "the version of the files that `sepa_file` makes, as the bank takes them",
            PAIN_09,
        ),
    ] = PAIN_09


SETTINGS = (PaymentSettings,)
