"""Given a proposal, when somebody confirms, rejects or withdraws it, then ..."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.proposals import (
    DECIDER,
    LIFETIME,
    ConcernsYourself,
    ConfirmProposal,
    MakeProposal,
    MayNotConfirm,
    OwnProposal,
    ProposalClosed,
    ProposalConfirmed,
    ProposalLapsed,
    ProposalMade,
    ProposalRejected,
    ProposalWithdrawn,
    RejectProposal,
    Second,
    UnknownProposal,
    WithdrawProposal,
)
from domain.shared.errors import DaybookError
from tests.kits import NOW, given_of

BANK, RUTH, MILAN, INES, OLGA = (UUID(int=number) for number in range(1, 6))
MAKE = MakeProposal(
    bank_uid=BANK,
    bank_id=1,
    kind="limit",
    terms={"approval_limit": "900.00"},
    summary="Let Ines decide alone up to 900.00 EUR",
    concerns=(INES,),
    proposed_by=RUTH,
    proposed_by_name="Ruth Abara",
)
given = given_of(DECIDER)
MADE: ProposalMade = given().when(MAKE).then_one(ProposalMade)


def second(user: UUID | None, **more: Any) -> Second:
    return Second(user_uid=user, name="Somebody", **more)


ADMINISTRATOR = second(MILAN, administers=True)
OPERATOR = second(OLGA, operates=True)
SAID = {"decided_by": MILAN, "decided_by_name": "Somebody", "decided_at": NOW}
CONFIRMED = ProposalConfirmed(**SAID)


def test_it_waits_for_seven_days() -> None:
    assert timedelta(days=7) == LIFETIME
    assert MADE.expires_at == NOW + LIFETIME
    late = given(MADE)
    late.when(ConfirmProposal(ADMINISTRATOR), NOW + LIFETIME - timedelta(seconds=1)).then_one(
        ProposalConfirmed
    )
    for command in (
        ConfirmProposal(ADMINISTRATOR),
        RejectProposal(ADMINISTRATOR),
        WithdrawProposal(second(RUTH)),
    ):
        late.when(command, NOW + LIFETIME).refused(ProposalLapsed)


@pytest.mark.parametrize(
    ("of", "by", "refusal"),
    [
        (MADE, ADMINISTRATOR, None),
        (MADE, second(None), None),
        (MADE, OPERATOR, None),
        (MADE, replace(OPERATOR, others=1), MayNotConfirm),
        (MADE, second(OLGA), MayNotConfirm),
        (MADE, second(RUTH, administers=True), OwnProposal),
        (MADE, second(RUTH, operates=True), OwnProposal),
        (MADE, second(INES, administers=True), ConcernsYourself),
        (MADE, second(INES, owner_is_enough=True), None),
        (MADE, second(OLGA, owner_is_enough=True), MayNotConfirm),
        (replace(MADE, bank_uid=None), replace(OPERATOR, others=1), None),
        (replace(MADE, bank_uid=None), second(OLGA), MayNotConfirm),
        (replace(MADE, proposed_by=INES), second(INES, owner_is_enough=True), OwnProposal),
    ],
)
def test_who_confirms(of: ProposalMade, by: Second, refusal: type[DaybookError] | None) -> None:
    when = given(of).when(ConfirmProposal(by))
    if refusal:
        when.refused(refusal)
    else:
        when.then_one(ProposalConfirmed)


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (ADMINISTRATOR, None),
        (second(None), None),
        (replace(OPERATOR, others=1), None),
        (second(INES), None),
        (second(OLGA), MayNotConfirm),
        (second(RUTH, administers=True), OwnProposal),
    ],
)
def test_who_rejects(by: Second, refusal: type[DaybookError] | None) -> None:
    when = given(MADE).when(RejectProposal(by, " Not  now "))
    if refusal:
        when.refused(refusal)
    else:
        assert when.then_one(ProposalRejected).reason == "Not now"


def test_a_reason_is_a_sentence_or_none() -> None:
    given(MADE).when(RejectProposal(ADMINISTRATOR)).then(ProposalRejected(**SAID, reason=None))
    given(MADE).when(RejectProposal(ADMINISTRATOR, " ")).invalid("/reason")
    given(MADE).when(RejectProposal(ADMINISTRATOR, "x" * 501)).invalid("/reason")


def test_only_the_proposer_withdraws() -> None:
    withdraws = given(MADE).when(WithdrawProposal(second(RUTH)))
    assert withdraws.then_one(ProposalWithdrawn).decided_by == RUTH
    given(MADE).when(WithdrawProposal(ADMINISTRATOR)).refused(MayNotConfirm)
    given(MADE).when(WithdrawProposal(second(None))).refused(MayNotConfirm)


def test_it_is_decided_once() -> None:
    done = given(MADE, CONFIRMED)
    done.when(ConfirmProposal(ADMINISTRATOR)).quiet()
    done.when(ConfirmProposal(ADMINISTRATOR), NOW + 2 * LIFETIME).quiet()
    done.when(RejectProposal(ADMINISTRATOR)).refused(ProposalClosed, outcome="confirmed", **SAID)
    done.when(ConfirmProposal(OPERATOR)).refused(ProposalClosed)
    done.when(WithdrawProposal(second(RUTH))).refused(ProposalClosed)
    done.when(MAKE).quiet()
    late = ProposalRejected(**SAID, reason=None)
    assert done.after(late).state == done.state


def test_what_was_not_proposed_is_not_there() -> None:
    for command in (
        ConfirmProposal(OPERATOR),
        RejectProposal(OPERATOR),
        WithdrawProposal(OPERATOR),
    ):
        given().when(command).refused(UnknownProposal)
    assert given(CONFIRMED).state == given().state
