"""The README's lines to try do what a reader expects of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.demo import with_demo
from tests.processes import ROOT, environment
from tests.sites import Site

README = ROOT / "README.md"
_ADDRESS = "http://127.0.0.1:8000"


def test_the_lines_to_try_work_when_pasted(site: Site) -> None:
    sign_in, *commands = re.split(r"\n(?=curl )", _script(0))
    assert sign_in.startswith("auth=")
    answers = [_paste(command, site) for command in commands]
    refused = [number for number, answer in enumerate(answers, 1) if '"status":4' in answer]
    assert refused == [len(commands) - 1]
    assert '"nearest":"amount"' in answers[-2]
    assert '"imported":1' in answers[-3]
    assert '"name":"import.completed.v1"' in answers[-1]


def _script(number: int) -> str:
    return re.findall(r"```bash\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[number]


def _paste(command: str, site: Site) -> str:
    """What a shell prints for one command, with this test's address and token in place of the README's."""
    pasted = command.replace(_ADDRESS, site.url).replace("curl ", "curl -sS ", 1)
    signed_in = {**os.environ, "auth": "Authorization: " + site.authorization()["Authorization"]}
    shell = ["bash", "-c", pasted]
    return subprocess.run(shell, capture_output=True, check=True, text=True, env=signed_in).stdout


def _run(script: str, site: Site) -> str:
    """What a shell prints for a whole block, on this site."""
    daybook = f"{sys.executable} -m interfaces.cli"
    pasted = script.replace(_ADDRESS, site.url).replace(".venv/bin/daybook", daybook)
    return subprocess.run(
        ["bash", "-ec", pasted],
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env=environment(**site.settings),
    ).stdout


def test_one_claim_from_end_to_end_as_the_readme_tells_it(site: Site) -> None:
    with_demo(site)
    told = _run(_script(1), site)
    assert '"status":"pending"' in told
    assert '"payment_status":"settled"' in told
    assert '"trial_balance"' in told
    assert "Your claim" in told
    assert '"name":"reimbursement.approved.v1"' in told
    assert '"status":4' not in told


def test_transactions_from_a_file_to_a_summary_as_the_readme_tells_it(site: Site) -> None:
    with_demo(site)
    told = _run(_script(2), site)
    assert '"imported":2' in told
    assert '"quarantined":1' in told
    assert (
        '{"user_id":123,"total_transactions":2,"total_amount":1184.81,"average_transaction_amount":592.40}'
        in told
    )
    assert (
        '{"month":"2026-02-01","currency":"USD","total_transactions":0,"total_amount":"0.00"}'
        in told
    )


def test_a_file_of_ones_own_as_the_readme_tells_it(site: Site, tmp_path: Path) -> None:
    told = _run(_script(3).replace("reisen.csv", str(tmp_path / "reisen.csv")), site)
    assert "--locale de_DE" in told
    assert "amount='1234.50 EUR'" in told
    assert "profile" in told
    assert "1 of 1 rows recorded" in told


def test_the_nightly_pipeline_as_the_readme_tells_it(site: Site) -> None:
    told = _run(_script(4), site)
    assert "rows recorded" in told
    assert "Nothing of that day was stored." in told
    assert '"code":"wrong_header"' in told
    assert '"reason":"' in told
    assert '"next_run":null' in told
