"""What is refused about payments (`domain.payments.payments`)."""

from domain.shared.errors import Forbidden, Refused


class NotScheduled(Refused, code="payment_not_scheduled"):
    """There is no payment of which anything could be reported."""


class NotSubmitted(Refused, code="payment_not_submitted"):
    """An outcome was reported of a payment that no rail has taken."""


class InAnotherBatch(Refused, code="payment_in_another_batch"):
    """The payment does not wait for a batch, or is in another one."""


class NotCancellable(Refused, code="payment_not_cancellable"):
    """A rail has taken the payment, or it is over."""


class OwnPayment(Forbidden, code="own_payment"):
    """Nobody has a say in the payment of a claim of their own, whichever role they come in."""


class OwnReport(Forbidden, code="own_report"):
    """Whoever reported a failure or a return neither confirms another payment nor finds this one settled after all."""


class OutcomeContradicted(Refused, code="payment_outcome_contradicted"):
    """Something was reported that cannot follow what is recorded; the facts say what that is."""
