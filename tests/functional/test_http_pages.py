"""What lies around the API for people: the first page, the icon, and who is shown a way in on the docs page."""

from pathlib import Path

import httpx
import pytest

from tests.processes import free_port, lives, wait_until
from tests.sites import Site, process

COMMON_SITE = True

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
A_WAY_IN = 'data-password="open the daybook"'


@pytest.mark.parametrize(
    ("accept", "told"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("*/*", "application/json"),
        (None, "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("text/csv", "application/json"),
    ],
)
def test_the_first_page_is_for_browsers_and_json_for_programs(
    site: Site, accept: str | None, told: str
) -> None:
    with httpx.Client(base_url=site.url, timeout=120) as client:
        del client.headers["accept"]
        answer = client.get("/", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == told
    assert "Accept" in answer.headers["vary"]


def test_the_first_page_leads_to_what_is_there(site: Site) -> None:
    page = httpx.get(f"{site.url}/", headers={"Accept": BROWSER}, timeout=120)
    assert "script" not in page.headers["content-security-policy"]
    for path in (
        "/docs",
        "/openapi.json",
        "/mailbox",
        "/workflows",
        "/health/ready",
    ):
        assert f'<a href="{path}">' in page.text
        assert httpx.get(f"{site.url}{path}", timeout=120).status_code == 200


@pytest.mark.parametrize("path", ["/favicon.ico", "/favicon.svg"])
def test_there_is_an_icon(site: Site, path: str) -> None:
    icon = httpx.get(f"{site.url}{path}")
    assert icon.headers["content-type"].startswith("image/svg+xml")
    again = httpx.get(f"{site.url}{path}", headers={"If-None-Match": icon.headers["etag"]})
    assert (icon.status_code, again.status_code) == (200, 304)


def test_this_machine_is_shown_a_way_in_as_a_demo_person(site: Site) -> None:
    page = httpx.get(f"{site.url}/docs").text
    assert A_WAY_IN in page
    assert "ines@harbour.example" in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "daybook.firm.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"X-Forwarded-For": "203.0.113.7"},
        {"X-Forwarded-Host": "daybook.firm.example"},
        {"Forwarded": "for=203.0.113.7"},
        {"Via": "1.1 proxy"},
    ],
)
def test_nobody_elsewhere_is_shown_it(site: Site, headers: dict[str, str]) -> None:
    page = httpx.get(f"{site.url}/docs", headers=headers)
    assert page.status_code == 200
    assert "data-password" not in page.text
    assert "harbour.example" not in page.text


@pytest.mark.parametrize(
    "changed",
    [
        {"DAYBOOK_DEMO_PASSWORD": ""},
        {"DAYBOOK_DEMO_PASSWORD": "a password of ours"},
        {"DAYBOOK_HOST": "0.0.0.0"},  # noqa: S104 - that is the point
        {"DAYBOOK_AUTH": "single-user"},
    ],
    ids=["without samples", "with a password of one's own", "for everybody", "without sign-in"],
)
def test_where_the_published_password_is_no_good_nobody_is_shown_it(
    site: Site, tmp_path: Path, changed: dict[str, str]
) -> None:
    port = free_port()
    settings = {**site.settings, "DAYBOOK_PORT": str(port), **changed}
    with process("api", settings, tmp_path / "output.txt"):
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: lives(address), "the api")
        page = httpx.get(f"{address}/docs", timeout=120).text
    assert "swagger-ui-bundle.js" in page
    assert "data-password" not in page
    assert "a password of ours" not in page
