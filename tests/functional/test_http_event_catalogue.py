"""The catalogue of events as it is served, and whether what really is in a log is as it says."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from tests.asking import problem
from tests.contract.tools import tool
from tests.demo import signed_in, with_demo
from tests.facts import eventually
from tests.processes import ROOT
from tests.sites import Site
from tests.unit.test_event_schemas import closed

COMMON_SITE = True

DOCUMENT = ROOT / "docs/asyncapi.json"
RULES = ROOT / "tests/contract"


@pytest.fixture(scope="module")
def lived_in(site: Site) -> Site:
    """A site in whose log a claim was paid, files were imported and corrected, and mail was sent."""
    with_demo(site)
    site.upload(
        "departments,project_name,amount,date,member_name\nIT,H,€1.00,2025-01-01,Ada\nIT,H,x,2025-01-01,Ada\n",
        mode="quarantine",
    )
    void = site.http.post(site.record().headers["location"] + "/void", json={"reason": "twice"})
    assert void.status_code == 200
    member, ruth = (signed_in(site, f"{name}@harbour.example") for name in ("ines", "ruth"))
    with member, ruth:
        account = member.get("/accounts?limit=1").json()["data"][0]["id"]
        body = {"bank_account_id": account, "amount": "42.10", "description": "Taxi"}
        claim = member.post("/reimbursements", json=body).headers["location"]
        answer = ruth.post(f"{claim}/approve", json={"acknowledge_duplicates": True})
        assert answer.status_code == 200, answer.text
        eventually(lambda: member.get(claim).json()["payment_status"] == "settled")
    for policy in ("record expenses", "mail approvals"):
        told = {"actor": f"reaction:{policy}", "limit": "1"}
        eventually(lambda told=told: site.http.get("/events", params=told).json()["data"])
    return site


def _events(site: Site) -> list[dict[str, Any]]:
    lines = site.http.get("/events", headers={"Accept": "application/x-ndjson"}).text.splitlines()
    return [json.loads(line) for line in lines]


def _entries(site: Site) -> Mapping[str, dict[str, Any]]:
    answer = httpx.get(f"{site.url}/events/catalogue", timeout=120)  # nobody has to sign in for it
    return {entry["name"]: entry for entry in answer.json()["data"]}


def test_what_is_in_a_log_is_what_the_catalogue_says(lived_in: Site) -> None:
    entries, events = _entries(lived_in), _events(lived_in)
    checks = {}
    for event in events:
        name = event["name"]
        if name not in checks:
            answer = httpx.get(f"{lived_in.url}{entries[name]['schema']}", timeout=120)
            assert answer.headers["content-type"] == "application/schema+json"
            checks[name] = Draft202012Validator(closed(answer.json()))
        checks[name].validate(event["data"])
        by, policy = entries[name]["appended_by"], event["actor"].partition("reaction:")[2]
        assert not policy or policy in by["policies"], (name, policy)
    assert len(checks) > 20


def test_what_is_not_in_the_catalogue_is_not_found(site: Site) -> None:
    missing = problem(site.http.get("/events/catalogue/expense.recordd.v2"), 404, "not_found")
    assert missing["nearest"] == "expense.recorded.v2"


def test_what_the_stream_sends_is_what_its_document_says(lived_in: Site) -> None:
    document = httpx.get(f"{lived_in.url}/asyncapi.json", timeout=120).json()
    assert document == json.loads(DOCUMENT.read_text(encoding="utf-8"))
    channel = document["channels"]["events"]
    assert channel["messages"].keys() == _entries(lived_in).keys()
    last = _events(lived_in)[-1]["position"]
    with httpx.stream(
        "GET", lived_in.url + channel["address"], headers=lived_in.authorization(), timeout=120
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                said = json.loads(line.removeprefix("data: "))
                payload = document["components"]["messages"][said["name"]]["payload"]
                check = Draft7Validator({**payload, "components": document["components"]})
                check.validate(said)
                assert not check.is_valid({**said, "data": None})
                if said["position"] >= last:
                    break


@pytest.mark.parametrize("linter", ["spectral", "redocly"])
def test_the_document_of_the_stream_is_one(linter: str, tmp_path: Any) -> None:
    """To tools that nobody here wrote; each would tell if it were none."""
    rules = {
        "spectral": ("--ruleset", RULES / "asyncapi.spectral.yaml", "--fail-severity", "warn"),
        "redocly": ("--config", RULES / "asyncapi.redocly.yaml"),
    }[linter]
    told = tool(linter, "lint", *rules, DOCUMENT)
    assert told.returncode == 0, told.stdout + told.stderr
    broken = tmp_path / "asyncapi.json"
    broken.write_text(DOCUMENT.read_text(encoding="utf-8").replace('"send"', '"emit"'), "utf-8")
    assert tool(linter, "lint", *rules, broken).returncode == 1
