"""The letters: what they say, and that nothing in them is taken for markup or a header."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from infrastructure.mail.templates import TemplateLetters, grouped

LETTERS = TemplateLetters("http://127.0.0.1:8000")
CLAIM: dict[str, Any] = {
    "claim_uid": UUID(int=9),
    "first_name": "Ada",
    "member_name": "Ines Falk",
    "decided_by": "Bo Lind",
    "reason": "No receipt",
    "amount": Decimal("1248.20"),
    "currency": "EUR",
    "description": "Train to Kiel",
    "incurred_on": date(2026, 11, 18),
    "is_flagged": False,
}
SUBJECTS = {
    "claim_waiting": "Ines Falk claims 1,248.20 EUR",
    "claim_approved": "Your claim of 1,248.20 EUR was approved",
    "claim_denied": "Your claim of 1,248.20 EUR was denied",
}


@pytest.mark.parametrize("template", SUBJECTS)
def test_a_letter_tells_the_claim_in_both_forms(template: str) -> None:
    letter = LETTERS.write(template, CLAIM)
    assert letter.subject == SUBJECTS[template]
    for text in (letter.text, letter.html):
        for said in ("Ada", "1,248.20 EUR", "Train to Kiel", "2026-11-18", str(UUID(int=9))):
            assert said in text
        assert f"http://127.0.0.1:8000/reimbursements/{UUID(int=9)}" in text
    assert letter.subject not in letter.text


def test_a_digest_tells_every_claim_and_marks_what_looks_like_an_earlier_one() -> None:
    claims = [
        CLAIM | {"claim_uid": UUID(int=8), "description": "<b>Tolls</b>"},
        CLAIM | {"is_flagged": True},
    ]
    letter = LETTERS.write("claims_waiting", {"first_name": "Ada", "claims": claims})
    assert letter.subject == "2 claims wait for a decision"
    for text in (letter.text, letter.html):
        for said in ("Ada", "Ines Falk", "1,248.20 EUR", "Train to Kiel", "2026-11-18"):
            assert said in text
        for uid in (UUID(int=8), UUID(int=9)):
            assert f"http://127.0.0.1:8000/reimbursements/{uid}" in text
        assert text.count("like an earlier claim") == 1
    assert "<b>" not in letter.html
    one = LETTERS.write("claims_waiting", {"first_name": "Ada", "claims": claims[:1]})
    assert one.subject == "1 claim waits for a decision"


def test_a_denial_gives_the_reason() -> None:
    letter = LETTERS.write("claim_denied", CLAIM)
    assert "No receipt" in letter.text
    assert "No receipt" in letter.html


def test_only_a_flagged_claim_warns_of_an_earlier_one() -> None:
    plain = LETTERS.write("claim_waiting", CLAIM)
    flagged = LETTERS.write("claim_waiting", CLAIM | {"is_flagged": True})
    for text, warned in ((plain.text, flagged.text), (plain.html, flagged.html)):
        assert "earlier claim" not in text
        assert "earlier claim" in warned


def test_markup_in_a_value_is_text() -> None:
    letter = LETTERS.write("claim_approved", CLAIM | {"description": "<script>x</script>"})
    assert "<script>" not in letter.html
    assert "&lt;script&gt;x" in letter.html
    assert "<script>x</script>" in letter.text


def test_a_value_that_is_missing_is_an_error_and_no_hole() -> None:
    with pytest.raises(LookupError, match="currency"):
        LETTERS.write("claim_approved", {name: CLAIM[name] for name in CLAIM if name != "currency"})


def test_a_letter_nobody_wrote_is_an_error() -> None:
    with pytest.raises(LookupError, match="no_such_letter"):
        LETTERS.write("no_such_letter", CLAIM)


def test_amounts_keep_their_decimals() -> None:
    assert [grouped(Decimal(text)) for text in ("1200", "0.500", "1234567.89")] == [
        "1,200",
        "0.500",
        "1,234,567.89",
    ]


def test_the_letter_with_a_link_tells_until_when_it_is_good() -> None:
    letters = TemplateLetters("http://127.0.0.1:8000", "https://daybook.firm.example")
    link = {
        "name": "Ines <b>",
        "token": "t0k3n",
        "expires_at": datetime(2026, 11, 22, 9, 5, tzinfo=UTC),
    }
    for is_reset, subject in (
        (False, "Choose your password for Daybook"),
        (True, "Choose another password for Daybook"),
    ):
        letter = letters.write("password_link", {**link, "is_reset": is_reset})
        assert letter.subject == subject
        assert "Ines &lt;b&gt;" in letter.html
        for text in (letter.text, letter.html):
            assert "https://daybook.firm.example/auth/password#t0k3n" in text
            assert "2026-11-22 09:05 UTC" in text
