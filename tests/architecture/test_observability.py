"""Alarms and dashboard can be read by Prometheus, and an alarm leads whoever it wakes up to a runbook that is there.

What they name is measured by a real site in `tests/functional/test_watching.py`.
"""

import re

import promql_parser
import pytest

from tests.observing import ROOT, alarms, panels

OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", alarms())
def test_an_alarm_is_whole(name: str) -> None:
    rule = alarms()[name]
    promql_parser.parse(rule.expression)
    assert rule.lasts == "0m" or promql_parser.parse_duration(rule.lasts)
    assert rule.severity in {"critical", "warning"}
    assert set(rule.annotations) == {"summary", "runbook_url"}
    assert rule.annotations["summary"]


@pytest.mark.parametrize("name", alarms())
def test_an_alarm_leads_to_its_runbook(name: str) -> None:
    page, _, anchor = alarms()[name].annotations["runbook_url"].partition("#")
    assert page == "docs/operations.md"
    assert anchor in _anchors()


def test_no_runbook_is_left_of_an_alarm_that_is_gone() -> None:
    assert {each for each in _anchors() if each.startswith("daybook")} == {
        *map(str.lower, alarms()),
        "daybook-up",
    }


@pytest.mark.parametrize("title", panels())
def test_a_panel_can_be_read(title: str) -> None:
    assert panels()[title]
    for expression in panels()[title]:
        promql_parser.parse(expression)


def _anchors() -> set[str]:
    """As they are made of headings: in small letters, with hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", OPERATIONS, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}
