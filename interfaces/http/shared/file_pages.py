"""What a context shows on pages of files of its kind: contexts export it as `FILE_PAGES`."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application.shared.readings import FileReading, HandedIn
from application.shared.services import Services
from domain.shared.exports import exported
from interfaces.http.shared.charts import MonthFlow

Months = tuple[str, Sequence[MonthFlow]]
"""A currency and months; none if there is nothing to show."""

NO_MONTHS: Months = ("", ())


@dataclass(frozen=True)
class FilePages:
    """How files of a `kind` of import are read, given back and shown.

    `read`, `marked` and `template` block. `read` answers beside the reading what a chart of it would show; `marked` is
    the file with what is wrong in it, and `template` one to fill in, as workbooks; `recorded` tells what a run of an
    import recorded, once its read model has passed a position of the log.
    """

    kind: str
    read: Callable[[Services, HandedIn], tuple[FileReading, Months]]
    marked: Callable[[Services, HandedIn], bytes]
    template: Callable[[Services], bytes]
    recorded: Callable[[Services, UUID, int], Awaitable[Months]]


def file_pages() -> Mapping[str, FilePages]:
    """Those of every context, by the kind of import."""
    return {one.kind: one for one in exported("interfaces.http", "FILE_PAGES")}
