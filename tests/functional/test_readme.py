"""The README's lines to try do what a reader expects of them."""

import os
import re
import subprocess
from pathlib import Path

from tests.demo import with_demo
from tests.sites import Site

README = Path(__file__).parents[2] / "README.md"
_ADDRESS = "http://127.0.0.1:8000"


def test_the_lines_to_try_work_when_pasted(site: Site, tmp_path: Path) -> None:
    script = re.findall(r"```bash\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    lines = script[0].strip().splitlines()
    sign_in, *lines = lines
    assert sign_in.startswith("auth=")
    assert len(lines) == 10
    answers = [_paste(line, site, tmp_path) for line in lines]
    refused = [number for number, answer in enumerate(answers, 1) if '"status":4' in answer]
    assert refused == [9]
    assert '"nearest":"amount"' in answers[8]
    assert '"imported":1' in answers[7]
    assert '"name":"import.completed.v1"' in answers[9]


def _paste(line: str, site: Site, folder: Path) -> str:
    """What a shell prints for one line, with this test's address, folder and token in place of the README's."""
    command = line.replace(_ADDRESS, site.url).replace("/tmp/", f"{folder}/")  # noqa: S108
    shell = ["bash", "-c", command.replace("curl ", "curl -sS ", 1)]
    signed_in = {**os.environ, "auth": "Authorization: " + site.authorization()["Authorization"]}
    return subprocess.run(shell, capture_output=True, check=True, text=True, env=signed_in).stdout


def test_one_claim_from_end_to_end_as_the_readme_tells_it(site: Site, tmp_path: Path) -> None:
    with_demo(site)
    script = re.findall(r"```bash\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[1]
    assert len(script.strip().splitlines()) == 10
    pasted = subprocess.run(
        ["bash", "-ec", script.replace(_ADDRESS, site.url).replace("/tmp/", f"{tmp_path}/")],  # noqa: S108
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    assert '"status":"pending"' in pasted.stdout
    assert '"payment_status":"settled"' in pasted.stdout
    assert '"trial_balance"' in pasted.stdout
    assert '"name":"reimbursement.approved.v1"' in pasted.stdout
    assert '"status":4' not in pasted.stdout
