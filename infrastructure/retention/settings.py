"""How long rows beside the log are kept, as the installation sets it."""

from typing import Annotated

from infrastructure.shared.forms import whole_number
from infrastructure.shared.settings import Setting, SettingsGroup

_DAYS = whole_number(0, 36_500)


class RetentionSettings(SettingsGroup, frozen=True, kw_only=True):
    """Days after which rows go; 0 keeps them for ever."""

    keys_days: Annotated[
        int,
        Setting(
            "DAYBOOK_KEEP_KEYS_DAYS",
            _DAYS,
            "days for which an `Idempotency-Key` is known: longer than any client tries the same request again; "
            "0: for ever",
            "30",
        ),
    ] = 30
    reactions_days: Annotated[
        int,
        Setting(
            "DAYBOOK_KEEP_REACTIONS_DAYS",
            _DAYS,
            "days for which reactions that are done or were discarded are shown, and can be planned anew; 0: for ever",
            "400",
        ),
    ] = 400
    mail_days: Annotated[
        int,
        Setting(
            "DAYBOOK_KEEP_MAIL_DAYS",
            _DAYS,
            "days for which the mailbox of the embedded default keeps a letter; 0: for ever",
            "400",
        ),
    ] = 400


SETTINGS = (RetentionSettings,)
