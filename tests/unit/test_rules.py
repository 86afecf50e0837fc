"""Rules of values: each is tried once, and all that is wrong is told at once."""

import pytest

from domain.shared.errors import Invalid
from domain.shared.rules import checked, clean_text


def test_each_rule_runs_once_whether_it_refuses_or_not() -> None:
    asked: list[str] = []

    def rule(text: str) -> str:
        asked.append(text)
        return clean_text(text)

    assert checked("the note", title=(rule, " a "), body=(rule, "b")) == {"title": "a", "body": "b"}
    assert asked == [" a ", "b"]
    with pytest.raises(Invalid) as refused:
        checked("the note", title=(rule, " "), body=(rule, "c"), footer=(rule, ""))
    assert asked == [" a ", "b", " ", "c", ""]
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/title", "blank"),
        ("/footer", "blank"),
    ]
    assert refused.value.detail == "the note cannot be recorded: see title, footer"
