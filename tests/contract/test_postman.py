"""The Postman collection, sent by newman: every operation is in it and answers as it says, twice in a row."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from interfaces.cli.shared.openapi import described
from interfaces.http.shared.flows import declared_flows
from tests.contract.conftest import COLLECTION
from tests.processes import ROOT

REFUSED = {
    "addPasskey": "it takes an authenticator",
    "signInWithPasskey": "it takes an authenticator",
    "removePasskey": "there is none",
    "beginWithProvider": "a fresh demo knows no identity provider",
    "finishWithProvider": "a fresh demo knows no identity provider",
    "previewPaymentBatch": "the simulated rail takes no files",
    "createPaymentBatch": "the simulated rail takes no files",
    "getPaymentBatch": "no payment leaves in a file",
    "getPaymentBatchHistory": "no payment leaves in a file",
    "getPaymentFile": "no payment leaves in a file",
    "releasePaymentBatch": "no payment leaves in a file",
    "voidPaymentBatch": "no payment leaves in a file",
    "reportPaymentOutcome": "the simulated rail reports by itself",
    "getPaymentCase": "what the simulated rail reports contradicts nothing",
    "getPaymentCaseHistory": "what the simulated rail reports contradicts nothing",
    "closePaymentCase": "what the simulated rail reports contradicts nothing",
}
"""The operations that a fresh demo can only answer with a problem, and why."""


def test_what_is_described_in_docs_is_what_the_code_makes(tmp_path: Path) -> None:
    """`daybook openapi docs` writes it anew."""
    command = [sys.executable, "-m", "interfaces.cli", "openapi", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for written in (COLLECTION, COLLECTION.with_name("asyncapi.json")):
        assert (tmp_path / written.name).read_bytes() == written.read_bytes()


def test_every_request_answers_as_it_says(
    sent: dict[str, Any], send: Callable[[], dict[str, Any]]
) -> None:
    for run in (sent, send()):
        failed = [
            f"{each['source']['name']}: {each['error'].get('test')}: {each['error']['message']}"
            for each in run["failures"]
        ]
        assert failed == []
        assert run["stats"]["assertions"]["total"] > 4 * run["stats"]["requests"]["total"]


def test_every_operation_is_in_it() -> None:
    documented = {
        (method.upper(), path): said["operationId"]
        for path, methods in described()["paths"].items()
        for method, said in methods.items()
    }
    sent = [*_requests(msgspec.json.decode(COLLECTION.read_bytes()))]
    missing = [
        operation
        for (method, path), operation in documented.items()
        if not any(method == other and _is_of(url, path) for other, url in sent)
    ]
    assert missing == []


def test_what_only_a_problem_answers_is_told_with_its_reason() -> None:
    steps = [step for flow in declared_flows() for step in flow.steps]
    answered = {step.operation for step in steps if not step.code}
    assert {step.operation for step in steps if step.code} - answered == set(REFUSED)


def _requests(folder: dict[str, Any]) -> Any:
    for each in folder["item"]:
        if "item" in each:
            yield from _requests(each)
        else:
            url = each["request"]["url"].removeprefix("{{base_url}}")
            yield each["request"]["method"], url.split("?")[0]


def _is_of(url: str, path: str) -> bool:
    """Whether this is a request of the path, whose parameters are variables, or the name of a workflow or an event."""
    value = r"({{[^/]+}}|loan-pre-check|customer-cashflow|expense.recorded.v2)"
    return re.fullmatch(re.sub(r"{\w+}", lambda _: value, path), url) is not None
