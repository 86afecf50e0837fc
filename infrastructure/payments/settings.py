"""Who moves money, as the installation sets it."""

from typing import Annotated, Final, Literal

from infrastructure.shared.settings import Setting, SettingsGroup, one_of, whole_number

NEVER: Final = "never"
SIMULATED, SEPA_FILE = "simulated", "sepa_file"


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


SETTINGS = (PaymentSettings,)
