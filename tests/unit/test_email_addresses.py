"""Addresses: whichever way one is written, it is one address; and what is none."""

import sys
import unicodedata

import pytest

from domain.identity import user_uid
from domain.identity.addresses import EMAIL_LENGTH_MAX, normal_email
from domain.shared.errors import Invalid

SPELLINGS = {
    "ada@harbour.example": [
        "ADA@Harbour.EXAMPLE",
        " ada@harbour.example\n",
        "ada@ｈarbour。example",
    ],
    "ines@xn--bcher-kva.example": [
        "ines@bücher.example",
        "ines@BÜCHER.example",
        "ines@bu\u0308cher.example",
        "ines@XN--BCHER-KVA.example",
    ],
    "zoë@harbour.example": ["zoe\u0308@harbour.example", "ZOË@harbour.example"],
    "ζωής.μ@xn--jxalpdlp.example": ["ΖΩΉΣ.Μ@ΔΟΚΙΜΉ.example", "ζωής.μ@δοκιμή.example"],
    "straße@xn--strae-oqa.example": ["straße@straße.example"],
    "用户1@xn--fsqu00a.example": ["用户1@例子.example"],
    "محمد@harbour.example": [],
    "हिन्दी@harbour.example": [],
    "o'hara+x_y=z@a.b-c.example": [],
}


@pytest.mark.parametrize("normal", SPELLINGS)
def test_one_address_has_one_form_and_is_one_user(normal: str) -> None:
    for spelling in (normal, *SPELLINGS[normal]):
        assert normal_email(spelling) == normal
        assert user_uid(spelling) == user_uid(normal)


ALIKE = [
    ("ada@harbour.example", "аda@harbour.example"),  # with a Cyrillic а
    ("ada@harbour.example", "ada@hаrbour.example"),
    ("strasse@harbour.example", "straße@harbour.example"),
    ("ada@strasse.example", "ada@straße.example"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_only_looks_alike_is_another_address(one: str, other: str) -> None:
    assert normal_email(one) != normal_email(other)


NONE = [
    "",
    "@",
    "ada",
    "ada@harbour",
    "ada@@harbour.example",
    ".ada@harbour.example",
    "ada.@harbour.example",
    "a..da@harbour.example",
    "ada @harbour.example",
    '"ada"@harbour.example',
    "ada@-harbour.example",
    "ada@[127.0.0.1]",
    "ada\u200b@harbour.example",  # what cannot be seen
    "ad\u200da@harbour.example",
    "ad\u00ada@harbour.example",
    "ad\u202ea@harbour.example",
    "ada\ufeff@harbour.example",
    "ada\u00a0x@harbour.example",
    "ａda@harbour.example",  # another way to write a letter
    "𝐚da@harbour.example",
    "ﬁda@harbour.example",
    "ſda@harbour.example",
    "ªda@harbour.example",
    "\u0301ada@harbour.example",  # a mark on nothing
    "ada.\u0301x@harbour.example",
    "ada☃@harbour.example",  # neither letter nor digit
    "ada–x@harbour.example",
    "\ud800da@harbour.example",
    "\ue000da@harbour.example",
    "ada@☃.example",
    "ada@a\u200db.example",
    "ada@ex\u202eample.example",
    "ada@\u0301x.example",
    "ada@ü" + "x" * 63 + ".example",
    "é" * 33 + "@harbour.example",  # 66 bytes
    "a@" + "é.ß." * 60 + "example",
    "é" * 100_000,
    "a@" + "é" * 100_000,
]


@pytest.mark.parametrize("text", NONE, ids=lambda text: ascii(text)[:40])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="an e-mail address such as") as caught:
        normal_email(text)
    assert caught.value.code == "email"
    assert len(caught.value.detail) < 600


# Of what fills Unicode up one in many stands for the others.
ALL_OF_A_KIND = ("CJK UNIFIED", "HANGUL SYLLABLE", "TANGUT", "EGYPTIAN", "CUNEIFORM")


def test_every_character_is_refused_or_has_one_form() -> None:
    """The whole of Unicode: what is taken is the same in every way to write it, and again."""
    taken = 0
    for point, character in enumerate(map(chr, range(sys.maxunicode + 1))):
        kind, name = unicodedata.category(character), unicodedata.name(character, "")
        if point % 97 and (kind in ("Cn", "Co") or name.startswith(ALL_OF_A_KIND)):
            continue
        try:
            normal = normal_email(f"a{character}b@harbour.example")
        except Invalid:
            continue
        taken += 1
        assert normal_email(normal) == normal
        assert len(normal.encode()) <= EMAIL_LENGTH_MAX
        assert unicodedata.normalize("NFC", normal) == normal
        assert kind[0] in "LMN" or normal.isascii()
        for form in ("NFC", "NFD"):
            assert normal_email(unicodedata.normalize(form, normal)) == normal
        if character.upper().lower() == character:
            assert normal_email(f"a{character.upper()}b@HARBOUR.example") == normal
    assert taken > 10_000
