"""A pipeline on a log of the test's own, and its days of files."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines import Files, Line, web_server


@pytest.fixture
def days(tmp_path: Path) -> Path:
    folder = tmp_path / "days"
    folder.mkdir()
    return folder


@pytest.fixture
def make_line(database_url: str, tmp_path: Path, days: Path) -> Iterator[Callable[..., Line]]:
    lines: list[Line] = []

    def make(source: str | None = str(days), **setting: Any) -> Line:
        lines.append(Line(database_url, tmp_path / "work", source, **setting))
        return lines[-1]

    yield make
    for line in lines:
        line.log.close()


@pytest.fixture
def line(make_line: Callable[..., Line]) -> Line:
    return make_line()


@pytest.fixture
def web() -> Iterator[Files]:
    with web_server() as files:
        yield files
