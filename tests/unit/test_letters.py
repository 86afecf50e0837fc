"""The letters: what they say, and that nothing in them is taken for markup or a header."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from application.mail.telling import PayeeNews
from infrastructure.mail.templates import TemplateLetters, grouped

LETTERS = TemplateLetters("https://daybook.firm.example")
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
    "is_changed": False,
    "paid": Decimal("1350.00"),
    "paid_currency": "USD",
    "account": "****3000",
    "settled_on": date(2026, 11, 23),
    "has_arrived": False,
    "bank": "Harbour Bank",
    "words": ["Bo Lind"],
    "days": 3,
    "what": "held",
    "until": None,
    "payment_status": "settled",
    "reported": "failed",
    "detail": "this payment is settled; it cannot be failed any more",
}
SUBJECTS = {
    "claim_received": "Your claim of 1,248.20 EUR was received",
    "claim_waiting": "Ines Falk claims 1,248.20 EUR",
    "claim_endorsed": "Your claim of 1,248.20 EUR was endorsed",
    "claim_approved": "Your claim of 1,248.20 EUR was approved",
    "claim_denied": "Your claim of 1,248.20 EUR was denied",
    "word_wanted": "Ines Falk's claim of 1,248.20 EUR still waits",
    "claim_withdrawn": "Ines Falk withdrew the claim of 1,248.20 EUR",
    "payment_settled": "Your claim was paid: 1,350.00 USD",
    "payment_failed": "Your claim is not paid: 1,350.00 USD",
    "payment_failed_to_administrator": "Ines Falk is not paid: 1,350.00 USD",
    "payment_put_off": "The payment of your claim waits: 1,350.00 USD",
    "payment_put_off_to_administrator": "Ines Falk cannot be paid: 1,350.00 USD",
    "payment_case": "Contradictions about 1,350.00 USD for Ines Falk",
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("added", '"Laptop" signs you in from now on'),
        ("removed", "no more: there is a copy of it"),
        ("pinned", "for the first time"),
        ("forgotten", "your sessions have ended"),
        ("password", "You have another password"),
        ("sessions_ended", "All your sessions were ended"),
        ("session_ended", "was ended: there is a copy of it"),
    ],
)
def test_a_letter_tells_how_somebody_signs_in(change: str, told: str) -> None:
    values = {"name": "Laptop", "because": "there is a copy of it", "at": datetime.now(UTC)}
    values |= {"first_name": "Ada", "bank": None, "change": change}
    letter = LETTERS.write("sign_in_ways", values)
    assert letter.subject == "How you sign in to Daybook was changed"
    assert told in " ".join(letter.text.split())


@pytest.mark.parametrize("template", SUBJECTS)
def test_a_letter_tells_the_claim_in_both_forms(template: str) -> None:
    letter = LETTERS.write(template, CLAIM)
    assert letter.subject == SUBJECTS[template]
    for text in (letter.text, letter.html):
        for said in ("Ada", "1,248.20 EUR", "Train to Kiel", "2026-11-18", str(UUID(int=9))):
            assert said in text
        assert "Harbour Bank" in text
    assert letter.subject not in letter.text


@pytest.mark.parametrize("template", [*SUBJECTS, "claims_waiting"])
def test_no_link_leads_to_what_is_not_served(template: str) -> None:
    letter = LETTERS.write(template, CLAIM | {"claims": [CLAIM]})
    for text in (letter.text, letter.html):
        assert str(UUID(int=9)) in text
        assert "http" not in text


def test_a_letter_of_no_bank_is_of_the_daybook() -> None:
    for template in ("claim_approved", "claims_waiting"):
        letter = LETTERS.write(template, CLAIM | {"bank": "", "claims": [CLAIM]})
        assert letter.text.endswith("\n\nDaybook\n")
        assert "<p>Daybook</p>" in letter.html


def test_a_text_has_no_holes_where_something_is_not_said() -> None:
    for template in SUBJECTS:
        text = LETTERS.write(template, CLAIM).text
        assert "\n\n\n" not in text
        assert "{" not in text


@pytest.mark.parametrize(
    ("template", "changed", "subject"),
    [
        ("claim_received", {"is_changed": True}, "Your changes to the claim of 1,248.20 EUR were received"),
        ("claim_waiting", {"is_changed": True}, "Ines Falk changed the claim of 1,248.20 EUR"),
    ],
)  # fmt: skip
def test_what_was_changed_is_told_as_that(template: str, changed: Any, subject: str) -> None:
    letter = LETTERS.write(template, CLAIM | changed)
    assert letter.subject == subject
    assert "changed" in letter.text


@pytest.mark.parametrize("template", ["payment_failed", "payment_failed_to_administrator"])
def test_money_that_came_back_is_told_as_that(template: str) -> None:
    failed = LETTERS.write(template, CLAIM).text
    returned = LETTERS.write(template, CLAIM | {"has_arrived": True}).text
    assert "could not be sent to" in failed
    assert "came back from" in returned
    for text in (failed, returned):
        assert "1,350.00 USD" in text
        assert "****3000" in text
        assert "No receipt" in text


@pytest.mark.parametrize("held_until", [None, datetime(2026, 11, 25, 9, 5, tzinfo=UTC)])
@pytest.mark.parametrize("confirmed_by", [None, "Bo Lind"])
def test_who_is_paid_elsewhere_hears_who_did_that(
    held_until: datetime | None, confirmed_by: str | None
) -> None:
    change = PayeeNews(
        was="****3000", account="****4300", changed_by="Ada <b>", confirmed_by=confirmed_by, held_until=held_until
    )  # fmt: skip
    values = {"first_name": "Ines", "bank": "Harbour Bank", **msgspec.structs.asdict(change)}
    letter = LETTERS.write("payee_changed", values)
    assert letter.subject == "Where your money goes was changed"
    assert "Ada &lt;b&gt;" in letter.html
    for text in (letter.text, letter.html):
        assert "****3000" in text
        assert "****4300" in text
        assert ("Bo Lind confirmed it" in text) == bool(confirmed_by)
        assert ("before 2026-11-25 09:05 UTC" in text) == bool(held_until)


def test_a_digest_tells_every_claim_and_marks_what_looks_like_an_earlier_one() -> None:
    claims = [
        CLAIM | {"claim_uid": UUID(int=8), "description": "<b>Tolls</b>"},
        CLAIM | {"is_flagged": True},
    ]
    told = {"first_name": "Ada", "bank": "Harbour Bank"}
    letter = LETTERS.write("claims_waiting", {**told, "claims": claims})
    assert letter.subject == "2 claims wait for a decision"
    for text in (letter.text, letter.html):
        for said in ("Ada", "Ines Falk", "1,248.20 EUR", "Train to Kiel", "2026-11-18"):
            assert said in text
        for uid in (UUID(int=8), UUID(int=9)):
            assert str(uid) in text
        assert text.count("like an earlier claim") == 1
    assert "<b>" not in letter.html
    one = LETTERS.write("claims_waiting", {**told, "claims": claims[:1]})
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
    link = {
        "name": "Ines <b>",
        "token": "t0k3n",
        "expires_at": datetime(2026, 11, 22, 9, 5, tzinfo=UTC),
    }
    for is_reset, subject in (
        (False, "Choose your password for Daybook"),
        (True, "Choose another password for Daybook"),
    ):
        letter = LETTERS.write("password_link", {**link, "is_reset": is_reset})
        assert letter.subject == subject
        assert "Ines &lt;b&gt;" in letter.html
        for text in (letter.text, letter.html):
            assert "https://daybook.firm.example/app/password#t0k3n" in text
            assert "2026-11-22 09:05 UTC" in text
