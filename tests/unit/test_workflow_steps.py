"""The types of steps, each by itself: what is worked out, and which mails are written."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from application.workflows.step_types import step_types
from domain.workflows.definitions import WorkflowStep

DATA: Mapping[str, Mapping[str, Any]] = {
    "a": {"one": Decimal("0.10"), "two": Decimal("0.20"), "three": 3, "yes": True, "name": "Zoë"},
    "b": {"zero": Decimal(0), "huge": Decimal(9) * 10**29, "tiny": Decimal(1).scaleb(-18)},
}


@pytest.mark.parametrize(
    ("operation", "pointers", "value"),
    [
        ("sum", ["/a/one", "/a/two"], Decimal("0.3")),
        ("sum", ["/a/one", "/a/none", "/c/one"], Decimal("0.1")),
        ("sum", ["/a/none"], None),
        ("sum", ["/a/yes", "/a/name"], None),
        ("difference", ["/a/one", "/a/three"], Decimal("-2.9")),
        ("difference", ["/a/one", "/a/none"], None),
        ("ratio", ["/a/one", "/a/three"], Decimal("0.033333")),
        ("ratio", ["/a/two", "/a/three"], Decimal("0.066667")),
        ("ratio", ["/a/one", "/b/zero"], None),
        ("ratio", ["/b/huge", "/b/tiny"], None),
        ("sum", ["/b/huge", "/b/huge"], None),
        ("sum", ["/b/huge", "/b/tiny"], Decimal("9" + 29 * "0" + "." + 17 * "0" + "1")),
        ("mean", ["/a/one", "/a/two", "/a/none"], Decimal("0.15")),
        ("min", ["/a/three", "/a/two"], Decimal("0.20")),
        ("max", ["/a/three", "/a/two"], Decimal(3)),
        ("count", ["/a/one", "/a/none", "/a/name"], 1),
        ("count", ["/a/none"], 0),
    ],
)
def test_numbers_are_exact_or_not_known(
    operation: str, pointers: list[str], value: Decimal | None
) -> None:
    step = WorkflowStep(
        name="it", type="transform", title="It", settings={"results": {"it": {operation: pointers}}}
    )
    expected = {} if value is None else {"it": value}
    assert step_types()["transform"].performed(step, DATA) == expected


@pytest.mark.parametrize(
    ("to", "addresses"), [("operators", [None]), ("/a/name", ["Zoë"]), ("/a/none", [])]
)
def test_a_mail_is_filled_in(to: str, addresses: list[str | None]) -> None:
    settings = {"to": to, "subject": "{/a/three}", "text": "{/a/one}, {/a/none}{a}{/a}"}
    step = WorkflowStep(name="it", type="notify", title="It", settings=settings)
    notices = step_types()["notify"].notices(step, DATA)
    assert [notice.to for notice in notices] == addresses
    assert [(one.subject, one.text) for one in notices] == [("3", "0.10, {a}{/a}")] * len(addresses)
