"""What the Terraform code says of Daybook is so: settings exist and can be read, environments say the same things.

That it is right as Terraform is told by `make test-infra`, which needs terraform.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infrastructure.shared.settings import read_settings, setting_groups

TERRAFORM = Path(__file__).parents[2] / "infrastructure/terraform"
ENVIRONMENTS = sorted(path.stem for path in (TERRAFORM / "environments").glob("*.tfvars"))
CODE = sorted(TERRAFORM.rglob("*.tf"))
# Of libpq, not of Daybook: the authority that certificates are checked against.
FILES_BESIDES = {"PGSSLROOTCERT"}


def values_of(environment: str) -> dict[str, Any]:
    """The variables of an environment: their file is JSON but for `name = value`, comments and missing commas."""
    text = (TERRAFORM / f"environments/{environment}.tfvars").read_text(encoding="utf-8")
    bare = re.sub(r"\s+#.*", "", text)
    named = re.sub(r"^(\s*)(\w+)\s*=\s*(.*)", r'\1"\2": \3', bare, flags=re.MULTILINE)
    divided = re.sub(r"(?<=[^{\s])\s*\n(?=\s*\")", ",\n", named)
    read: dict[str, Any] = json.loads(f"{{{divided}}}")
    return read


def declared_by(root: str, variable: str) -> set[str]:
    """The names in the object that a root declares a variable to be."""
    text = (TERRAFORM / root / "variables.tf").read_text(encoding="utf-8")
    found = re.search(rf'variable "{variable}".*?type = object\(\{{(.*?)\}}\)', text, re.DOTALL)
    assert found
    return set(re.findall(r"^\s+(\w+)\s*=", found[1], re.MULTILINE))


def test_the_environments_are_those_that_are_known() -> None:
    assert ENVIRONMENTS == ["development", "production", "staging"]
    for environment in ENVIRONMENTS:
        assert values_of(environment)["environment"] == environment


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_says_all_that_is_declared_and_nothing_else(environment: str) -> None:
    """Terraform drops what an object says beyond its type without a word."""
    values = values_of(environment)
    assert set(values) == {"environment", "region", "cluster", "apps"}
    for root in ("cluster", "apps"):
        assert set(values[root]) == declared_by(root, root), (environment, root)


def test_environments_set_the_same_settings() -> None:
    said = {
        environment: set(values_of(environment)["apps"]["settings"]) for environment in ENVIRONMENTS
    }
    assert len(set(map(frozenset, said.values()))) == 1, said


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_settings_of_an_environment_can_be_read(environment: str) -> None:
    """Names and values, as the processes read them when they start."""
    read_settings(values_of(environment)["apps"]["settings"])


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_database_has_the_connections_that_are_taken(environment: str) -> None:
    """At full scale: what a process takes at most is told in the README beside the code."""
    values = values_of(environment)
    apps, cluster = values["apps"], values["cluster"]
    projectors = 4 + 2 * (apps["projectors"] - 1) + 2 * apps["projectors"]
    taken = 19 * apps["api_max"] + projectors + 10 * apps["workers"]
    size = re.fullmatch(r"db-s-\d+vcpu-(\d+)gb", cluster["postgresql_size"])
    assert size
    assert taken + cluster["pool_connections"] <= 25 * int(size[1]) - 3


def test_every_setting_that_is_named_is_one() -> None:
    declared = [one for group in setting_groups() for one in group.declared().values()]
    known = {name for setting in declared for name in setting.names}
    for path in [*CODE, *(TERRAFORM / "environments").glob("*.tfvars")]:
        named = re.findall(
            r"\b(?:DAYBOOK|DATABASE|REDIS)_[A-Z_]+\b", path.read_text(encoding="utf-8")
        )
        assert set(named) <= known, path.name


def test_what_is_secret_comes_by_a_file() -> None:
    """A config map is no place for a secret: none is named but as what names its file."""
    declared = [one for group in setting_groups() for one in group.declared().values()]
    secrets = {one.name for one in declared if one.is_secret}
    for path in [*CODE, *(TERRAFORM / "environments").glob("*.tfvars")]:
        named = set(re.findall(r"^\s*(\w+)\s*=", path.read_text(encoding="utf-8"), re.MULTILINE))
        assert not named & secrets, path.name


def test_no_file_holds_a_secret() -> None:
    """Neither a key nor a password: what is sensitive has no default, and no file of an environment sets it."""
    variables = (TERRAFORM / "apps/variables.tf").read_text(encoding="utf-8")
    sensitive = [
        (name, body)
        for name, body in re.findall(r'variable "(\w+)" \{\n(.*?)\n\}', variables, re.DOTALL)
        if re.search(r"sensitive\s+= true", body)
    ]
    assert {name for name, _ in sensitive} == {"signing_keys", "smtp_url", "etl_source"}
    assert all(not re.search(r'default\s+= "', body) for _, body in sensitive)
    for path in (one for one in TERRAFORM.rglob("*") if one.is_file()):
        text = path.read_text(encoding="utf-8")
        assert "PRIVATE KEY" not in text, path
        if path.suffix in (".tf", ".tfvars"):
            assert not re.search(r'(?i)(password|token|secret_key)\s*=\s*"[^"$]', text), path
            assert not re.search(r"://[^/\s:$]+:[^$@\s]+@", text), path
