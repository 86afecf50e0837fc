"""Progress in the terminal; silent where the output is not one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Report = Callable[[int, int], None]


@contextmanager
def importing(name: str, size_bytes: int | None) -> Iterator[Report]:
    """Shows how far an import is; the callback takes the rows and bytes read so far.

    `size_bytes` of None is for a file of unknown length.
    """
    with _shown(f"Importing {name}", "rows") as (display, task):

        def report(rows: int, read_bytes: int) -> None:
            display.update(task, completed=read_bytes, total=size_bytes, count=rows)

        yield report
        display.update(task, completed=size_bytes or 1, total=size_bytes or 1)


@contextmanager
def replaying(title: str) -> Iterator[Report]:
    """Shows how far a replay of the log is; the callback takes the position reached and the one aimed at."""
    with _shown(title, "events") as (display, task):

        def report(position: int, goal: int) -> None:
            display.update(task, completed=position, total=goal, count=position)

        yield report


@contextmanager
def _shown(title: str, unit: str) -> Iterator[tuple["Progress", "TaskID"]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[count]:,} " + unit),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as display:
        yield display, display.add_task(title, total=None, count=0)
