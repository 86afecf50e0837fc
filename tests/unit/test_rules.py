"""Rules of values: each is tried once, and all that is wrong is told at once."""

import sys
import unicodedata
from contextlib import suppress

import pytest

from domain.shared.errors import Invalid
from domain.shared.rules import checked, clean_text, only_seen


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


UNSEEN = {
    "\u202e": "RIGHT-TO-LEFT OVERRIDE",
    "\u2066": "LEFT-TO-RIGHT ISOLATE",
    "\u200b": "ZERO WIDTH SPACE",
    "\u200c": "ZERO WIDTH NON-JOINER",
    "\u200d": "ZERO WIDTH JOINER",
    "\u200f": "RIGHT-TO-LEFT MARK",
    "\u00ad": "SOFT HYPHEN",
    "\u2060": "WORD JOINER",
    "\ufeff": "ZERO WIDTH NO-BREAK SPACE",
    "\u3164": "HANGUL FILLER",
    "\u2800": "BRAILLE PATTERN BLANK",
    "\U000e0041": "TAG LATIN CAPITAL LETTER A",
}


@pytest.mark.parametrize("character", UNSEEN)
def test_what_cannot_be_seen_is_named_and_refused(character: str) -> None:
    for text, place in ((f"T-{character}2", 3), (f"{character}T", 1), (f"T{character}", 2)):
        with pytest.raises(Invalid) as refused:
            clean_text(text)
        assert refused.value.code == "control_character"
        assert refused.value.detail == (
            f"character {place} is U+{ord(character):04X} ({UNSEEN[character]}), which cannot be seen"
        )


def test_every_format_character_is_refused_within_a_latin_text_unless_it_is_seen() -> None:
    taken = set()
    for character in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(character) == "Cf":
            with suppress(Invalid):
                taken.add(clean_text(f"a{character}b")[1])
    assert taken <= set(
        map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
    )
    assert len(taken) >= 10


@pytest.mark.parametrize("turn", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_no_text_turns_its_direction(turn: str) -> None:
    for text in (f"T-1{turn}2", f"سل{turn}ام", f"👩{turn}💻"):
        with pytest.raises(Invalid, match=f"U\\+{ord(turn):04X}"):
            clean_text(text)


def test_joiners_are_part_of_a_text_where_they_join() -> None:
    # Persian, Hindi, Sinhala, and emoji of several persons, of a tone and in colour.
    for text in ("می\u200cروم", "क्\u200dष", "ශ්\u200dරී", "👩\u200d💻", "👩🏽\u200d💻", "❤️\u200d🔥"):
        assert clean_text(text) == text
    for text in (
        "می\u200c",
        "\u200cمی",
        "می\u200c\u200cروم",
        "می \u200cروم",
        "👩\u200d",
        "م\u200cb",
    ):
        with pytest.raises(Invalid) as refused:
            clean_text(text)
        assert refused.value.code == "control_character"


def test_what_others_wrote_is_taken_without_what_cannot_be_seen() -> None:
    told = "AC04\u200b closed\u3164\u202e\0 \ud800by bank\u2800"
    assert only_seen(told, "") == "AC04 closed by bank"
    assert clean_text(only_seen(told)) == "AC04 closed by bank"
