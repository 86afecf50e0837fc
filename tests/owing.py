"""What is owed, in stories that are told with the product's services and the simulated bank."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from application.payments.asking import PAYMENT_AGAIN, Asking, terms_of
from application.payments.owing import owing
from application.reimbursements.reading import ClaimRecords
from application.shared.commands import Carried, Write
from application.shared.permissions import THE_LOCAL_OPERATOR
from application.shared.proposals import Hands
from application.shared.reactions.attempts import Done
from application.shared.services import Services
from application.shared.views import View
from domain.banks.accounts import BankAccountChanged
from domain.banks.policies import ApprovalPolicy, PolicySet, policy_uid
from domain.payments.obligation_facts import obligation_uid
from domain.reimbursements.claims import ReimbursementSubmitted
from infrastructure.payments.simulated import SimulatedBank
from projections.reimbursements import REIMBURSEMENTS
from projections.shared.replayed import folded
from tests.branches import IBAN
from tests.facts import a_call
from tests.kits import NOW
from tests.paying import ApprovedClaim, Payer, names_in, react

Story = Callable[[Services, SimulatedBank, Payer], Awaitable[Any]]
Play = Callable[[Story], Any]
AMOUNT = Decimal("184.60")


def account_of(services: Services, claim: ApprovedClaim) -> UUID:
    submitted = services.log.stream_blocking(claim.claim)[0].event()
    assert isinstance(submitted, ReimbursementSubmitted)
    return submitted.bank_account_uid


def changes(
    payer: Payer,
    account: UUID,
    age: timedelta = timedelta(0),
    by: UUID | None = None,
    iban: str = IBAN,
) -> int:
    """The account has another number, for so long; the position of the fact."""
    changed = BankAccountChanged(
        holder="Mira Berg",
        iban=iban,
        routing_number=None,
        account_number=None,
        payee_since=datetime.now(UTC) - age,
        made_by=by,
    )
    return payer.records({account: changed})


def policy(payer: Payer, **terms: Any) -> None:
    """The bank has this policy."""
    said = msgspec.structs.asdict(ApprovalPolicy(**terms)) | {"version": 1}
    fact = PolicySet(**said, bank_uid=payer.uid, bank_id=1, set_at=NOW)
    payer.records({policy_uid(payer.uid): fact})


async def ask(
    services: Services, claim: ApprovedClaim, asking: Asking, by: Hands | None = None, **terms: Any
) -> Carried:
    """Have it done as if two people had asked for it."""

    async def prepare(view: View) -> Sequence[Write]:
        wanted = terms_of(await owing(view, claim.claim), asking, **terms)
        return await PAYMENT_AGAIN.writes(view, wanted, by or Hands(proposed_by=None))

    return await services.commands.carry_out(a_call(), prepare)


async def owed(services: Services, claim: ApprovedClaim) -> list[str]:
    return await names_in(services.log, obligation_uid(claim.claim))


async def shown(services: Services, claim: ApprovedClaim) -> tuple[str, str | None]:
    facts = await services.of(ClaimRecords).facts(THE_LOCAL_OPERATOR, claim.claim)
    row = folded(REIMBURSEMENTS.tables[0], facts)
    assert row is not None
    return row["payment_status"], row["payment_reason"]


async def paid(services: Services, bank: SimulatedBank, payment: UUID) -> None:
    """The payment is handed over and arrives."""
    assert await react(services, "submit_payment", payment) == Done()
    await bank.settle(payment.hex)
    assert await react(services, "follow_payment", payment) == Done()
    assert await react(services, "record_settled_expense", payment) == Done()


async def came_back(services: Services, bank: SimulatedBank, payment: UUID) -> None:
    await bank.send_back(payment.hex, "unknown beneficiary")
    assert await react(services, "follow_payment", payment) == Done()
    day = {"recorded_on": "2026-11-20"}
    assert await react(services, "record_returned_expense", payment, **day) == Done()
