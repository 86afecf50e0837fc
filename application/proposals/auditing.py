"""Auditing confirmations: each is made once more as its kind says, and what was recorded with it is held to that."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from application.proposals.confirming import administers, confirmation, kind_of, others
from application.shared.auditing import Auditor, Finding, Prefix, PrefixView, acts_as, at_once
from application.shared.ports import RecordedEvent
from domain import identity, proposals
from domain.banks import administrators
from domain.banks.administrators import AdministratorAppointed
from domain.identity import ActiveUser
from domain.proposals import MayNotConfirm, ProposalConfirmed, ProposalMade, Second, made_of
from domain.shared.errors import DaybookError
from domain.shared.events import Event
from domain.shared.kits import known
from domain.shared.roles import Role, administrator_uid


class ConfirmationAuditor(Auditor):
    """Confirms every proposal once more that was confirmed."""

    subjects = frozenset(
        {
            "account_number",
            "approval_policy",
            "bank",
            "bank_account",
            "bank_administrator",
            "bank_member",
            "exchange_rate",
            "obligation",
            "payment",
            "payment_case",
            "proposal",
            "reimbursement",
            "user",
        }
    )

    def __init__(self, prefix: Prefix) -> None:
        super().__init__(prefix)
        self._administrators: dict[UUID, list[UUID]] = {}  # of each bank, active or not
        self._findings: list[Finding] = []
        self._made = self._by_appointees = 0
        self._confirmed: RecordedEvent | None = None
        self._due: list[tuple[UUID, Event]] = []

    def take(self, recorded: RecordedEvent, fact: Event) -> None:
        is_with = self._confirmed and self._confirmed.causation_id == recorded.causation_id
        if is_with and self._due and self._due[0] == (recorded.stream_id, fact):
            self._due.pop(0)
        elif is_with or self._due:
            self._miss(f"{type(fact).__name__} is recorded" if is_with else "")
        if isinstance(fact, AdministratorAppointed):
            uids = self._administrators.setdefault(fact.bank_uid, [])
            uids += [] if recorded.stream_id in uids else [recorded.stream_id]
        elif isinstance(fact, ProposalConfirmed):
            self._made += 1
            self._findings += self._against(recorded, fact)

    def findings(self) -> list[Finding]:
        if self._due:
            self._miss()
        return self._findings

    def counts(self) -> dict[str, Any]:
        return {"confirmations": self._made, "by_appointees": self._by_appointees}

    def _miss(self, instead: str = "") -> None:
        """Name that what was recorded with the last confirmation is not what it comes to."""
        due = f"{type(self._due[0][1]).__name__} is due" if self._due else "nothing more is due"
        told = f"By what stands before it, {due} beside it{instead and ', and '}{instead}."
        if self._confirmed:
            self._findings.append(_finding(self._confirmed, "otherwise", told))
        self._confirmed, self._due = None, []

    def _against(self, recorded: RecordedEvent, fact: ProposalConfirmed) -> Iterator[Finding]:
        if recorded.actor != acts_as(fact.decided_by):
            told = f"It was recorded by {recorded.actor} in the name of {fact.decided_by_name}."
            yield _finding(recorded, "in_anothers_name", told)
            return
        try:
            again = at_once(self._again(recorded.stream_id, fact))
        except DaybookError as error:
            yield _finding(recorded, error.code, error.detail)
            return
        self._confirmed, self._due = recorded, again[1:]
        if again[:1] != [(recorded.stream_id, fact)]:
            self._miss()

    async def _again(self, uid: UUID, fact: ProposalConfirmed) -> list[tuple[UUID, Event]]:
        """All that this confirmation comes to."""
        view = PrefixView(self.prefix, fact.decided_at)
        made = made_of(self.prefix.state(proposals.DECIDER, uid))
        second = await self._second(view, made, fact)
        self._by_appointees += self._has_appointed(made, fact)
        return [
            (write.uid, event)
            for write in await confirmation(view, uid, second)
            for event in write.decider.decide(
                view.state(write.decider, write.uid), write.command, view.now
            )
        ]

    async def _second(
        self, view: PrefixView, made: ProposalMade, fact: ProposalConfirmed
    ) -> Second:
        by, bank = fact.decided_by, made.bank_uid
        user = self.prefix.state(identity.DECIDER, by) if by else None
        if by and not isinstance(user, ActiveUser):
            raise MayNotConfirm(f"{fact.decided_by_name} was nobody who could confirm anything.")
        operates = isinstance(user, ActiveUser) and Role.OPERATOR in user.roles
        of_bank = self._administrators.get(bank, []) if bank else []
        return Second(
            user_uid=by,
            name=fact.decided_by_name,
            administers=await administers(view, bank, by),
            operates=operates,
            others=await others(view, made, of_bank) if operates else 0,
            owner_is_enough=kind_of(made).owner_is_enough,
        )

    def _has_appointed(self, made: ProposalMade, fact: ProposalConfirmed) -> bool:
        if made.bank_uid is None or fact.decided_by is None or made.proposed_by is None:
            return False
        uid = administrator_uid(made.bank_uid, fact.decided_by)
        it = known(self.prefix.state(administrators.DECIDER, uid))
        return it is not None and made.proposed_by in (it.appointed_by, it.confirmed_by)


def _finding(recorded: RecordedEvent, code: str, detail: str) -> Finding:
    return Finding(
        position=recorded.position,
        about="proposal",
        uid=recorded.stream_id,
        code=code,
        detail=detail,
    )


AUDITORS = (ConfirmationAuditor,)
