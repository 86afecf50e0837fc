"""Everything an interface may call, joined by `infrastructure.bootstrap.build`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from application.banks import Banks
from application.expenses.recording import Expenses
from application.identity.signing_in import Identity
from application.identity.users import Users
from application.imports.use_cases import Imports
from application.mail.administrators import BankAdministrators
from application.mail.use_cases import Mail
from application.payments.batches import PaymentBatches
from application.payments.use_cases import Payments, Simulations
from application.reimbursements.reading import ClaimRecords
from application.reimbursements.use_cases import Reimbursements
from application.shared.permissions import Authentication
from application.shared.ports import Checkpoints, Clock, EventLog
from application.shared.reactions.ports import Reactions
from application.shared.read_models import ReadModels


class Health(Protocol):
    """Whether the collaborators this process stands on can be used."""

    async def check(self) -> None:
        """Return if the database answers and its schema is the one this code was written for.

        Raises:
            Unavailable: it does not (code `database_unreachable`), or is not (code `migration_pending`).
        """


@dataclass(frozen=True)
class Services:
    """The composed application. `queries` is a `projections.shared.query.Queries`, which only its callers need to know.

    Nothing is connected until it is used. `aclose` gives everything back from within the event loop that used it;
    `close` is for callers that never ran one. `simulations` is None unless the rail is the simulated one;
    `shows_mailbox` says that mail goes to a mailbox of ours.
    """

    log: EventLog
    queries: Any
    checkpoints: Checkpoints
    read_models: ReadModels
    expenses: Expenses
    imports: Imports
    banks: Banks
    authentication: Authentication
    identity: Identity
    users: Users
    reimbursements: Reimbursements
    claims: ClaimRecords
    payments: Payments
    payment_batches: PaymentBatches
    simulations: Simulations | None
    administrators: BankAdministrators
    mail: Mail
    reactions: Reactions
    shows_mailbox: bool
    health: Health
    clock: Clock
    new_id: Callable[[], UUID]
    close: Callable[[], None]
    aclose: Callable[[], Awaitable[None]]
