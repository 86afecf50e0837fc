"""The command line on a real database: help, exit codes, imports, the log as lines, the read models."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from interfaces.cli import main
from tests import processes
from tests.processes import OWN_VARIABLES

GOOD = """departments,project_name,amount,date,member_name
Sales,Spring Fair,"1,200.00€",3/14/2024,Ada Example
Sales,Spring Fair,"1,200.00€",3/14/2024,Ada Example
IT,Backup,99.90€,2024-03-15,Bo Example
"""
BAD = GOOD + "IT,Backup,twelve,3/16/2024,Bo Example\n"


class Done:
    """How a command ended: in this process, on real servers."""

    def __init__(
        self, arguments: Sequence[str], settings: Mapping[str, str], stdin: bytes = b""
    ) -> None:
        inherited = {name: None for name in os.environ if name.startswith(OWN_VARIABLES)}
        result = CliRunner().invoke(
            main, list(arguments), env={**inherited, **settings}, input=stdin, prog_name="daybook"
        )
        self.returncode, self.stdout, self.stderr = result.exit_code, result.stdout, result.stderr
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception


def daybook(*arguments: str, settings: Mapping[str, str], stdin: bytes = b"") -> Done:
    return Done(arguments, settings, stdin)


@pytest.fixture
def settings(database_url: str, redis_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "REDIS_URL": redis_url}


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def _groups(group: click.Group) -> set[tuple[str, ...]]:
    return {(name,) for name, each in group.commands.items() if isinstance(each, click.Group)}


@pytest.mark.parametrize("path", [(), *commands(main)], ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    if not path or path not in _groups(main):
        assert "Example" in result.output


def test_version() -> None:
    assert daybook("version", settings={}).stdout.startswith("daybook ")


NOWHERE = {"DATABASE_URL": "postgresql://127.0.0.1:1/none", "DAYBOOK_WAIT_S": "0"}


def test_an_error_is_a_line_and_not_a_traceback() -> None:
    done = processes.daybook("migrate", settings=NOWHERE)
    assert done.returncode == 3
    assert done.stderr.startswith("Error: the PostgreSQL of DATABASE_URL cannot be reached")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "message"),
    [
        (["nonsense"], {}, 2, "No such command"),
        (["import", "expenses", "missing.csv"], {}, 2, "does not exist"),
        (["migrate"], {"DAYBOOK_PORT": "x"}, 2, "DAYBOOK_PORT"),
        (["migrate"], NOWHERE, 3, "DATABASE_URL"),
        (["migrate"], {"DATABASE_URL": "postgresql://[broken"}, 2, "postgresql://user"),
        (["migrate"], {"DATABASE_URL": "postgresql://127.0.0.1:port/x"}, 2, "DATABASE_URL"),
        (["worker"], {"REDIS_URL": "redis://127.0.0.1:1", "DAYBOOK_WAIT_S": "0"}, 3, "REDIS_URL"),
        (["health"], {"DAYBOOK_PORT": "1"}, 3, "http://127.0.0.1:1 does not answer"),
        (["samples", "load", "--people"], NOWHERE, 2, "DAYBOOK_DEMO_PASSWORD is not set"),
        (["secrets", "/proc/nowhere"], {}, 3, "cannot be written"),
        (["secrets", "x", "--database", "postgresql://u:p@h/d"], {}, 1, "no password"),
        (["migrate"], {"DAYBOOK_HOME": "/proc/nowhere"}, 3, "DAYBOOK_HOME"),
    ],
)
def test_what_goes_wrong_has_a_message_and_an_exit_code(
    arguments: list[str], environment: dict[str, str], code: int, message: str
) -> None:
    done = daybook(*arguments, settings=environment)
    assert done.returncode == code
    assert message in done.stderr


@pytest.mark.parametrize("url", ["postgresql://u:s@cretpw@127.0.0.1:1/db", " redis://:s@cretpw@h"])
def test_a_password_is_not_printed_with_the_address_it_breaks(url: str) -> None:
    name = "REDIS_URL" if "redis" in url else "DATABASE_URL"
    done = processes.daybook("api", settings={**NOWHERE, name: url})
    assert done.returncode == 2
    assert name in done.stderr
    assert "cretpw" not in done.stdout + done.stderr


def test_a_file_is_imported_once(settings: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "march 2024.csv"
    file.write_text(GOOD)
    first = daybook("import", "expenses", str(file), settings=settings)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("3 of 3 rows recorded, 0 known already")
    again = daybook("import", "expenses", str(file), settings=settings)
    assert again.stdout.startswith("0 of 3 rows recorded, 3 known already")


def test_a_file_comes_through_a_pipe(settings: dict[str, str]) -> None:
    done = daybook("import", "expenses", "-", settings=settings, stdin=GOOD.encode())
    assert done.stdout.startswith("3 of 3 rows recorded")


def test_a_bad_row_is_named_and_nothing_stored(settings: dict[str, str]) -> None:
    done = daybook("import", "expenses", "-", settings=settings, stdin=BAD.encode())
    assert done.returncode == 1
    assert "row 5, amount" in done.stderr
    exported = daybook("events", "export", "--name", "expense.recorded.v2", settings=settings)
    assert exported.stdout == ""


def test_valid_rows_only_on_request(settings: dict[str, str]) -> None:
    done = daybook(
        "import", "expenses", "-", "--mode", "valid_only", settings=settings, stdin=BAD.encode()
    )
    assert done.returncode == 0, done.stderr
    assert "row 5, amount" in done.stderr
    assert done.stdout.startswith("3 of 4 rows recorded")


def test_bad_rows_are_put_aside_on_request(settings: dict[str, str]) -> None:
    more = ("--source", "aside", "--mode", "quarantine")
    done = daybook("import", "expenses", "-", *more, settings=settings, stdin=BAD.encode())
    assert done.returncode == 0, done.stderr
    assert "1 bad rows were put aside: GET /imports/" in done.stderr
    assert done.stdout.startswith("3 of 4 rows recorded")
    strict = (*more, "--max-reject-ratio", "0.2")
    refused = daybook("import", "expenses", "-", *strict, settings=settings, stdin=BAD.encode())
    assert refused.returncode == 1
    assert "at most 0.2 of all may be" in refused.stderr
    wrong = daybook("import", "expenses", "-", "--max-reject-ratio", "０.5", settings=settings)
    assert wrong.returncode == 2
    assert "'０.5' is not a number from 0 to 1" in wrong.stderr


def test_the_sample_is_loaded_once(settings: dict[str, str]) -> None:
    assert "2,400 of 2,400 rows recorded" in daybook("samples", "load", settings=settings).stdout
    assert "no sample was imported" in daybook("samples", "load", settings=settings).stdout


OWN = ("users", "register", "ada@firm.example", "--name", "Ada Holm", "--password", "three odd words")  # fmt: skip
DEMO = {"DAYBOOK_DEMO_PASSWORD": "a password of ours"}


def log_of(settings: dict[str, str]) -> str:
    return daybook("events", "export", settings=settings).stdout


def test_a_book_with_people_of_its_own_takes_no_samples(settings: dict[str, str]) -> None:
    assert daybook(*OWN, settings=settings).returncode == 0
    before = log_of(settings)
    for people in ("--people", "--no-people"):
        done = daybook("samples", "load", people, settings={**settings, **DEMO})
        assert (done.returncode, done.stdout.count("people of its own")) == (0, 1), done.stderr
    assert log_of(settings) == before


def test_samples_go_on_in_a_book_that_began_with_them(settings: dict[str, str]) -> None:
    daybook("samples", "load", settings=settings)
    daybook(*OWN, settings=settings)
    done = daybook("samples", "load", "--people", settings={**settings, **DEMO})
    assert "to sign in as are there" in done.stdout, done.stderr
    assert "olivia" in log_of(settings).lower()


def test_the_log_as_lines_of_json(settings: dict[str, str], tmp_path: Path) -> None:
    daybook("import", "expenses", "-", settings=settings, stdin=GOOD.encode())
    file = tmp_path / "events.ndjson"
    assert daybook("events", "export", "-o", str(file), settings=settings).returncode == 0
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    tail = daybook("events", "tail", "-n", "2", "--no-follow", settings=settings)
    assert [json.loads(line) for line in tail.stdout.splitlines()] == events[-2:]
    part = daybook("events", "export", "--after", "1", "--until", "2", settings=settings)
    assert [json.loads(line) for line in part.stdout.splitlines()] == events[1:2]


def test_a_rebuilt_read_model_says_what_the_log_says(settings: dict[str, str]) -> None:
    daybook("import", "expenses", "-", settings=settings, stdin=GOOD.encode())
    rebuilt = daybook("projections", "rebuild", "expenses", settings=settings)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "is live" in rebuilt.stdout
    verified = daybook("projections", "verify", "expenses", settings=settings)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "says what the log says" in verified.stdout
    status = json.loads(daybook("projections", "status", "--json", settings=settings).stdout)
    assert {"name": "expenses", "state": "live"}.items() <= next(
        projection.items() for projection in status if projection["name"] == "expenses"
    )


def test_an_unknown_projection_is_answered_with_those_there_are(settings: dict[str, str]) -> None:
    done = daybook("projections", "rebuild", "expanses", settings=settings)
    assert done.returncode == 1
    assert "expenses" in done.stderr


def test_samples_are_the_same_for_the_same_seed() -> None:
    first, again, other = (
        daybook("samples", "expenses", "--rows", "50", "--seed", seed, settings={}).stdout
        for seed in ("1", "1", "2")
    )
    assert first == again != other
    assert len(first.splitlines()) == 51
