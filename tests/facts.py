"""Facts and appends for tests that care about the log and not about what is in it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

from application.shared.commands import Call
from application.shared.permissions import THE_LOCAL_OPERATOR, Principal
from application.shared.ports import Append, Cause, Idempotency, StreamAppend
from domain.expenses import ExpenseRecorded
from domain.shared.roles import Role

PATIENCE_S = 150.0
"""How long anything is waited for: what is right comes much earlier, on a busy machine, too."""

_PAUSE_S = 0.01
_PAUSES = 3

NOBODY = UUID(int=0x1D)
"""The uid of nothing that there is; the same in every run, since tests are called by it."""


def an_expense(**changes: Any) -> ExpenseRecorded:
    """An expense like any other, with these fields changed."""
    fields: dict[str, Any] = {
        "source": "test",
        "departments": "Finance",
        "project_name": "Audit",
        "amount": Decimal("12.50"),
        "currency": "EUR",
        "date": date(2026, 2, 3),
        "member_name": "Ada",
    }
    return ExpenseRecorded(**{**fields, **changes})


def a_cause() -> Cause:
    """A command of the test's own."""
    return Cause(actor="test", correlation_id=uuid4(), causation_id=uuid4())


def a_call(
    principal: Principal = THE_LOCAL_OPERATOR,
    idempotency: Idempotency | None = None,
    if_version: int | None = None,
    cause: Cause | None = None,
) -> Call:
    """A command's caller: the operator, unless it is somebody else."""
    return Call(
        principal=principal,
        cause=cause or a_cause(),
        idempotency=idempotency,
        seen=frozenset() if if_version is None else frozenset({if_version}),
    )


def an_administrator_of(bank: UUID) -> Principal:
    """Somebody who administers this bank, and may not be known to it."""
    roles = frozenset({Role.ADMINISTRATOR})
    return Principal(user_uid=uuid4(), name="Ruth Abara", bank_uid=bank, roles=roles)


def an_append(
    *streams: UUID,
    expected: int = 0,
    events: int = 1,
    idempotency: Idempotency | None = None,
    outcome: bytes = b"",
) -> Append:
    """So many expenses appended to each of these streams, or to a new one."""
    facts = tuple(an_expense(amount=Decimal(number)) for number in range(1, events + 1))
    appends = tuple(StreamAppend(stream, expected, facts) for stream in streams or (uuid4(),))
    return Append(streams=appends, cause=a_cause(), idempotency=idempotency, outcome=outcome)


def eventually(holds: Callable[[], Any], what: str = "") -> Any:
    """Return what `holds` answers once it is true; fail if that never happens.

    The longer asking takes, the longer are the pauses: who asks without end keeps what is waited for from coming.
    """
    deadline = monotonic() + PATIENCE_S
    while True:
        began = monotonic()
        if answer := holds():
            return answer
        assert began < deadline, f"not within {PATIENCE_S:.0f} s: {what or holds}"
        sleep(max(_PAUSE_S, _PAUSES * (monotonic() - began)))
