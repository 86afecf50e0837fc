"""The API keeps to its OpenAPI document: schemathesis asks what it allows, and some of what it does not, as everybody
who may, with what is theirs."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from time import monotonic
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case

from application.shared.permissions import Permission
from infrastructure.demo import OPERATOR_EMAIL
from tests.contract.test_postman import REFUSED
from tests.demo import signed_in
from tests.drawing import examples
from tests.sites import Site

PEOPLE = {
    "operator": OPERATOR_EMAIL,
    "administrator": "ruth@harbour.example",
    "member": "ines@harbour.example",
    "auditor": "nadia@harbour.example",
}
REASONS = {
    r"was given without|the other one|is needed with": "it is about two parameters",
    r"the lower value first|ends before it begins": "it is about two values of one parameter",
    r"names .* twice": "a pattern cannot say that names differ",
    r"cannot sort by|cannot measure|is not among the measures|there is no field": "names are said once, by the filters",
    r"a date of the form|a time with its offset": "the 30th of February fits the pattern",
    r"a whole number from": "a text of digits has no greatest number",
    r"the cursor cannot be read": "what a cursor holds is nobody's business",
    r"a time zone such as": "there are more every year",
    r"at most 100 were expected": "it is about all parameters together",
    r"fill needs exactly one": "it is about two parameters",
    r"[Ee]ither .* was expected": "it is about two members of a body",
    r"leave out either": "it is about a body and a header",
    r"not what an authenticator says": "an authenticator says it, in a form of its own",
}
"""What a request may be refused for with 400 although the document calls it valid, and why."""

NOTHING_THERE = {
    *(name for name in REFUSED if name.startswith("get")),
    *("showInstance", "getMarkedFile"),  # what only the holder of a token finds, such as newman
}
"""What nobody of a fresh demo can list one of."""

SIGNED_IN_S = 300
"""For how long one sign-in is used: some operations ask for one of the last 15 minutes."""

NAMED = {
    "/problems": "malformed",
    "/workflows": "customer-cashflow",
    "/events/catalogue": "expense.recorded.v2",
}
"""What is named below paths that list nothing."""

LISTED_AT = {
    ("/mailbox", "record_id"): "/mailbox/messages",
    ("/users", "user_id"): "/transactions",
    ("/transactions", "user_id"): "/transactions",
}
"""Where what is below a path is listed, if not there."""


ASKED: dict[str, dict[str, str]] = {}
"""What operations that need to be asked something are asked."""


class Unformatted(dict[str, str]):
    """Leaves names that nobody knows as they stand."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


class Someone:
    """One of the demo people, and what is theirs."""

    def __init__(self, site: Site, email: str) -> None:
        self._site, self._email, self._since = site, email, float("-inf")
        self._client = httpx.Client()
        self.permissions = set(self.client.get("/auth/me").json()["permissions"])

    @property
    def client(self) -> httpx.Client:
        """Signed in not long ago."""
        if monotonic() - self._since > SIGNED_IN_S:
            self.close()
            self._client, self._since = signed_in(self._site, self._email), monotonic()
        return self._client

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def ids(self, path: str) -> dict[str, str]:
        """What parameters of a path can be, by the newest records of the collections before them that are theirs."""
        found: dict[str, str] = {}
        before = ""
        for part in path.strip("/").split("/"):
            name = re.fullmatch(r"{(\w+)}(\.\w+)?", part)
            if not name:
                before += f"/{part}"
                continue
            value = NAMED.get(before) or self._newest(before, name[1])
            if value is None:
                break
            found[name[1]] = value
            before += f"/{value}"
        return found

    def _newest(self, path: str, name: str) -> str | None:
        path = LISTED_AT.get((path, name), path)
        answer = self.client.get(path, params={"limit": 1, "sort": "-id"})
        if answer.status_code == 400:
            answer = self.client.get(path)
        rows = answer.json().get("data") if answer.status_code == 200 else None
        if not rows:
            return None
        return next(str(rows[0][it]) for it in (name, "id", "uid", "position") if it in rows[0])


@pytest.fixture(scope="module")
def people(demo: Site, sent: dict[str, Any]) -> Iterator[dict[str, Someone]]:
    assert sent["failures"] == []
    with ExitStack() as everybody:
        yield {
            role: everybody.enter_context(closing(Someone(demo, email)))
            for role, email in PEOPLE.items()
        }


@pytest.fixture(scope="module")
def document(demo: Site) -> Any:
    """The served document, without the one answer that has no end."""
    load_all_checks()
    loaded = schemathesis.openapi.from_url(f"{demo.url}/openapi.json")
    loaded.config.checks.negative_data_rejection.expected_statuses += ["412"]
    loaded.config.checks.positive_data_acceptance.expected_statuses += ["400", "412", "422"]
    return loaded.exclude(path="/events/stream")


@schemathesis.check
def refused_for_a_reason(_: Any, response: Any, case: Case) -> None:
    """Where the document calls a request valid, it is refused for what no document can say."""
    if case.meta.generation.mode.is_positive and response.status_code == 400:
        problem = response.json()
        for fault in problem.get("errors") or [problem]:
            told = f"{problem['detail']} {fault}"
            assert any(re.search(reason, told) for reason in REASONS), told


def may(someone: Someone, operation: Any) -> bool:
    """Whether what the operation asks for is theirs."""
    needed = operation.definition.raw["x-permission"]
    return needed in {Permission.PUBLIC, Permission.SIGNED_IN, *someone.permissions}


def asked(document: Any, people: dict[str, Someone], *, reading: bool) -> Iterator[tuple[Any, str]]:
    """Each operation with each role that may ask for it."""
    for found in document.get_all_operations():
        operation = found.ok()
        if (operation.method.upper() == "GET") is reading:
            roles = [role for role in people if may(people[role], operation)]
            is_public = operation.definition.raw["x-permission"] == Permission.PUBLIC
            yield from ((operation, role) for role in (roles[:1] if is_public else roles))


@pytest.mark.timeout(1_800)  # one test for hundreds of operations
def test_whoever_may_read_something_reads_what_is_theirs(
    document: Any, people: dict[str, Someone], subtests: pytest.Subtests
) -> None:
    every, read = set[str](), set[str]()
    for operation, role in asked(document, people, reading=True):
        known = people[role].ids(operation.path)
        name = operation.definition.raw["operationId"]
        every.add(name)
        if "{" in operation.path.format_map(Unformatted(known)):
            continue
        with subtests.test(operation.label, role=role):
            path = operation.path.format(**known)
            told = people[role].client.get(path, params=ASKED.get(name))
            assert told.status_code == 200, told.text
            # An export is of a list that is asked for, too, and others see what the first does, or less of it.
            is_less = operation.path.endswith((".csv", ".ndjson")) or name in read
            explore(operation, people[role], known, 2 if is_less else 5)
            read.add(name)
    assert every - read == NOTHING_THERE


@pytest.mark.timeout(1_800)
def test_whatever_is_told_to_do_is_answered_as_documented(
    document: Any, people: dict[str, Someone], subtests: pytest.Subtests
) -> None:
    for operation, role in asked(document, people, reading=False):
        with subtests.test(operation.label, role=role):
            explore(operation, people[role], people[role].ids(operation.path), 6)


def explore(operation: Any, someone: Someone, known: dict[str, str], number: int) -> None:
    """Ask for it so many times as the document allows and as it does not, and look at each answer."""
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])
    headers = {"Authorization": someone.client.headers["Authorization"]}

    @given(case=cases)
    @settings(
        max_examples=examples(number),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answered_as_documented(case: Case) -> None:
        if case.meta.generation.mode.is_positive:
            case.path_parameters |= known
        # A position that nothing has reached is answered with 503 after two seconds, which other tests look at.
        case.headers.pop("Daybook-Min-Position", None)
        case.call_and_validate(headers=headers, checks=[*CHECKS.get_all()])

    answered_as_documented()
