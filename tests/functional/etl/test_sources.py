"""Where the days come from: folders, web servers that fail as real ones do, and addresses that somebody mistyped."""

import datetime as dt
import socket
from collections.abc import Callable
from os import mkfifo
from pathlib import Path

import pytest

from domain.shared.errors import Invalid
from tests.pipelines import DAY, UNCLEAR, Files, Line, file_of, put

ONE_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("source", ["{url}/{{day}}.csv", "{url}/days/?signature=secret-too"])
def test_a_file_of_the_web_leaves_no_credentials_behind(
    make_line: Callable[..., Line], web: Files, source: str
) -> None:
    text = file_of("1.00")
    web.texts = {f"/{DAY}.csv": text, f"/days/transactions-{DAY}.csv": text}
    line = make_line(source.format(url=web.url))
    assert line.load().imported == 1
    assert "secret" not in str(line.recorded()) + str(line.said)
    web.texts.clear()
    assert line.failed().code == "no_file"
    assert "secret" not in str(line.recorded()) + str(line.said)


def test_what_a_web_server_refuses_or_cuts_off_fails_the_run(
    make_line: Callable[..., Line], web: Files
) -> None:
    line = make_line(f"{web.url}/{{day}}.csv")
    path = f"/{DAY}.csv"
    web.texts[path], web.cut[path] = file_of("1.00", "2.00"), 40
    assert line.failed().code == "truncated_file"
    web.status[path] = 403
    refused = line.failed()
    assert (refused.code, "403" in refused.detail) == ("source_unreachable", True)
    del web.status[path]
    assert line.load().imported == 2


@pytest.mark.parametrize(
    "source", ["nowhere://a/{day}.csv", "http://reader:secret@127.0.0.1:1/a", "s3://k:secret@b/a"]
)
def test_a_source_that_cannot_be_opened_fails_the_run(line: Line, source: str) -> None:
    error = line.failed(source=source)
    assert error.code == "source_unreachable"
    assert "secret" not in str(line.recorded())


@pytest.mark.parametrize(
    "source", ["{pipe}", "file://{pipe}", "simplecache::file://{pipe}", "/dev/zero"]
)
def test_only_regular_files_of_this_machine_are_read(
    line: Line, tmp_path: Path, source: str
) -> None:
    pipe = tmp_path / "pipe"
    mkfifo(pipe)
    assert line.failed(source=source.format(pipe=pipe)).code == "no_regular_file"


def test_a_pipe_in_a_folder_is_no_file_of_a_day(line: Line, days: Path) -> None:
    mkfifo(days / f"transactions-{DAY}.csv")
    assert line.failed().code == "no_regular_file"


def test_a_file_has_a_largest_size(make_line: Callable[..., Line], days: Path, web: Files) -> None:
    text = file_of("1.00", "2.00")
    file, web.texts[f"/{DAY}.csv"] = put(days, text), text
    web.unannounced.add(f"/{DAY}.csv")
    at_web = f"{web.url}/{{day}}.csv"
    exact, less = make_line(bytes_max=len(text)), make_line(bytes_max=len(text) - 1)
    for source in (str(file), at_web):
        assert less.failed(source=source).code == "file_too_large"
        assert exact.load(source=source).rows == 2


def test_a_silent_web_server_is_given_up(make_line: Callable[..., Line]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = make_line(f"http://127.0.0.1:{silent.getsockname()[1]}/{{day}}.csv")
        error = line.failed()
    assert (error.code, "silent" in error.detail) == ("source_unreachable", True)


@pytest.mark.parametrize("source", UNCLEAR)
def test_a_source_that_was_mistyped_is_written_down_nowhere(line: Line, source: str) -> None:
    with pytest.raises(Invalid) as refused:
        line.load(source=source)
    assert refused.value.code == "unclear_address"
    assert "secret" not in str(refused.value)
    assert (line.recorded(), line.said) == ([], [])


def test_a_day_that_has_not_begun_and_a_source_that_is_not_set_are_refused(
    make_line: Callable[..., Line],
) -> None:
    line = make_line(None)
    with pytest.raises(Invalid, match="has not begun"):
        line.load(DAY + 2 * ONE_DAY)
    with pytest.raises(Invalid, match="DAYBOOK_ETL_SOURCE"):
        line.load()
    assert line.runs() == []
