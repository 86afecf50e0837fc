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


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\ufeff \u2060", "\u200e\u200f", "\u3164", "\u2800"]
)
def test_a_text_of_which_nothing_can_be_seen_is_blank(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_text(text)
    assert refused.value.code == "blank"


@pytest.mark.parametrize("turn", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_text_does_not_turn_its_direction(turn: str) -> None:
    with pytest.raises(Invalid, match=f"U\\+{ord(turn):04X}") as refused:
        clean_text(f"T-1{turn}2")
    assert refused.value.code == "control_character"


def test_marks_and_joiners_within_a_text_are_part_of_it() -> None:
    for text in ("سلام\u200f", "می\u200cروم", "👩\u200d💻"):
        assert clean_text(text) == text
