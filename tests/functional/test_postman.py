"""The generated description of the API is that of the code, and its chain of requests works when sent."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec

from tests.demo import with_demo
from tests.facts import eventually
from tests.processes import ROOT
from tests.sites import Site

COMMON_SITE = True

_KEPT = re.compile(r'set\("(\w+)", pm\.response\.json\(\)([^)]*)\);')
COLLECTION = ROOT / "docs/daybook.postman_collection.json"


def test_what_is_described_in_docs_is_what_the_code_makes(tmp_path: Path) -> None:
    """`daybook openapi docs` writes it anew."""
    command = [sys.executable, "-m", "interfaces.cli", "openapi", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for written in (COLLECTION, COLLECTION.with_name("asyncapi.json")):
        assert (tmp_path / written.name).read_bytes() == written.read_bytes()


def test_the_chain_of_the_collection_works_when_sent(site: Site) -> None:
    with_demo(site)
    collection = msgspec.json.decode(COLLECTION.read_bytes())
    variables = {entry["key"]: entry["value"] for entry in collection["variable"]}
    variables["base_url"] = site.url
    chain = collection["item"][0]["item"]
    answers = {}
    with httpx.Client(timeout=120) as client:
        for item in chain:
            eventually(lambda item=item: _works(client, item, variables, answers))
        seen = next(item for item in chain if "soon the money" in item["name"])
        eventually(lambda: _send(client, seen, variables).json()["payment_status"] == "settled")
    assert answers["The facts, replayed"]["data"]


def _works(
    client: httpx.Client, item: dict[str, Any], variables: dict[str, str], answers: dict[str, Any]
) -> bool:
    """Send one request; a list that is still empty has a read model that is not there yet."""
    answer = _send(client, item, variables)
    assert answer.status_code < 400, (item["name"], answer.text)
    body = answers[item["name"]] = answer.json()
    if body.get("data") == []:
        return False
    for event in item.get("event", ()):
        for line in event["script"]["exec"]:
            name, path = _KEPT.fullmatch("set" + line.split("set", 1)[1]).groups()
            variables[name] = _at(body, path)
    return True


def _send(client: httpx.Client, item: dict[str, Any], variables: dict[str, str]) -> httpx.Response:
    request = item["request"]
    return client.request(
        request["method"],
        _filled(request["url"], variables),
        headers={
            **{each["key"]: _filled(each["value"], variables) for each in request["header"]},
            **({"Content-Type": "application/json"} if "body" in request else {}),
        },
        content=_filled(request["body"]["raw"], variables) if "body" in request else None,
    )


def _filled(text: str, variables: dict[str, str]) -> str:
    return re.sub(
        r"\{\{(\$?\w+)\}\}",
        lambda match: uuid4().hex if match[1] == "$guid" else variables[match[1]],
        text,
    )


def _at(body: Any, path: str) -> str:
    """What a JavaScript accessor such as `.data[0].uid` finds."""
    for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        body = body[int(index)] if index else body[key]
    return str(body)
