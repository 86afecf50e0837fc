"""Progress in the terminal; silent where the output is not one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]


@contextmanager
def importing(name: str, size_bytes: int | None) -> Iterator[Progress]:
    """Shows how far an import is; the callback takes the rows and bytes read so far.

    `size_bytes` of None is for a file of unknown length.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[rows]:,} rows"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as display:
        task = display.add_task(f"Importing {name}", total=size_bytes, rows=0)

        def report(rows: int, read_bytes: int) -> None:
            display.update(task, completed=read_bytes, rows=rows)

        yield report
        display.update(task, completed=size_bytes or 1, total=size_bytes or 1)
