"""The images and the compose file as far as they can be told without building: schema, lint, and what they promise."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from infrastructure.identity.keys import KEY_FILE
from infrastructure.shared.settings import setting_groups
from interfaces.cli import main

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, one in SERVICES.items() if one["image"].startswith("daybook")]
LOGINS = {"application-url", "identity-url", "projector-url"}
SECRET_FILES = {KEY_FILE, "postgres-password", "database-url", "demo-password"} | LOGINS


def _checked(*command: str) -> str:
    tool, *arguments = command
    program = str(Path(sys.executable).with_name(tool))
    done = subprocess.run(
        [program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""


def test_the_compose_file_is_of_its_schema() -> None:
    schema = "vendor.compose-spec"
    assert _checked("check-jsonschema", "--builtin-schema", schema, "docker-compose.yml") == ""


def test_the_dockerfile_passes_hadolint() -> None:
    assert _checked("hadolint", "Dockerfile") == ""


def test_the_sources_of_the_images_are_what_is_installed() -> None:
    """Every package of the product and every file that the build reads is sent to it."""
    sent = {
        line[1:].rstrip("/")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    packages = {"domain", "application", "projections", "infrastructure", "interfaces"}
    files = {"requirements.txt", "requirements-bootstrap.txt", "pyproject.toml", "README.md"}
    assert sent == packages | files | {"LICENSE", "clients/typescript/src"}


@pytest.mark.parametrize("name", SERVICES)
def test_only_this_machine_reaches_a_service(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", OURS)
def test_our_containers_write_nowhere_but_where_they_are_told(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_a_service_is_one(name: str) -> None:
    declared = [one for group in setting_groups() for one in group.declared().values()]
    known = {each for one in declared for each in one.names}
    given = SERVICES[name].get("environment", {})
    named = {each for each in given if not each.startswith("AIRFLOW__")}
    assert named <= known
    # What is secret comes by file, but for addresses without a password.
    secret = {one.name for one in declared if one.is_secret} & set(given)
    assert secret <= {"REDIS_URL", "DAYBOOK_SMTP_URL", "DAYBOOK_ETL_SOURCE"}
    assert not [each for each in secret if re.search(r"://[^/]*:[^/]*@", str(given[each]))]


@pytest.mark.parametrize("name", [name for name in OURS if "airflow" not in name])
def test_every_command_of_a_service_is_one(name: str) -> None:
    assert SERVICES[name]["command"][0] in main.commands


def test_each_secret_is_one_that_is_made() -> None:
    made = (ROOT / "infrastructure/identity/secrets.py").read_text(encoding="utf-8")
    used = set(re.findall(r"/secrets/([\w.-]+)", str(SERVICES)))
    assert used == SECRET_FILES | {"airflow-jwt-secret"}
    assert [name for name in used - {KEY_FILE} if f'"{name}"' not in made] == []


def test_airflow_is_there_only_if_it_is_asked_for() -> None:
    profiles = {name: one.get("profiles", []) for name, one in SERVICES.items()}
    assert profiles == {
        name: ["airflow"] if name.startswith("airflow") else [] for name in SERVICES
    }
