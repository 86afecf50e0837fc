"""What the collection begins with: people who sign in, and what becomes of one claim, request by request."""

from interfaces.http.shared.flows import Flow, Step, Who, step

PASSWORD = "open the daybook"  # noqa: S105 - the published password of the demo people
_PEOPLE = {
    Who.OPERATOR: "operator@daybook.example",
    Who.ADMINISTRATOR: "ruth@harbour.example",
    Who.SECOND: "milan@harbour.example",
    Who.MEMBER: "ines@harbour.example",
    Who.AUDITOR: "nadia@harbour.example",
}


def _sign_in(who: Who) -> Step:
    return step(
        "signIn",
        name=f"The {who.replace('_', ' ')} signs in",
        body={"email": f"{{{{{who}_email}}}}", "password": "{{password}}"},
        keep={f"{who}_token": "/access_token"},
    )


def claim(amount: str = "42.10") -> Step:
    """The member submits a claim, which becomes `reimbursements`."""
    return step(
        "submitReimbursement",
        name="The member submits a claim",
        by=Who.MEMBER,
        body={
            "bank_account_id": "{{account}}",
            "amount": amount,
            "description": "Taxi to the harbour, {{$guid}}",
            "incurred_on": "{{today}}",
        },
    )


def approval() -> Step:
    """The administrator approves it, whatever it looks like."""
    return step("approveReimbursement", name="The administrator approves", by=Who.ADMINISTRATOR)


def payment(status: str, who: Who = Who.ADMINISTRATOR) -> Step:
    """The payment of the claim, once it has this status; it becomes `payments`."""
    return step(
        "listPayments",
        name=f"The payment is {status}",
        by=who,
        ask="reimbursement_uid={{reimbursements}}&sort=-id",
        until={"/data/0/status": status},
    )


FLOW = (
    Flow(
        "People sign in",
        [
            *(_sign_in(who) for who in _PEOPLE),
            step("getCaller", by=Who.MEMBER, keep={"member_uid": "/uid"}),
            step(
                "listAccounts",
                name="The member's account and bank",
                by=Who.MEMBER,
                keep={
                    "account": "/data/0/uid",
                    "bank_id": "/data/0/bank_uid",
                    "member_id": "/data/0/member_uid",
                },
            ),
        ],
    ),
    Flow(
        "The chain: one claim, from end to end",
        [
            claim(),
            step(
                "listBankReimbursements",
                name="What waits for the administrator",
                by=Who.ADMINISTRATOR,
                ask="status=pending&uid={{reimbursements}}",
            ),
            approval(),
            step(
                "getReimbursement",
                name="The member sees the decision, and soon the money",
                by=Who.MEMBER,
                until={"/payment_status": "settled"},
            ),
            payment("settled"),
            step("getLedgerBalances", name="The ledger balances", by=Who.ADMINISTRATOR),
            step(
                "listExpenses",
                name="The expense",
                by=Who.ADMINISTRATOR,
                ask="source=reimbursement&sort=-id",
            ),
            step(
                "streamEvents",
                name="The first facts of the log, as a stream",
                ask="after=1&until=20",
            ),
            step("getEventSchema", at={"name": "expense.recorded.v2"}),
            step("getReimbursementHistory", name="The facts, replayed", by=Who.ADMINISTRATOR),
        ],
    ),
)

VARIABLES = {
    "base_url": "http://127.0.0.1:8000",
    "password": PASSWORD,
    **{f"{who}_email": email for who, email in _PEOPLE.items()},
    "family": "not-found",
    "name": "loan-pre-check",
    "user_id": "123",
}
"""What the collection starts with; everything else is kept of what is answered."""
