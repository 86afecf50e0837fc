"""The chain: what becomes of one claim, request by request, with the demo people of `daybook up`.

It is the first folder of the Postman collection, and a test sends it.
"""

from interfaces.http.shared.postman import Step

PASSWORD = "open the daybook"  # noqa: S105 - the published password of the demo people
_MEMBER, _ADMINISTRATOR = "member_token", "administrator_token"


def _sign_in(name: str, who: str, variable: str) -> Step:
    return Step(
        name=f"{name} signs in",
        method="POST",
        path="/auth/token",
        body={"email": f"{{{{{who}}}}}", "password": "{{password}}"},
        keep={variable: "/access_token"},
    )


def _get(name: str, path: str, token: str, **keep: str) -> Step:
    return Step(name=name, method="GET", path=path, token=token, keep=keep)


CHAIN = (
    _sign_in("The member", "member_email", _MEMBER),
    _sign_in("The administrator", "administrator_email", _ADMINISTRATOR),
    _get(
        "The member's account",
        "/accounts?limit=1",
        _MEMBER,
        account="/data/0/uid",
        bank="/data/0/bank_uid",
    ),
    Step(
        name="The member submits a claim",
        method="POST",
        path="/reimbursements",
        body={
            "bank_account_id": "{{account}}",
            "amount": "42.10",
            "description": "Taxi to the harbour",
            "incurred_on": "2026-11-03",
        },
        token=_MEMBER,
        headers={"Idempotency-Key": "{{$guid}}"},
        keep={"claim": "/uid"},
    ),
    _get(
        "What waits for the administrator",
        "/banks/{{bank}}/reimbursements?status=pending",
        _ADMINISTRATOR,
    ),
    Step(
        name="The administrator approves",
        method="POST",
        path="/reimbursements/{{claim}}/approve",
        body={"acknowledge_duplicates": True},
        token=_ADMINISTRATOR,
    ),
    _get("The member sees the decision, and soon the money", "/reimbursements/{{claim}}", _MEMBER),
    _get("The payment", "/payments?reimbursement_uid={{claim}}", _ADMINISTRATOR),
    _get("The ledger balances", "/ledger/balances", _ADMINISTRATOR),
    _get("The expense", "/expenses?source=reimbursement", _ADMINISTRATOR),
    _get("The facts, replayed", "/reimbursements/{{claim}}/history", _ADMINISTRATOR),
)

VARIABLES = {
    "base_url": "http://127.0.0.1:8000",
    "member_email": "ines@harbour.example",
    "administrator_email": "ruth@harbour.example",
    "password": PASSWORD,
    "token": "",
    "member_token": "",
    "administrator_token": "",
    "account": "",
    "bank": "",
    "claim": "",
}
"""What the collection starts with; `token` is for the operations by tag: paste any access token."""
