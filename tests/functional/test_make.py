"""What make would do on a machine where nothing was made yet."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT

AIRFLOW = "interfaces/airflow/requirements.txt"
TERRAFORM = "tests/terraform/requirements.txt"
WEB = "interfaces/web/package-lock.json"
BROWSER = "tests/browser/package-lock.json"
CONTRACT = "tests/contract/package-lock.json"
NEEDED = (
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "requirements-bootstrap.txt",
    "requirements-dev.txt",
    AIRFLOW,
    TERRAFORM,
    "tests/terraform/package-lock.json",
    WEB,
    BROWSER,
    "tests/browser/unpack.mjs",
    CONTRACT,
)


@pytest.mark.parametrize(
    ("goal", "installed"),
    [
        ("run", ["requirements.txt"]),
        ("test", ["requirements-dev.txt", WEB, AIRFLOW, BROWSER, CONTRACT]),
        ("format", ["requirements-dev.txt", WEB]),
        ("airflow", ["requirements.txt", AIRFLOW]),
        ("clients", ["requirements-dev.txt", CONTRACT]),
        ("lint", ["requirements-dev.txt"]),
        ("sbom", ["requirements-dev.txt"]),
        ("audit", ["requirements-dev.txt"]),
        ("test-infra", ["requirements.txt", TERRAFORM]),
    ],
)
def test_a_fresh_machine_gets_each_environment_once(
    goal: str, installed: list[str], tmp_path: Path
) -> None:
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    told = subprocess.run(
        ["make", "--dry-run", goal], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert re.findall(r'echo "Installing (\S+)', told) == installed
