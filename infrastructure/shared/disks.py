"""How much room the disks have that a process writes to, asked of the system whenever somebody wants to know."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from infrastructure.embedded.settings import ArchiveSettings
from infrastructure.shared.settings import Settings


class DiskMeasurements:
    """The disks of some folders, by names that say what is written there; what is not there is not told of."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = folders

    def collect(self) -> Iterable[Metric]:
        """Their sizes, and what is free for whoever is not root."""
        size = GaugeMetricFamily(
            "daybook_disk_size_bytes", "Size of the disk that a folder is on.", labels=["folder"]
        )
        free = GaugeMetricFamily(
            "daybook_disk_free_bytes", "Room on the disk that a folder is on.", labels=["folder"]
        )
        for name, folder in self._folders.items():
            try:
                found = os.statvfs(folder)
            except OSError:
                continue
            size.add_metric([name], found.f_blocks * found.f_frsize)
            free.add_metric([name], found.f_bavail * found.f_frsize)
        return size, free


def disks(settings: Settings) -> DiskMeasurements:
    """The disks that the processes of these settings write to: their home, and where uploads wait.

    Those of PostgreSQL are among them where it is the embedded one, whose data are in the home or have a link there.
    """
    folders = {"home": settings.home, "temporary": Path(tempfile.gettempdir())}
    for data in sorted(settings.home.glob("postgresql-[0-9][0-9]")):
        folders["database"] = data
    archive = settings.of(ArchiveSettings).archive
    return DiskMeasurements({**folders, "archive": archive} if archive else folders)
