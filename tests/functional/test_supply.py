"""The bill of materials names what is locked, and an audit finds what is known of it, or says that nobody was asked."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cyclonedx.schema import _res as cyclonedx_schemas
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from tests.supply import __main__ as supply
from tests.supply.audit import Unreached, audited
from tests.supply.locks import Lock, locks
from tests.supply.sbom import document, written

HASH = "a" * 64
PINNED = f"""\
alpha==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:{HASH} \\
    --hash=sha256:{"b" * 64}
Beta_two[extra]==2.1.post1 \\
    --hash=sha256:{HASH}
"""
NPM = {
    "name": "made-up",
    "version": "1.0.0",
    "lockfileVersion": 3,
    "requires": True,
    "packages": {
        "": {"name": "made-up", "version": "1.0.0", "dependencies": {"gamma": "1.0.0"}},
        "node_modules/gamma": {"version": "1.0.0", "integrity": "sha512-" + "A" * 86 + "=="},
        "node_modules/gamma/node_modules/@of/delta": {
            "version": "2.0.0",
            "dev": True,
            "integrity": "sha512-" + "B" * 85 + "A==",
        },
    },
}


@pytest.fixture
def made_up(tmp_path: Path) -> dict[str, Lock]:
    """Two lock files of a tree of its own."""
    (tmp_path / "requirements.txt").write_text(PINNED)
    web = tmp_path / "interfaces/web"
    web.mkdir(parents=True)
    (web / "package-lock.json").write_text(json.dumps(NPM))
    told = {"name": "made-up", "version": "1.0.0", "dependencies": {"gamma": "1.0.0"}}
    (web / "package.json").write_text(json.dumps(told))
    return {"npm" if lock.is_npm else "pip": lock for lock in locks(tmp_path)}


def test_every_lock_file_of_the_tree_is_known() -> None:
    names = {lock.name for lock in locks()}
    assert {"requirements.txt", "requirements-dev.txt", "interfaces/web/package-lock.json"} <= names
    assert len(names) == 10


def test_the_bill_names_every_locked_package_with_version_and_hash() -> None:
    """Counted by another way than that by which it is made."""
    found = document(locks())
    named = {(each["name"], each["version"]): each for each in found["components"]}
    digits = {
        digest["content"]
        for each in found["components"]
        for reference in each["externalReferences"]
        for digest in reference["hashes"]
    }
    for lock in locks():
        text = lock.path.read_text()
        if lock.is_npm:
            paths = [path for path in json.loads(text)["packages"] if path]
            for path in paths:
                told = json.loads(text)["packages"][path]
                assert (path.rpartition("node_modules/")[2], told["version"]) in named
        else:
            pairs = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
            assert pairs
            assert set(pairs) <= named.keys()
            assert set(re.findall(r"--hash=sha256:(\w{64})", text)) <= digits
    assert all(each["externalReferences"][0]["hashes"] for each in found["components"])
    (psycopg,) = [each for name, each in named.items() if name[0] == "psycopg"]
    assert psycopg["scope"] == "required"
    assert {each["scope"] for name, each in named.items() if name[0] == "pytest"} == {"excluded"}
    assert document(locks()) == found, "the same locks are the same bill"


def by_the_schema() -> Draft7Validator:
    """What holds a document to CycloneDX 1.6, by the schemas that come with pip-audit."""
    schemas = [
        json.loads(
            (resources.files(cyclonedx_schemas) / f"{name}.SNAPSHOT.schema.json").read_text()
        )
        for name in ("bom-1.6", "spdx", "jsf-0.82", "cryptography-defs")
    ]
    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas if "$id" in schema
    )
    return Draft7Validator(schemas[0], registry=registry)


def test_it_is_a_bill_by_its_schema(made_up: dict[str, Lock], tmp_path: Path) -> None:
    path = tmp_path / "build/sbom.cdx.json"
    written(document(made_up.values()), path)
    assert [*by_the_schema().iter_errors(json.loads(path.read_text()))] == []
    found = {it["name"]: it for it in json.loads(path.read_text())["components"]}
    assert {name: it["purl"] for name, it in found.items()} == {
        "alpha": "pkg:pypi/alpha@1.0",
        "Beta_two": "pkg:pypi/beta-two@2.1.post1",
        "gamma": "pkg:npm/gamma@1.0.0",
        "@of/delta": "pkg:npm/%40of/delta@2.0.0",
    }
    assert found["@of/delta"]["scope"] == "excluded"
    assert {"name": "daybook:marker", "value": "sys_platform == 'win32'"} in found["alpha"][
        "properties"
    ]


def test_a_line_that_pins_nothing_is_refused(made_up: dict[str, Lock]) -> None:
    made_up["pip"].path.write_text("alpha>=1.0\n")
    with pytest.raises(ValueError, match="no package with a version and a hash"):
        made_up["pip"].packages()


Answer = Callable[[str, Any], tuple[int, Any]]


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """A database of vulnerabilities that answers so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer(json.loads(body) if body.startswith(b"{") else None)

        def do_GET(self) -> None:
            self._answer(None)

        def _answer(self, body: Any) -> None:
            status, told = answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def of_osv(_: str, body: Any) -> tuple[int, Any]:
    """As osv.dev answers, to whom alpha 1.0 is known."""
    if body["package"]["name"] != "alpha":
        return 200, {}
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}]
    affected = [{"package": {"name": "alpha", "ecosystem": "PyPI"}, "ranges": ranges}]
    told = {"id": "GHSA-made-up", "summary": "It is made up.", "affected": affected}
    return 200, {"vulns": [told]}


def test_what_is_known_of_a_locked_package_is_found(made_up: dict[str, Lock]) -> None:
    made_up["pip"].path.write_text(PINNED.replace(" ; sys_platform == 'win32'", ""))
    with answering(of_osv) as url:
        found = audited(made_up["pip"], ("--vulnerability-service", "osv", "--osv-url", url))
    assert found.asked == 2
    assert [one.told for one in found.known] == ["alpha 1.0: GHSA-made-up, put right in 1.1"]


def of_npm(path: str, _: Any) -> tuple[int, Any]:
    """As the registry of npm answers, to whom gamma below 1.1 is known."""
    if not path.endswith("/security/advisories/bulk"):
        return 404, {}
    advisory = {
        "id": 1,
        "url": "https://advisories.example/GHSA-made-up",
        "title": "It is made up.",
        "severity": "high",
        "vulnerable_versions": "<1.1.0",
    }
    return 200, {"gamma": [advisory]}


def test_what_is_known_of_a_package_of_npm_is_found(made_up: dict[str, Lock]) -> None:
    with answering(of_npm) as url:
        found = audited(made_up["npm"], (f"--registry={url}",))
    assert [one.id for one in found.known] == ["GHSA-made-up"]
    assert found.known[0].told.startswith("gamma: It is made up.")


@pytest.mark.parametrize("lock", ["pip", "npm"])
def test_who_cannot_be_asked_is_not_taken_to_know_nothing(
    made_up: dict[str, Lock], lock: str
) -> None:
    options = {
        "pip": ("--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:1"),
        "npm": ("--registry=http://127.0.0.1:1",),
    }
    with pytest.raises(Unreached):
        audited(made_up[lock], options[lock])


def test_who_refuses_is_told_without_their_address(made_up: dict[str, Lock]) -> None:
    with answering(lambda *_: (405, {})) as url, pytest.raises(Unreached, match="405") as refused:
        audited(made_up["npm"], (f"--registry={url}",))
    assert url not in str(refused.value)


@pytest.mark.parametrize(("arguments", "code"), [((), 3), (("--where-reached",), 0)])
def test_an_audit_of_nobody_says_so_aloud(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1")
    assert supply.main(["audit", *arguments]) == code
    told = capsys.readouterr().err
    assert told.count("NOT AUDITED") == 2
