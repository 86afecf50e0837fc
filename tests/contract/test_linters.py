"""What linters that nobody here wrote say of the OpenAPI document, and by which promises of ours they go."""

from pathlib import Path

import msgspec
import pytest

from interfaces.cli.shared.openapi import described
from tests.contract.tools import tool

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document as a file."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(described()), indent=1))
    return path


@pytest.mark.timeout(600)
def test_spectral_finds_no_error(document: Path) -> None:
    rules = HERE / "spectral.yaml"
    said = tool(
        "spectral", "lint", "--quiet", "--ruleset", rules, "--fail-severity=error", document
    )
    assert said.returncode == 0, said.stdout[-5_000:] + said.stderr[-2_000:]


@pytest.mark.timeout(600)
def test_redocly_finds_no_error(document: Path) -> None:
    rules = HERE / "redocly.yaml"
    said = tool("redocly", "lint", "--format=stylish", f"--config={rules}", document)
    assert said.returncode == 0, said.stdout[-5_000:] + said.stderr[-2_000:]


def test_our_promises_are_looked_at(document: Path) -> None:
    """A rule that matches nothing would never find anything."""
    broken = msgspec.json.decode(document.read_bytes())
    broken["paths"] = {"/expenses": broken["paths"]["/expenses"]}
    operation = broken["paths"]["/expenses"]["get"]
    operation["operationId"] = "list-expenses"
    del operation["x-permission"]
    operation["responses"]["200"]["content"]["text/csv"] = {"schema": {"type": "string"}}
    broken["components"]["parameters"]["amount.Decimal"]["name"] = "amount[gte]"
    del broken["components"]["responses"]["NotFound"]["content"]["application/problem+json"]
    document.with_name("broken.json").write_bytes(msgspec.json.encode(broken))
    rules, file = HERE / "spectral.yaml", document.with_name("broken.json")
    said = tool("spectral", "lint", "--quiet", "--ruleset", rules, "--format=json", file)
    found = {one["code"] for one in msgspec.json.decode(said.stdout)}
    assert found >= {
        "a-permission-is-named",
        "an-operation-is-a-function",
        "an-answer-has-one-form",
        "names-are-arguments",
        "failures-are-problems",
    }
