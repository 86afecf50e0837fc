"""What RFC 8725 asks of whoever reads tokens: every way to forge or bend one ends in 401, over HTTP."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.asking import problem
from tests.facts import eventually
from tests.sites import OPERATOR, Site

COMMON_SITE = True

Forge = Callable[["Forger"], str]
STRANGER = Ed25519PrivateKey.generate()


class Forger:
    """Makes tokens like the site's own, signed with its very key, with one thing changed."""

    def __init__(self, site: Site) -> None:
        pem = (site.output.parent / "signing-keys.pem").read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        assert isinstance(key, Ed25519PrivateKey)
        self.key = key
        self.kid = site.http.get("/.well-known/jwks.json").json()["keys"][0]["kid"]

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": "daybook",
            "aud": "daybook-api",
            "sub": str(OPERATOR.user_uid),
            "sid": str(uuid4()),
            "jti": str(uuid4()),
            "iat": now,
            "nbf": now,
            "exp": now + 600,
            "name": "Test Operator",
            "bank": None,
            "roles": ["operator"],
        }
        return {name: value for name, value in {**claims, **changes}.items() if value != ...}

    def token(
        self,
        key: Any = None,
        algorithm: str = "EdDSA",
        headers: dict[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """A token signed as asked; a claim or header of `...` is left out."""
        given = {"typ": "at+jwt", "kid": self.kid, **(headers or {})}
        kept = {name: value for name, value in given.items() if value != ...}
        return jwt.encode(self.claims(**changes), key or self.key, algorithm, headers=kept)

    def by_hand(self, header: dict[str, Any], secret: bytes | None = None) -> str:
        """A token without signature, or with an HMAC under `secret`: what a library would refuse to make."""
        signed = b".".join(_encoded(json.dumps(part).encode()) for part in (header, self.claims()))
        digest = hmac.new(secret, signed, hashlib.sha256).digest() if secret else b""
        return (signed + b"." + _encoded(digest)).decode()

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def ours(forger: Forger, **changes: Any) -> dict[str, Any]:
    return {"alg": "EdDSA", "typ": "at+jwt", "kid": forger.kid, **changes}


def tampered(forger: Forger) -> str:
    header, _, signature = forger.token().split(".")
    payload = _encoded(json.dumps(forger.claims(name="Somebody else")).encode()).decode()
    return f"{header}.{payload}.{signature}"


def _es256(forger: Forger) -> str:
    return forger.token(generate_private_key(SECP256R1()), "ES256")


FORGERIES: dict[str, Forge] = {
    "no signature, alg none": lambda it: it.by_hand(ours(it, alg="none")),
    "no signature, alg None": lambda it: it.by_hand(ours(it, alg="None")),
    "HMAC with the public key as secret": lambda it: it.by_hand(ours(it, alg="HS256"), it.public),
    "HMAC under the name of our algorithm": lambda it: it.by_hand(ours(it), it.public),
    "another algorithm": _es256,
    "a stranger's key under our key id": lambda it: it.token(STRANGER),
    "a claim changed after signing": tampered,
    "unknown key id": lambda it: it.token(headers={"kid": "unknown"}),
    "no key id": lambda it: it.token(headers={"kid": ...}),
    "key id that is a path": lambda it: it.token(headers={"kid": "../../dev/null"}),
    "key by address (jku)": lambda it: it.token(headers={"jku": "http://127.0.0.1/keys.json"}),
    "key in the token (jwk)": lambda it: it.token(headers={"jwk": {"kty": "OKP"}}),
    "certificate by address (x5u)": lambda it: it.token(headers={"x5u": "http://127.0.0.1/c"}),
    "certificate in the token (x5c)": lambda it: it.token(headers={"x5c": ["MIIB"]}),
    "an extension to be understood (crit)": lambda it: it.token(headers={"crit": ["exp"]}),
    "another type of token": lambda it: it.token(headers={"typ": "JWT"}),
    "no type": lambda it: it.token(headers={"typ": ""}),
    "wrong issuer": lambda it: it.token(iss="someone"),
    "wrong audience": lambda it: it.token(aud="someone-else"),
    "audience among others": lambda it: it.token(aud=["daybook-api", "someone-else"]),
    "no issuer": lambda it: it.token(iss=...),
    "no audience": lambda it: it.token(aud=...),
    "no expiry": lambda it: it.token(exp=...),
    "no beginning": lambda it: it.token(nbf=...),
    "no time of issue": lambda it: it.token(iat=...),
    "no subject": lambda it: it.token(sub=...),
    "no session": lambda it: it.token(sid=...),
    "no token id": lambda it: it.token(jti=...),
    "no roles": lambda it: it.token(roles=...),
    "no bank": lambda it: it.token(bank=...),
    "a role there is not": lambda it: it.token(roles=["root"]),
    "a subject that is no user": lambda it: it.token(sub="operator"),
    "a claim of another kind": lambda it: it.token(admin=True),
    "an expiry that is no number": lambda it: it.token(exp="2099-01-01"),
    "three parts of nothing": lambda _: "..",
    "no token at all": lambda _: "hello",
    "far too long": lambda it: it.token(name="x" * 5_000),
}


@pytest.fixture(scope="module")
def forger(site: Site) -> Forger:
    return Forger(site)


def ask(site: Site, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return httpx.get(f"{site.url}/auth/me", headers=headers)


def test_what_the_forger_changes_nothing_about_is_let_in(site: Site, forger: Forger) -> None:
    assert ask(site, f"Bearer {forger.token()}").json()["name"] == "Test Operator"
    assert ask(site, f"bearer  {forger.token()}").status_code == 200


@pytest.mark.parametrize("name", FORGERIES)
def test_a_bent_token_is_refused(site: Site, forger: Forger, name: str) -> None:
    answer = ask(site, f"Bearer {FORGERIES[name](forger)}")
    assert answer.status_code == 401, name
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "token_invalid"
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1_700_000_000}, "token_expired"),
        ({"nbf": 4_000_000_000, "exp": 4_000_000_600}, "token_not_yet_valid"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_600}, "token_not_yet_valid"),
    ],
)
def test_a_token_outside_its_time_is_refused(
    site: Site, forger: Forger, changes: dict[str, int], code: str
) -> None:
    answer = ask(site, f"Bearer {forger.token(**changes)}")
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize("authorization", [None, "", "Basic YTpi", "Token abc"])
def test_without_a_token_the_way_in_is_told(site: Site, authorization: str | None) -> None:
    answer = ask(site, authorization)
    problem(answer, 401, "token_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="daybook"'


def test_the_published_keys_verify_our_tokens_and_hold_nothing_private(
    site: Site, forger: Forger
) -> None:
    (key,) = site.http.get("/.well-known/jwks.json").json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    token = forger.token()
    claims = jwt.decode(token, jwt.PyJWK(key), algorithms=["EdDSA"], audience="daybook-api")
    assert claims["roles"] == ["operator"]


def test_a_token_is_not_written_into_the_log(site: Site, forger: Forger) -> None:
    token = forger.token()
    answer = ask(site, f"Bearer {token}")
    assert answer.status_code == 200
    eventually(lambda: site.logged(answer.headers["x-request-id"]))
    assert token not in site.output.read_text()
