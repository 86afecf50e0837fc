"""The letters about a claim, from its submission to the money: who gets which, shown together, in whose name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.banks.administrators import AdministratorDeactivated
from domain.identity import UserDeactivated, UserRegistered
from domain.payments.obligation_facts import (
    ObligationBlocked,
    ObligationCancelled,
    ObligationHeld,
    ObligationWrittenOff,
    obligation_uid,
)
from domain.payments.payment_facts import (
    PaymentFailed,
    PaymentReturned,
    PaymentScheduled,
    PaymentSettled,
    payment_uid,
)
from domain.reimbursements.claims import (
    ReimbursementAmended,
    ReimbursementEndorsed,
    ReimbursementWithdrawn,
)
from domain.shared.events import Event
from domain.shared.roles import Role
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.branches import INCURRED_ON, MEMBER_IBAN
from tests.kits import NOW
from tests.mail_rooms import MailRoom
from tests.mail_servers import AwkwardMailServer, a_mail_server
from tests.reacting import ADMINISTRATOR, MEMBER, Firm, reactions

AMOUNT = "1,248.20 EUR"


@pytest.fixture
def server() -> Iterator[AwkwardMailServer]:
    with a_mail_server() as running:
        yield running


@pytest.fixture
def firm(log: PostgresEventLog) -> Firm:
    return Firm(log)


class PostOffice:
    """Carries out whatever mails somebody, until nothing waits."""

    def __init__(self, room: MailRoom, log: PostgresEventLog, url: str, server: AwkwardMailServer):
        self._room, self._log, self._url = room, log, url
        self._server = server

    def carries(self) -> list[tuple[str, str]]:
        """The letters that went out by this, by whom they are for and what they are about."""
        before = len(self._server.taken)
        self._room.plan(self._log)
        while kinds := {
            row.kind
            for row in reactions(self._url)
            if row.state == "pending" and row.kind.startswith("mail_")
        }:
            for kind in sorted(kinds):
                self._room.perform(kind)
        sent = self._server.taken[before:]
        return sorted((recipient, str(mail["Subject"])) for recipient, mail in sent)


@pytest.fixture
def office(
    database_url: str, log: PostgresEventLog, firm: Firm, server: AwkwardMailServer, tmp_path: Path
) -> PostOffice:
    return PostOffice(MailRoom(database_url, tmp_path, server), log, database_url, server)


def endorsed(firm: Firm) -> Event:
    by = {"administrator_uid": firm.ada.uid, "administrator_name": "Ada Berg"}
    return ReimbursementEndorsed(
        **by, user_uid=firm.ada.user_uid, acknowledged_duplicate=False, endorsed_at=NOW
    )


def ordered(firm: Firm, claim: UUID) -> dict[str, Any]:
    return {
        "reimbursement_uid": claim,
        "bank_uid": firm.uid,
        "amount": Decimal("1248.20"),
        "currency": "EUR",
    }


def scheduled(firm: Firm, claim: UUID) -> UUID:
    payment = payment_uid(claim)
    fact = PaymentScheduled(
        **ordered(firm, claim), bank_account_uid=firm.ines.account, member_uid=firm.ines.uid,
        creditor_name="Ines Berg", iban=MEMBER_IBAN, routing_number=None, account_number=None,
        reference=payment.hex,
    )  # fmt: skip
    firm.records({payment: fact})
    return payment


def test_each_fact_is_told_to_whom_it_matters(office: PostOffice, firm: Firm) -> None:
    claim = firm.submit()
    assert office.carries() == [
        (ADMINISTRATOR, f"Ines Berg claims {AMOUNT}"),
        (MEMBER, f"Your claim of {AMOUNT} was received"),
    ]
    firm.records({claim: endorsed(firm)})
    assert office.carries() == [(MEMBER, f"Your claim of {AMOUNT} was endorsed")]
    amended = ReimbursementAmended(
        amount=Decimal("1300.00"), currency="EUR", description="Train", incurred_on=INCURRED_ON, duplicate_of=None,
        amended_at=NOW,
    )  # fmt: skip
    firm.records({claim: amended})
    assert office.carries() == [
        (ADMINISTRATOR, "Ines Berg changed the claim of 1,300.00 EUR"),
        (MEMBER, "Your changes to the claim of 1,300.00 EUR were received"),
    ]
    firm.approve(claim)
    assert office.carries() == [(MEMBER, "Your claim of 1,300.00 EUR was approved")]


def test_what_is_decided_before_the_letter_leaves_waits_for_nobody(
    office: PostOffice, firm: Firm
) -> None:
    firm.approve(firm.submit())
    assert ADMINISTRATOR not in {to for to, _ in office.carries()}


def test_whoever_endorsed_a_claim_hears_that_it_was_withdrawn(
    office: PostOffice, firm: Firm
) -> None:
    seen, unseen = firm.submit(), firm.submit("Return")
    firm.records({seen: endorsed(firm)})
    office.carries()
    for claim in (seen, unseen):
        firm.records({claim: ReimbursementWithdrawn(withdrawn_at=NOW)})
    assert office.carries() == [(ADMINISTRATOR, f"Ines Berg withdrew the claim of {AMOUNT}")]


@pytest.mark.parametrize("is_over", [False, True])
def test_money_that_does_not_arrive_is_told_to_both(
    office: PostOffice, firm: Firm, server: AwkwardMailServer, is_over: bool
) -> None:
    claim = firm.submit()
    payment = scheduled(firm, claim)
    office.carries()
    what = ordered(firm, claim)
    if is_over:
        firm.records({payment: PaymentSettled(**what, settled_on=INCURRED_ON)})
        assert office.carries() == [(MEMBER, f"Your claim was paid: {AMOUNT}")]
        firm.records({payment: PaymentReturned(**what, reason="AC04 account closed")})
    else:
        failed = PaymentFailed(**what, reason="AC04 account closed", was_submitted=False)
        firm.records({payment: failed})
    assert office.carries() == [
        (ADMINISTRATOR, f"Ines Berg is not paid: {AMOUNT}"),
        (MEMBER, f"Your claim is not paid: {AMOUNT}"),
    ]
    for _, mail in server.taken[-2:]:
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "AC04 account closed" in text
        assert ("came back" in text) == is_over
        assert f"****{MEMBER_IBAN[-4:]}" in text
        assert MEMBER_IBAN not in text


UNTIL = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)
BY_PEOPLE = {"asked_by": None, "confirmed_by": None, "reason": "asked for"}
PUT_OFF = {
    "Your claim cannot be paid": lambda it: ObligationBlocked(**it, code="x", reason="closed"),
    "The payment of your claim waits": lambda it: ObligationHeld(**it, **BY_PEOPLE, until=UNTIL),
    "The payment of your claim was stopped": lambda it: ObligationCancelled(**it, **BY_PEOPLE),
    "Your claim is not going to be paid": lambda it: ObligationWrittenOff(**it, **BY_PEOPLE),
}


@pytest.mark.parametrize("subject", PUT_OFF)
def test_what_becomes_of_what_is_owed_is_told_with_its_reason(
    office: PostOffice, firm: Firm, server: AwkwardMailServer, subject: str
) -> None:
    claim = firm.submit()
    office.carries()
    fact = PUT_OFF[subject](ordered(firm, claim))
    firm.records({obligation_uid(claim): fact})
    others = [(ADMINISTRATOR, f"Ines Berg cannot be paid: {AMOUNT}")]
    blocked = isinstance(fact, ObligationBlocked)
    assert office.carries() == [*others * blocked, (MEMBER, f"{subject}: {AMOUNT}")]
    for _, mail in server.taken[-1 - blocked :]:
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert getattr(fact, "reason", "") in text
        assert ("2026-11-25 09:05 UTC" in text) == isinstance(fact, ObligationHeld)


def test_letters_about_one_claim_are_shown_together(
    office: PostOffice, firm: Firm, server: AwkwardMailServer
) -> None:
    claim, other = firm.submit(), firm.submit("Return")
    office.carries()
    firm.deny(claim)
    office.carries()
    first = {
        str(claim_uid): mail["Message-ID"]
        for _, mail in server.taken
        for claim_uid in (claim, other)
        if "received" in mail["Subject"] and str(claim_uid) in mail.as_string()
    }
    assert len(set(first.values())) == 2
    for _, mail in server.taken:
        of = claim if str(claim) in mail.as_string() else other
        is_first = "received" in mail["Subject"]
        begins_with = None if is_first else first[str(of)]
        assert mail["In-Reply-To"] == mail["References"] == begins_with
        assert mail["List-Id"] == "<claims.daybook.example>"
        assert mail["From"] == "Harbour Bank via Daybook <daybook@daybook.example>"
        assert mail["To"] in (f"Ines Berg <{MEMBER}>", f"Ada Berg <{ADMINISTRATOR}>")


@pytest.mark.parametrize("how", ["appointment", "user"])
def test_who_was_shut_out_gets_no_letter(office: PostOffice, firm: Firm, how: str) -> None:
    if how == "appointment":
        firm.submit()  # it was planned for her, and she is gone when it is carried out
        firm.records({firm.ada.uid: AdministratorDeactivated()})
    else:
        known = UserRegistered(
            email=ADMINISTRATOR, name="Ada Berg", bank_uid=firm.uid, roles=(Role.ADMINISTRATOR,)
        )
        firm.records({firm.ada.user_uid: known})
        firm.records({firm.ada.user_uid: UserDeactivated()})
        claim = firm.submit()
        firm.records({claim: endorsed(firm)})
        firm.records({claim: ReimbursementWithdrawn(withdrawn_at=NOW)})
        payment = scheduled(firm, claim)
        failed = PaymentFailed(**ordered(firm, claim), reason="no", was_submitted=False)
        firm.records({payment: failed})
    about_claims = {to for to, subject in office.carries() if "no administrator" not in subject}
    assert about_claims == {MEMBER}


def test_an_administrator_hears_of_their_own_claim_as_its_member_only(
    office: PostOffice, firm: Firm
) -> None:
    theirs = firm.member("Ada", ADMINISTRATOR)
    claim = theirs.claimed(amount=Decimal("1248.20"))
    assert office.carries() == [(ADMINISTRATOR, f"Your claim of {AMOUNT} was received")]
    failed = PaymentFailed(**ordered(firm, claim), reason="no", was_submitted=False)
    firm.records({scheduled(firm, claim): failed})
    assert office.carries() == [(ADMINISTRATOR, f"Your claim is not paid: {AMOUNT}")]
