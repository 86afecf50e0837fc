"""Cases of payments: opening one where a rail contradicts what is recorded, and closing it."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from application.payments.facts import check_not_own
from application.shared.commands import Call, Carried, Commands, View, Write, of_itself
from application.shared.permissions import of_bank
from application.shared.ports import Cause
from application.shared.streams import Entity, Facts, Reference
from domain.payments import cases
from domain.payments.cases import CloseCase, NoteContradiction, PaymentCaseOpened, case_uid
from domain.payments.payments import Ordered

CASE = Entity("payment case", cases.DECIDER, PaymentCaseOpened, of_bank)


async def open_case(
    commands: Commands, state: Ordered, reported: str, detail: str, cause: Cause
) -> UUID:
    """Have somebody look at what was reported of this payment; answers the case. Again, it is the same one."""
    order, submission = state.order, getattr(state, "submission", None)
    payment_uid = UUID(order.reference)
    command = NoteContradiction(
        payment_uid=payment_uid,
        reimbursement_uid=order.reimbursement_uid,
        bank_uid=order.bank_uid,
        amount=order.amount,
        currency=order.currency,
        rail=submission.rail if submission else "",
        rail_reference=submission.rail_reference if submission else "",
        payment_status=state.status,
        reported=reported,
        detail=detail,
    )
    uid = case_uid(payment_uid)
    await commands.tell(cases.DECIDER, uid, command, of_itself(cause))
    return uid


class PaymentCases:
    """The use cases of cases."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    async def close(self, case: Reference, note: str, call: Call) -> Carried:
        """Say what came of a case; nothing happens if it is closed.

        Raises:
            NotFound: there is no such case, or it is another bank's.
            OwnPayment: it is about a claim of the caller's own.
            Invalid: the note is blank or too long.
        """

        async def prepare(view: View) -> Sequence[Write]:
            found = await view.find(CASE, case)
            await check_not_own(view, _claim_of(found.facts), call.principal.user_uid)
            command = CloseCase(note=note, closed_by=call.principal.user_uid)
            return [Write(cases.DECIDER, found.uid, command)]

        return await self._commands.carry_out(call, prepare)


def _claim_of(facts: Facts) -> UUID:
    return cast(PaymentCaseOpened, facts[0].event).reimbursement_uid
