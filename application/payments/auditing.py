"""Auditing releases of batches: each is made once more, and nobody released what pays a claim of their own."""

from collections.abc import Iterator
from typing import Any

from application.shared.auditing import Auditor, Finding, Prefix, acts_as
from application.shared.ports import RecordedEvent
from domain.banks import policies
from domain.payments import batches, payments
from domain.payments.batches import MadeBatch, PaymentBatchReleased, ReleaseBatch
from domain.payments.payments import NoPayment
from domain.reimbursements import claims
from domain.shared.errors import DaybookError
from domain.shared.events import Event
from domain.shared.rules import fields_in


class ReleaseAuditor(Auditor):
    """Releases every batch once more that was released."""

    subjects = frozenset({"approval_policy", "payment", "payment_batch", "reimbursement"})

    def __init__(self, prefix: Prefix) -> None:
        super().__init__(prefix)
        self._findings: list[Finding] = []
        self._made = 0

    def take(self, recorded: RecordedEvent, fact: Event) -> None:
        if isinstance(fact, PaymentBatchReleased):
            self._made += 1
            self._findings += [
                Finding(
                    position=recorded.position,
                    about="payment batch",
                    uid=recorded.stream_id,
                    code=code,
                    detail=detail,
                )
                for code, detail in self._against(recorded, fact)
            ]

    def findings(self) -> list[Finding]:
        return self._findings

    def counts(self) -> dict[str, Any]:
        return {"releases": self._made}

    def _against(
        self, recorded: RecordedEvent, fact: PaymentBatchReleased
    ) -> Iterator[tuple[str, str]]:
        state = self.prefix.state(batches.DECIDER, recorded.stream_id)
        if recorded.actor != acts_as(fact.released_by):
            yield "in_anothers_name", f"It was recorded by {recorded.actor}."
        try:
            again = batches.decide(
                state, ReleaseBatch(**fields_in(fact, ReleaseBatch)), fact.released_at
            )
        except DaybookError as error:
            yield error.code, error.detail
            return
        if again != [fact] or not isinstance(state, MadeBatch):
            yield "otherwise", "By what stands before it, it was released already, or says more."
            return
        policy = self.prefix.state(policies.DECIDER, policies.policy_uid(state.created.bank_uid))
        if policy.four_eyes != fact.four_eyes:
            yield "otherwise", "The policy of the bank said otherwise of four eyes."
        left_out = {each.uid for each in fact.left_out}
        for uid in state.created.payments:
            if uid not in left_out and self._is_own(uid, fact):
                yield "own_payment", f"It pays a claim of who released it, by the payment {uid}."

    def _is_own(self, payment: Any, fact: PaymentBatchReleased) -> bool:
        order = self.prefix.state(payments.DECIDER, payment)
        if isinstance(order, NoPayment):
            return False
        claim = self.prefix.state(claims.DECIDER, order.order.reimbursement_uid)
        return fact.released_by is not None and claims.user_of(claim) == fact.released_by


AUDITORS = (ReleaseAuditor,)
