"""The pages of workflows over HTTP: taken once from their own pages, kept apart, and told to people in their words."""

from collections.abc import Iterator

import httpx
import pytest
from markupsafe import escape

from tests.processes import wait_until
from tests.sites import Site
from tests.visiting import Visitor

NEW = "/workflows/loan-pre-check/new"
LOAN = {
    "contact.name": "Ada Holm",
    "contact.email": "ada@harbour.example",
    "request.amount": "1000",
    "request.months": "12",
    "request.income": "3000",
    "request.expenses": "1000",
}
LARGE = {**LOAN, "request.amount": "90000", "request.months": "120", "request.income": "2500"}
SUBMITTED = "workflow.step_submitted.v1"


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    """Somebody with the form of the loan pre-check open."""
    with Visitor(site) as somebody:
        somebody.open(NEW)
        yield somebody


def _started(site: Site) -> int:
    listed = site.http.get("/events", params={"name": "workflow.started.v1", "limit": "200"})
    return len(listed.json()["data"])


def test_what_there_is_to_fill_in_is_listed(site: Site, visitor: Visitor) -> None:
    answer = visitor.open("/workflows")
    assert answer.status_code == 200
    listed = visitor.page
    for path in (NEW, "/workflows/customer-cashflow/new"):
        assert f'href="{path}"' in listed
        assert visitor.open(path).status_code == 200


def test_pages_let_in_no_script_and_no_frame(visitor: Visitor) -> None:
    answer = visitor.open(NEW)
    (policy,) = answer.headers.get_list("content-security-policy")
    assert policy.startswith(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    )
    assert "frame-ancestors 'none'" in policy
    assert answer.headers.get_list("referrer-policy") == ["same-origin"]
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in answer.text
    assert " style=" not in answer.text


def test_a_form_leads_to_the_page_of_its_instance(visitor: Visitor) -> None:
    answer = visitor.send(LOAN)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    assert visitor.open(answer.headers["location"]).status_code == 200
    assert "Approved" in visitor.page
    assert visitor.open(answer.headers["location"]).headers["cache-control"] == "no-store"


def test_what_waits_for_somebody_says_so(visitor: Visitor) -> None:
    answer = visitor.send(LARGE)
    visitor.open(answer.headers["location"])
    assert "We have what you sent" in visitor.page
    assert "<form" not in visitor.page


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    wrong = {**LOAN, "contact.name": "  ", "request.months": "soon", "contact.email": "A <b>@x"}
    answer = visitor.send(wrong)
    assert answer.status_code == 422
    assert [told.split(":")[0] for told in visitor.errors()] == [
        "Enter “Name”",
        "E-mail address",
        "Months to pay it back",
    ]
    assert 'href="#request.months"' in visitor.page
    assert 'value="soon"' in visitor.page
    assert 'value="A &lt;b&gt;@x"' in visitor.page
    assert "autofocus" in visitor.page
    assert visitor.send(LOAN).status_code == 303, "the form that came back can be sent"


def test_a_form_that_is_sent_twice_has_one_effect(site: Site, visitor: Visitor) -> None:
    before, page = _started(site), visitor.page
    first = visitor.send(LOAN)
    visitor.page = page
    second = visitor.send({**LOAN, "contact.name": "Somebody else"})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert _started(site) == before + 1


def test_a_form_is_taken_from_its_own_page_only(site: Site, visitor: Visitor) -> None:
    before, page = _started(site), visitor.page
    for foreign in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": site.url, "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ):
        visitor.page = page
        answer = visitor.send(LOAN, **foreign)
        assert answer.status_code == 403
        assert "This form cannot be taken" in visitor.page
    for changed in ({"seal": ""}, {"seal": "0" * 64}, {"token": "A" * 43}, {"token": "x"}):
        visitor.page = page
        assert visitor.send({**LOAN, **changed}).status_code == 403
    visitor.page = page
    visitor.http.cookies.clear()
    assert visitor.send(LOAN).status_code == 403
    with Visitor(site) as other:
        other.open(NEW)
        other.page = page
        assert other.send(LOAN).status_code == 403, "with a cookie of another browser's"
    assert _started(site) == before


def test_the_own_page_is_known_by_its_origin(site: Site, visitor: Visitor) -> None:
    answer = visitor.send(LOAN, Origin=site.url, Sec_Fetch_Site="same-origin")
    assert answer.status_code == 303


def test_a_link_that_is_guessed_or_of_another_workflow_leads_nowhere(visitor: Visitor) -> None:
    path = visitor.send(LOAN).headers["location"]
    token = path.rpartition("/")[2]
    for wrong in (
        path[:-1] + ("A" if path[-1] != "A" else "B"),
        path.rpartition("/")[0] + "/1",
        path + "A",
        f"/workflows/customer-cashflow/instances/{token}",
        "/workflows/unheard-of/new",
    ):
        answer = visitor.open(wrong)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")
        assert token not in answer.text


def test_no_log_has_what_opens_an_instance(site: Site, visitor: Visitor) -> None:
    path = visitor.send(LOAN).headers["location"]
    answer = visitor.open(path)
    line = wait_until(lambda: site.logged(answer.headers["x-request-id"]), "the log line")
    assert '"path":"/workflows/loan-pre-check/instances/…"' in line
    assert path.rpartition("/")[2] not in site.output.read_text()


def test_what_is_no_form_is_refused(site: Site, visitor: Visitor) -> None:
    for told in (
        {"json": {}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    ):
        answer = visitor.http.post("/workflows/loan-pre-check", **told)
        assert answer.status_code in (400, 415)
    assert visitor.send({**LOAN, "contact.admin": "yes"}).status_code == 400


def test_a_form_beyond_every_size_is_told_with_what_was_typed(visitor: Visitor) -> None:
    visitor.open("/workflows/customer-cashflow/new")
    answer = visitor.send(
        {"details.first_name": "Ada"}, {"statement": ("large.csv", b"x" * 5_300_000)}
    )
    assert answer.status_code == 413
    assert visitor.errors() == ["Your workbook: it is larger than 5 MB"]
    assert 'value="Ada"' in visitor.page


def test_whoever_sends_forms_without_end_waits(site: Site, visitor: Visitor) -> None:
    # Any address of 127.0.0.0/8 is this machine: what this one sends counts for no other.
    flooding = httpx.HTTPTransport(local_address="127.0.0.77")
    with httpx.Client(base_url=site.url, transport=flooding, timeout=120) as http:
        for _ in range(200):
            answer = http.post("/workflows/loan-pre-check", files={"token": (None, "x")})
            if answer.status_code == 429:
                break
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert "Please wait a moment" in answer.text
    assert visitor.send(LOAN).status_code == 303


def test_refused_files_are_made_for_nobody_without_end(site: Site, visitor: Visitor) -> None:
    path = f"/workflows/customer-cashflow/instances/{'A' * 43}/errors.xlsx"
    flooding = httpx.HTTPTransport(local_address="127.0.0.78")
    with httpx.Client(base_url=site.url, transport=flooding, timeout=120) as http:
        answers = [http.get(path) for _ in range(100)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert "Please wait a moment" in answers[-1].text
    assert visitor.open(path).status_code == 404, "from another address"


HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "שלום \u202e dlrow",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧 Ǆ",
    "O'Neill & Söhne; DROP TABLE",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_as_they_are_and_never_run(visitor: Visitor, name: str) -> None:
    answer = visitor.send({**LOAN, "contact.name": name, "request.months": "x"})
    assert answer.status_code == 422
    assert "<script" not in visitor.page
    assert "<img" not in visitor.page
    assert f'value="{escape(name)}"' in visitor.page
