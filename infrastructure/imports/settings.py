"""How large a file may be, as the installation sets it."""

from typing import Annotated

from infrastructure.shared.forms import whole_number
from infrastructure.shared.settings import Setting, SettingsGroup


class ImportSettings(SettingsGroup, frozen=True, kw_only=True):
    """What an import over HTTP may take."""

    upload_mb_max: Annotated[
        int,
        Setting(
            "DAYBOOK_UPLOAD_MB_MAX",
            whole_number(1, 10_000),
            "largest file an HTTP import takes, in MB of 1,000,000 bytes",
            "200",
        ),
    ] = 200

    @property
    def upload_bytes_max(self) -> int:
        """The same in bytes."""
        return self.upload_mb_max * 1_000_000


SETTINGS = (ImportSettings,)
