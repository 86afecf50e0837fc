"""The alarms and panels of the repository: their expressions, and what they name."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "infrastructure/observability"
SCRAPED = {"job", "instance"}
"""The labels that a scraper adds to all that it scrapes, which it also tells by `up`."""


class Rule(NamedTuple):
    """An alarm."""

    name: str
    expression: str
    lasts: str
    severity: str
    annotations: dict[str, str]


@cache
def alarms() -> dict[str, Rule]:
    """The alarms by their names."""
    told = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
    rules = [_rule(each) for group in told["groups"] for each in group["rules"]]
    assert len({each.name for each in rules}) == len(rules)
    return {each.name: each for each in rules}


def _rule(told: dict[str, Any]) -> Rule:
    severity = told["labels"]["severity"]
    return Rule(told["alert"], told["expr"], told["for"], severity, told["annotations"])


@cache
def panels() -> dict[str, list[str]]:
    """The expressions of the dashboard by the titles of its panels."""
    told = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    return {
        panel["title"]: [target["expr"] for target in panel["targets"]]
        for panel in told["panels"]
        if panel["type"] != "row"
    }
