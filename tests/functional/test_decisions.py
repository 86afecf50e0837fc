"""No decision in the log rests on a fact that had changed before it: claims raced against what they stand on.

Two api processes serve one book. Each approval meets the lowering of its administrator's limit or their dismissal, each
claim the closing of its account, the end of its membership. Afterwards the log is read in its one order, and whatever
was decided must be allowed by the fold of what stands before it.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from domain.banks import accounts, administrators, banks, members
from domain.banks.accounts import open_account
from domain.banks.administrators import ActiveAdministrator
from domain.banks.banks import open_bank
from domain.banks.members import active_member
from domain.reimbursements import claims
from domain.reimbursements.claims import (
    ApproveClaim,
    ReimbursementApproved,
    ReimbursementSubmitted,
)
from domain.reimbursements.words import Approver
from domain.shared.deciders import Decider
from infrastructure.shared.event_log.log import PostgresEventLog
from tests.branches import Branch, Person
from tests.processes import free_port, lives, wait_until
from tests.sites import Site, process

_RACES = 48
_AT_ONCE = 3
_DECIDERS: dict[str, Decider[Any, Any]] = {
    "bank": banks.DECIDER,
    "bank_account": accounts.DECIDER,
    "bank_administrator": administrators.DECIDER,
    "bank_member": members.DECIDER,
    "reimbursement": claims.DECIDER,
}


@pytest.fixture
def urls(site: Site, tmp_path: Path) -> Any:
    """The addresses of two api processes on one book."""
    other = free_port()
    with process("api", {**site.settings, "DAYBOOK_PORT": str(other)}, tmp_path / "api.txt"):
        url = f"http://127.0.0.1:{other}"
        wait_until(lambda: lives(url), "the second api")
        yield [site.url, url]


def test_no_decision_rests_on_what_had_changed_before_it(site: Site, urls: list[str]) -> None:
    branch = Branch(site)
    member = branch.member()
    administrators_ = [branch.administrator(f"Ruth{n}", limit="1000") for n in range(_RACES)]
    owed = [member.claimed(amount=f"{500 + n}.00") for n in range(_RACES)]
    leaving = [branch.member(f"Mira{n}") for n in range(_RACES)]
    answers = asyncio.run(_raced(site, urls, administrators_, owed, leaving))
    assert not [answer.text for answer in answers if answer.status_code >= 500]
    approved, submitted = _checked(site.settings["DATABASE_URL"])
    assert approved
    assert submitted > _RACES


async def _raced(
    site: Site,
    urls: list[str],
    approvers: Sequence[Person],
    owed: Sequence[dict[str, Any]],
    leaving: Sequence[Person],
) -> list[httpx.Response]:
    operator = site.authorization()
    async with (
        httpx.AsyncClient(base_url=urls[0], timeout=120) as one,
        httpx.AsyncClient(base_url=urls[1], timeout=120) as other,
    ):
        rounds: list[list[Awaitable[httpx.Response]]] = []
        for number, (by, claim, member) in enumerate(zip(approvers, owed, leaving, strict=True)):
            rounds.append(calls := [])
            path, head = f"/administrators/{by.uid}", site.authorization(by.principal)
            approve = f"/reimbursements/{claim['uid']}/approve"
            body = {"acknowledge_duplicates": True}
            calls.append(one.post(approve, json=body, headers=head))
            if number % 2:
                lower = {"approval_limit": "100.00"}
                calls.append(other.patch(path, json=lower, headers=operator))
            else:
                calls.append(other.delete(path, headers=operator))
            claimed = member.claim(amount="12.00")
            head = site.authorization(member.principal)
            calls.append(one.post("/reimbursements", json=claimed, headers=head))
            gone = f"/accounts/{member.account}" if number % 2 else f"/members/{member.uid}"
            calls.append(other.delete(gone, headers=operator))
        # A few at a time: what is asked last would lose every race if all were asked at once.
        answers: list[httpx.Response] = []
        for first in range(0, len(rounds), _AT_ONCE):
            together = [call for calls in rounds[first : first + _AT_ONCE] for call in calls]
            answers += await asyncio.gather(*together)
        return answers


def _checked(database_url: str) -> tuple[int, int]:
    """How many approvals and submissions there are, each of them allowed by what stands before it."""
    log = PostgresEventLog(database_url)
    try:
        recorded = log.page(0, 100_000).events
    finally:
        log.close()
    states: dict[UUID, Any] = {}
    approved = submitted = 0
    for event in recorded:
        decider = _DECIDERS.get(event.name.split(".")[0])
        if decider is None:
            continue
        fact = event.event()
        if isinstance(fact, ReimbursementApproved):
            approved += 1
            _check_approval(states, event.stream_id, fact)
        if isinstance(fact, ReimbursementSubmitted):
            submitted += 1
            open_bank(states[fact.bank_uid])
            active_member(states[fact.member_uid])
            open_account(states[fact.bank_account_uid])
        before = states.get(event.stream_id, decider.initial)
        states[event.stream_id] = reduce(decider.evolve, [fact], before)
    return approved, submitted


def _check_approval(states: dict[UUID, Any], claim: UUID, fact: ReimbursementApproved) -> None:
    command = ApproveClaim(
        by=_approver(states, fact.administrator_uid),
        acknowledge_duplicates=True,
        beside=tuple(_approver(states, word.administrator_uid) for word in states[claim].words),
    )
    (again,) = claims.decide(states[claim], command, fact.approved_at)
    assert isinstance(again, ReimbursementApproved), "approved above the limit"


def _approver(states: dict[UUID, Any], uid: UUID) -> Approver:
    appointed = states[uid]
    assert isinstance(appointed, ActiveAdministrator), "by somebody who was dismissed"
    it = appointed.value
    return Approver(
        administrator_uid=uid,
        user_uid=it.user_uid,
        name=it.name,
        limit=it.approval_limit,
        limit_currency=it.currency,
    )
