"""Signing in and out, colleagues, and machines."""

from interfaces.http.shared.flows import Flow, Who, step

_LETTER = r'nils\.{{run}}@[^/]*/td>\s*<td><a href="/mailbox/(\d+)"'

FLOW = (
    Flow(
        "Sessions and passwords",
        [
            step(
                "signIn",
                name="An auditor of another bank signs in",
                body={"email": "priya@prairie.example", "password": "{{password}}"},
                keep={"refresh_token": "/refresh_token"},
            ),
            step(
                "refreshTokens",
                body={"refresh_token": "{{refresh_token}}"},
                keep={"another_auditor_token": "/access_token", "refresh_token": "/refresh_token"},
            ),
            step("confirmSignIn", by=Who.ANOTHER, body={"password": "{{password}}"}),
            step("getCaller", by=Who.ANOTHER),
            step("listSessions", by=Who.ANOTHER, keep={"session_id": "/data/0/uid"}),
            step("endSession", by=Who.ANOTHER),
            step("signOut", body={"refresh_token": "{{refresh_token}}"}),
        ],
    ),
    Flow(
        "Passkeys and the firm's provider",
        [
            step("askForPasskey", by=Who.MEMBER),
            step("addPasskey", by=Who.MEMBER, status=401, code="passkey_not_proven"),
            step("listPasskeys", by=Who.MEMBER, is_empty=True),
            step(
                "removePasskey",
                by=Who.MEMBER,
                at={"passkey_id": "{{$guid}}"},
                status=404,
                code="not_found",
            ),
            step("signInWithPasskey", status=401, code="passkey_not_proven"),
            step("beginWithProvider", status=404, code="no_identity_provider"),
            step("finishWithProvider", status=404, code="no_identity_provider"),
        ],
    ),
    Flow(
        "Colleagues",
        [
            step(
                "registerUser",
                say={
                    "email": "nils.{{run}}@harbour.example",
                    "role": "auditor",
                    "bank_id": "{{bank_id}}",
                },
            ),
            step(
                "GET /mailbox",
                name="The letter to the colleague",
                keep={"letter": _LETTER},
                until={_LETTER: None},
            ),
            step("GET /mailbox/{{letter}}", name="The link in it", keep={"link": "#([\\w-]{20,})"}),
            step(
                "setPassword",
                body={"token": "{{link}}", "new_password": "walnut ferry lantern {{run}}"},
            ),
            step("resetPassword"),
            step("forgetSignInWays"),
            step("signOutUser"),
            step("deactivateUser"),
        ],
    ),
    Flow(
        "Machines",
        [
            step("createServiceAccount", keep={"account_id": "/uid"}),
            step(
                "issueServiceKey",
                say={"expires_at": "{{soon}}T00:00:00Z"},
                keep={"key_id": "/uid", "machine_token": "/key"},
            ),
            step("listServiceKeys", by=Who.OPERATOR),
            step("getCaller", name="The machine asks who it is", by=Who.MACHINE),
            step("revokeServiceKey"),
            step("deactivateServiceAccount"),
        ],
    ),
)
