"""`make test-infra`: everything of `infrastructure/terraform` that can be checked without an account.

The real terraform formats, initialises, validates, tests and plans both roots for every environment against stubs of
the providers; what the plans would make in Kubernetes is held against its schemas and against checkov's rules, and is
left in `build/kubernetes` to be read.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.terraform.manifests import manifests
from tests.terraform.schemas import Package

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
SOURCE = PROJECT / "infrastructure/terraform"
RENDERED = PROJECT / "build/kubernetes"
INSTALLED = Path(sys.executable).parents[1]
PACKAGES = ("digitalocean", "kubernetes")
ROOTS = ("cluster", "apps")
NO_SECRETS = {
    "TF_VAR_image": "registry.digitalocean.com/daybook/daybook@sha256:" + "0123456789abcdef" * 4,
    "TF_VAR_signing_keys": "a key",
    "TF_VAR_smtp_url": "smtp://mail.example:2525",
    "TF_VAR_etl_source": "https://files.example/{day}.csv",
}


def main() -> None:
    """Run every check; the first that fails ends it, with the words of its tool."""
    if shutil.which("terraform") is None:
        sys.exit(
            "terraform was not found; version 1.11 or later is needed: https://developer.hashicorp.com/terraform"
        )
    with TemporaryDirectory(prefix="daybook-terraform-") as folder:
        work = Path(folder)
        schemas = _provide(work)
        _check(work, schemas)


def _check(work: Path, schemas: dict[str, Any]) -> None:
    terraform = Terraform(work)
    terraform(SOURCE, "fmt", "-check", "-diff", "-recursive")
    shutil.copytree(SOURCE, work / "tree")
    for root in ROOTS:
        folder = work / "tree" / root
        local = 'terraform {\n  backend "local" {}\n}\n'
        (folder / "backend_override.tf").write_text(local, encoding="utf-8")
        terraform(folder, "init", "-input=false")
        terraform(folder, "validate")
        terraform(folder, "test", "-var-file=../environments/production.tfvars")
        for environment in sorted(path.stem for path in (SOURCE / "environments").glob("*.tfvars")):
            plan = terraform.planned(folder, environment)
            if root == "apps":
                version = plan["variables"]["cluster"]["value"]["kubernetes_version"]
                _held_against_kubernetes(environment, version, manifests(plan, schemas))


class Terraform:
    """The terraform of this machine with the stubs as its providers, and nothing else of the machine's."""

    def __init__(self, work: Path) -> None:
        settings = work / "terraform.rc"
        mirror = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{work}/mirror"\n  }}\n}}\n'
        settings.write_text(f"disable_checkpoint = true\n{mirror}", encoding="utf-8")
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("TF_")}
        own = {"TF_CLI_CONFIG_FILE": str(settings), "TF_CLI_ARGS": "-no-color", "HOME": str(work)}
        self._environment = {**inherited, **NO_SECRETS, **own}

    def __call__(self, folder: Path, *arguments: str) -> str:
        """What it writes; ends everything if it fails."""
        _say(f"terraform {' '.join(arguments)} ({folder.name})")
        return _done("terraform", *arguments, cwd=folder, env=self._environment)

    def planned(self, folder: Path, environment: str) -> dict[str, Any]:
        """A plan of an environment, from nothing."""
        values = f"-var-file=../environments/{environment}.tfvars"
        told = self(folder, "plan", "-input=false", values, "-out=planned")
        if "Warning:" in told:
            sys.exit(told)
        return json.loads(
            _done("terraform", "show", "-json", "planned", cwd=folder, env=self._environment)
        )


def _provide(work: Path) -> dict[str, Any]:
    """Put a stub of each provider where terraform looks for it; the schemas of their resources."""
    system = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    schemas: dict[str, Any] = {}
    for name in PACKAGES:
        package = Package(INSTALLED / "npm/node_modules/@cdktf" / f"provider-{name}")
        schema = package.schema(set(_types("resource")), set(_types("data")))
        schemas |= schema["resources"]
        told = work / f"{name}.json"
        told.write_text(json.dumps(schema), encoding="utf-8")
        place = (
            work
            / "mirror"
            / package.address
            / package.version
            / f"{platform.system().lower()}_{system}"
        )
        place.mkdir(parents=True)
        program = place / f"terraform-provider-{name}_v{package.version}"
        started = f'exec "{sys.executable}" -m tests.terraform.stub "{told}" "{package.address}"'
        program.write_text(f'#!/bin/sh\ncd "{PROJECT}" && {started}\n', encoding="utf-8")
        program.chmod(0o755)
    return schemas


def _types(word: str) -> Iterator[str]:
    for path in SOURCE.rglob("*.tf"):
        yield from re.findall(rf'^{word} "(\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE)


def _held_against_kubernetes(environment: str, version: str, made: list[dict[str, Any]]) -> None:
    RENDERED.mkdir(parents=True, exist_ok=True)
    path = RENDERED / f"{environment}.yaml"
    path.write_text(yaml.safe_dump_all(made, sort_keys=False, width=120), encoding="utf-8")
    _say(f"kubernetes-validate, checkov: {path.relative_to(PROJECT)}, {len(made)} manifests")
    _done(f"{INSTALLED}/bin/kubernetes-validate", "--strict", "-k", version, str(path))
    _done(
        f"{INSTALLED}/bin/checkov", "--config-file", str(HERE / "checkov.yaml"), "--file", str(path)
    )


def _done(*command: str, **where: Any) -> str:
    """What a program writes; ends everything if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **where)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
