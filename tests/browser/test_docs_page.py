"""The docs page as people meet it: drawn under a strict policy, a demo person signed in, a request sent, deep links."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import found_by_axe
from tests.demo import with_demo
from tests.facts import eventually
from tests.sites import Site

Open = Callable[..., Page]
PATIENCE_MS = 60_000
OWNED = "document.title='owned'"
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
EVIL = f"""<img src="{DOT}" onload="{OWNED}"><script>{OWNED}</script>
<a href="javascript:{OWNED}">x</a><form action="https://evil.example"><input></form>"""


@pytest.fixture(scope="module", autouse=True)
def people(site: Site) -> None:
    """There are demo people; let in before a browser is open, whose event loop is in the way of ours."""
    with_demo(site)


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens a page in a window of its own; nothing may be loaded from elsewhere, and nothing may complain."""
    contexts, complaints = [], list[str]()

    def opened(path: str, document: dict[str, Any] | None = None) -> Page:
        context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_elsewhere(request.url, site.url)))
        if document is not None:
            page.route("**/openapi.json", lambda route: route.fulfill(json=document))
        page.goto(path)
        page.locator(".opblock-tag").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _elsewhere(url: str, here: str) -> list[str]:
    return [] if url.startswith((here, "data:")) else [url]


def test_a_demo_person_signs_in_with_one_click_and_sends_a_request(visit: Open, site: Site) -> None:
    page = visit("/docs#/Signing%20in/getCaller")
    page.locator("#person").select_option("ines@harbour.example")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("Requests are sent as ines@harbour.example.").wait_for()
    operation = page.locator("[id='operations-Signing_in-getCaller']")
    with page.expect_response("**/auth/me") as answered:
        operation.get_by_role("button", name="Execute").click()
    assert answered.value.status == 200
    assert answered.value.json()["name"] == "Ines Falk"
    operation.locator(".live-responses-table").wait_for()


def test_a_filter_goes_out_as_it_stands_in_the_grammar_and_nothing_else_is_filled_in(
    visit: Open, site: Site
) -> None:
    page = visit("/docs#/Expenses/listExpenses")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("Requests are sent as operator").wait_for()
    operation = page.locator("#operations-Expenses-listExpenses")
    operation.locator("tr[data-param-name=amount] textarea").fill('{"gte": "1400"}')
    with page.expect_response("**/expenses?*") as answered:
        operation.get_by_role("button", name="Execute").click()
    assert answered.value.url == f"{site.url}/expenses?amount%5Bgte%5D=1400"
    assert answered.value.status == 200


def test_a_deep_link_scrolls_to_its_operation(visit: Open) -> None:
    page = visit("/docs#/Expenses/listExpenses")
    top = "(id) => document.getElementById(id).getBoundingClientRect().top"
    for path in ("Expenses/listExpenses", "Usages/listUsages"):
        page.evaluate(f"location.hash = '#/{path}'")
        drawn = f"operations-{path.replace('/', '-')}"
        page.locator(f"#{drawn}.is-open .parameters").first.wait_for()
        eventually(lambda drawn=drawn: 40 < page.evaluate(top, drawn) < 110)


def test_what_is_searched_for_is_found_by_path_and_summary(visit: Open) -> None:
    page = visit("/docs")
    page.get_by_placeholder("Filter by tag").fill("/approve")
    page.locator("#operations-Reimbursements-approveReimbursement").wait_for()
    assert page.locator("[id='operations-Expenses-listExpenses']").count() == 0


def test_all_of_the_page_is_small(site: Site) -> None:
    """As a browser on this machine asks for it, before anything is in its cache."""
    accept = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    loaded = ("docs", "docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "docs/docs.js")
    sizes = 0
    with httpx.Client(base_url=site.url, headers=accept, timeout=120) as client:
        for path in (*loaded, "docs/docs.css", "openapi.json", "favicon.svg"):
            with client.stream("GET", f"/{path}") as answer:
                assert answer.status_code == 200
                sizes += sum(len(part) for part in answer.iter_raw())
    assert 200_000 < sizes < 500_000


def _hostile(site: Site) -> dict[str, Any]:
    document: dict[str, Any] = httpx.get(f"{site.url}/openapi.json", timeout=120).json()
    kept = {path: document["paths"][path] for path in ("/expenses", "/auth/me")}
    hostile = json.loads(json.dumps(document | {"paths": kept}))
    hostile["info"] |= {
        "description": EVIL,
        "license": {"name": EVIL, "url": "javascript:alert(1)"},
    }
    called = hostile["paths"]["/auth/me"]["get"]
    called |= {"description": EVIL, "summary": EVIL}
    foreign = {"$ref": "https://evil.example/schema.json"}
    called["responses"]["200"]["content"]["application/json"]["schema"] = foreign
    return hostile


def test_descriptions_run_nothing_and_references_lead_nowhere_else(visit: Open, site: Site) -> None:
    page = visit("/docs#/Signing%20in/getCaller", _hostile(site))
    page.locator("[id='operations-Signing_in-getCaller'] .responses-wrapper").wait_for()
    assert page.title() == "API · Daybook"
    assert (
        page.locator("main script, main form, main [onerror], main [href^='javascript:']").count()
        == 0
    )


@pytest.mark.parametrize("name", ["url", "configUrl", "spec", "urls.primaryName"])
def test_the_address_of_the_page_names_no_other_document(site: Site, name: str) -> None:
    """Whoever sends a link to the page must not choose what it shows."""
    answer = httpx.get(f"{site.url}/docs", params={name: "https://evil.example/api.json"})
    assert answer.status_code == 400
    assert "queryConfigEnabled: false" in httpx.get(f"{site.url}/docs/docs.js").text


def test_axe_finds_nothing_in_the_line_that_is_ours(visit: Open) -> None:
    page = visit("/docs")
    assert [it for it in found_by_axe(page) if "header" in it or "#demo" in it] == []
