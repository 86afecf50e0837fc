"""The web app as it is served: its page under every path, its files by exact name, and what is said without a build."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient

from infrastructure.bootstrap import build
from infrastructure.embedded.valkey import ValkeyServer
from infrastructure.shared.settings import Settings
from interfaces.http.app import create_app
from interfaces.http.shared.web_app import BUILT
from tests.asking import problem
from tests.sites import Site

COMMON_SITE = True

PAGE = '<!doctype html><title>Daybook</title><script type="module" src="/app/assets/main-B4x_-9.js"></script>'
SCRIPT = "export const name = 'Daybook';\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small app, as Vite lays it out, and beside it what is nobody's business."""
    built = tmp_path / "web" / "dist"
    (built / "assets").mkdir(parents=True)
    (tmp_path / "web" / "secret.js").write_text("secret")
    (tmp_path / "web" / "package.json").write_text("secret")
    (built / "assets" / ".hidden.js").write_text("secret")
    (built / "index.html").write_text(PAGE)
    (built / "favicon.svg").write_text("<svg/>")
    (built / "assets" / "main-B4x_-9.js").write_text(SCRIPT)
    (built / "assets" / "main-C1.css").write_text("body { margin: 0 }")
    (built / "assets" / "letters-D2.woff2").write_bytes(b"wOF2")
    return built


@pytest.fixture
def visitor(
    folder: Path, make_database: Callable[[], str], valkey: ValkeyServer, tmp_path: Path
) -> Iterator[httpx.Client]:
    """Somebody who is not signed in, before an app that is built into `folder`."""
    settings = Settings(
        home=tmp_path / "home", database_url=make_database(), redis_url=valkey.url()
    )
    app = create_app(build(settings), web_app=folder)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    "path", ["", "claims", "claims/41", "collections/expenses?by=status&x[in]=1"]
)
def test_the_page_is_the_same_under_every_path(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(f"/app/{path}", headers={"Accept-Encoding": "identity"})
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    known = {"Accept-Encoding": "identity", "If-None-Match": answer.headers["etag"]}
    assert visitor.get(f"/app/{path}", headers=known).status_code == 304


def test_the_address_without_its_slash_leads_there(visitor: httpx.Client) -> None:
    answer = visitor.get("/app?from=letter", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/app/?from=letter")
    assert visitor.get("/app", follow_redirects=False).headers["location"] == "/app/"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("main-B4x_-9.js", "text/javascript"),
        ("main-C1.css", "text/css"),
        ("letters-D2.woff2", "font/woff2"),
    ],
)
def test_what_the_page_loads_is_kept_for_good(
    visitor: httpx.Client, name: str, media_type: str
) -> None:
    answer = visitor.get(f"/app/assets/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_scripts_travel_small(visitor: httpx.Client) -> None:
    answer = visitor.get("/app/assets/main-B4x_-9.js", headers={"Accept-Encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10
    assert answer.text == SCRIPT


def test_what_lies_beside_the_page(visitor: httpx.Client) -> None:
    answer = visitor.get("/app/favicon.svg")
    assert (answer.text, answer.headers["cache-control"]) == ("<svg/>", "no-cache")
    assert answer.headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize(
    "name",
    [
        "main-OLD.js",
        "..%2f..%2fsecret.js",
        "..%2f..%2fpackage.json",
        "%2e%2e/%2e%2e/secret.js",
        "..%5c..%5csecret.js",
        "%2fetc%2fpasswd",
        ".hidden.js",
        "main-B4x_-9.js%00",
        "main-B4x_-9.js/",
        "main-B4x_-9.js/more",
        "",
    ],
)
def test_no_other_name_is_a_file(visitor: httpx.Client, name: str) -> None:
    answer = visitor.get(f"/app/assets/{name}")
    if name.endswith("9.js/"):
        assert answer.text == SCRIPT  # a slash at the end of a path never says anything here
        return
    assert problem(answer, 404, "not_found")
    assert "secret" not in answer.text.replace("secret.js", "")


@pytest.mark.parametrize(
    "path", ["..%2fsecret.js", "..%2f..%2fpackage.json", "%2e%2e%2fpackage.json"]
)
def test_no_path_leads_out_of_the_folder(visitor: httpx.Client, path: str) -> None:
    assert "secret" not in visitor.get(f"/app/{path}").text


def test_another_build_is_seen_at_once(visitor: httpx.Client, folder: Path) -> None:
    before = visitor.get("/app/")
    (folder / "index.html").write_text("<title>newer</title>")
    (folder / "assets" / "main-B4x_-9.js").unlink()
    (folder / "assets" / "main-E5.js").write_text("newer")
    after = visitor.get("/app/", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.text) == (200, "<title>newer</title>")
    assert visitor.get("/app/assets/main-E5.js").text == "newer"
    assert problem(visitor.get("/app/assets/main-B4x_-9.js"), 404, "not_found")


def test_without_a_build_a_page_says_what_to_do(visitor: httpx.Client, folder: Path) -> None:
    (folder / "index.html").rename(folder / "kept.html")
    for path in ("/app/", "/app/claims/41"):
        answer = visitor.get(path)
        assert answer.status_code == 503
        assert "make run" in answer.text
        assert "20.19" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src" not in answer.headers["content-security-policy"]
    assert visitor.get("/health/live").status_code == 200
    (folder / "kept.html").rename(folder / "index.html")
    assert visitor.get("/app/").text == PAGE


def test_the_index_leads_there_first(site: Site) -> None:
    page = httpx.get(f"{site.url}/", headers={"Accept": "text/html"}).text
    places = page.split('<dl class="places">')[1]
    assert places.index('href="/app"') < places.index('href="/docs"')
    assert "/app" not in site.http.get("/openapi.json").json()["paths"]


def test_it_is_served_from_where_it_is_built(site: Site) -> None:
    answer = httpx.get(f"{site.url}/app/")
    assert answer.status_code == (200 if (BUILT / "index.html").is_file() else 503)
    assert BUILT.parts[-3:] == ("interfaces", "web", "dist")
