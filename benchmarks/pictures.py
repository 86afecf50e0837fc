"""The pictures of the README, taken anew: a Daybook of its own with the sample data and some claims, in Chromium.

python -m benchmarks.pictures
"""

import json
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from benchmarks.daybook import free_port
from benchmarks.pages import browser, page_of, served, sign_in
from infrastructure.demo import DEMO_PASSWORD

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
MEMBER, ADMINISTRATOR = "ines@harbour.example", "ruth@harbour.example"
OPERATOR = "operator@daybook.example"
PICTURES = {
    "carbon": (MEMBER, "/app/usages"),
    "inbox": (ADMINISTRATOR, "/app/inbox"),
    "explorer": (
        OPERATOR,
        "/app/explore/expenses?by=date:month,departments&measures=sum:amount&currency=EUR&date[gte]=2025-07-01",
    ),
}
_CLAIMS = (
    ("64.80", "Train to the harbour site and back"),
    ("118.00", "Two nights near the harbour"),
    ("64.80", "Train to the harbour site and back"),
    ("23.50", "Lunch with the surveyors"),
)


def _asked(url: str, path: str, body: Any = None, token: str = "") -> Any:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    sent = None if body is None else json.dumps(body)
    connection.request("GET" if body is None else "POST", path, sent, headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    if answer.status >= 400:
        raise RuntimeError(f"{path} answered {told}")
    return told


def _claim(url: str) -> None:
    signed_in = _asked(url, "/auth/token", {"email": MEMBER, "password": DEMO_PASSWORD})
    token = signed_in["access_token"]
    account = _asked(url, "/accounts?limit=1", token=token)["data"][0]["id"]
    for amount, description in _CLAIMS:
        claim = {"bank_account_id": account, "amount": amount, "description": description}
        _asked(url, "/reimbursements", claim, token)


def _take(page: Page, url: str, name: str) -> None:
    person, path = PICTURES[name]
    page.set_viewport_size({"width": 1366, "height": 860})
    sign_in(page, url, person)
    page.goto(url + path, wait_until="networkidle")
    page.wait_for_selector("tbody tr")
    if name == "inbox":  # the claim that looks like an earlier one, with what a decision rests on
        for key in ("j", "j", "Enter"):
            page.keyboard.press(key)
        page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_000)
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    """Write the pictures into `docs/pictures`."""
    FOLDER.mkdir(exist_ok=True)
    with served() as url:
        _claim(url)
        for name in PICTURES:
            port = free_port()
            with browser(port), page_of(port) as page:
                _take(page, url, name)
            print(f"Wrote {FOLDER / name}.png.")


if __name__ == "__main__":
    main()
