"""The images and the compose file as far as they can be told without building: schema, lint, and what they promise."""

import json
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
OBSERVING = ("prometheus", "grafana", "jaeger")
FOLDER = ROOT / "infrastructure/observability"
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


def test_what_is_not_asked_for_is_not_there() -> None:
    asked_for = {name: ["airflow"] for name in SERVICES if name.startswith("airflow")}
    asked_for |= {name: ["observability"] for name in OBSERVING}
    profiles = {name: one.get("profiles", []) for name, one in SERVICES.items()}
    assert profiles == {name: asked_for.get(name, []) for name in SERVICES}


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_of_others_has_a_version(name: str) -> None:
    image = SERVICES[name]["image"]
    assert image in ("daybook", "daybook-airflow") or re.fullmatch(
        r"docker\.io/[\w/]+:v?\d[\d.]*", image
    )


@pytest.mark.parametrize("name", OBSERVING)
def test_who_observes_reads_what_the_repository_has(name: str) -> None:
    """And writes nowhere but into what is its own."""
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    for mounted in service.get("volumes", []):
        source, _, mode = mounted.partition(":")[0], *mounted.rpartition(":")[1:]
        assert source in COMPOSE["volumes"] or ((ROOT / source).exists() and mode == "ro")


def test_every_process_is_scraped_where_it_tells_and_nowhere_else() -> None:
    told = yaml.safe_load((FOLDER / "prometheus.yaml").read_text(encoding="utf-8"))
    (job,) = told["scrape_configs"]
    (targets,) = job["static_configs"]
    port = SERVICES["api"]["environment"]["DAYBOOK_ADMIN_PORT"]
    assert job["job_name"] == "daybook"
    assert targets["targets"] == [f"{name}:{port}" for name in ("api", "projector", "worker")]
    assert told["rule_files"] == ["alerts.yaml"]
    published = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert [each for each in published if each.endswith(f":{port}")] == []


def test_the_dashboard_asks_a_source_that_is_provided() -> None:
    sources = yaml.safe_load(
        (FOLDER / "grafana/datasources/sources.yaml").read_text(encoding="utf-8")
    )["datasources"]
    addresses = {one["uid"]: one["url"] for one in sources}
    assert addresses == {
        "prometheus": "http://prometheus:9090",
        "jaeger": "http://jaeger:16686",
    }
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    asked = {
        target["datasource"]["uid"]
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
    }
    assert asked == {"prometheus"}
    panels = yaml.safe_load(
        (FOLDER / "grafana/dashboards/daybook.yaml").read_text(encoding="utf-8")
    )
    folder = panels["providers"][0]["options"]["path"]
    assert any(
        each.endswith(f":{folder}/dashboard.json:ro") for each in SERVICES["grafana"]["volumes"]
    )
