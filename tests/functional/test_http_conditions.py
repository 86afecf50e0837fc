"""Lists, aggregates and facets that have not moved are not sent again, and nobody is told of a row by another's tag."""

import subprocess
import sys
import threading
from uuid import uuid4

import httpx
import pytest

from projections.expenses import EXPENSES
from tests.facts import eventually
from tests.paying import PayingBank
from tests.processes import PROGRAM, ROOT, environment
from tests.sites import Site

COMMON_SITE = True

PATHS = (
    "/expenses?project_name={name}&count=exact",
    "/expenses/aggregates?by=member_name&measures=sum:amount&totals=true&project_name={name}",
    "/expenses/facets?by=member_name&project_name={name}",
)


def _asked(site: Site, path: str, tag: str, **headers: str) -> httpx.Response:
    return site.http.get(path, headers={"If-None-Match": tag, **headers})


@pytest.mark.parametrize("pattern", PATHS)
def test_what_has_not_moved_is_not_sent_again(site: Site, pattern: str) -> None:
    path = pattern.format(name=(name := f"P-{uuid4().hex[:8]}"))
    tag = eventually(lambda: _still(site, path))
    assert tag.startswith('W/"')
    assert _asked(site, path, '"other"').status_code == 200
    made = site.record(project_name=name, member_name="Ada")
    moved = _asked(site, path, tag, **site.after(made))
    assert (moved.status_code, moved.headers["cache-control"]) == (200, "private, no-cache")
    assert moved.headers["etag"] != tag
    assert "Ada" in moved.text


def test_a_record_names_the_version_of_its_read_model(site: Site) -> None:
    """Which shows it otherwise once it is another one, of the same facts."""
    made = site.record()
    shown = site.http.get(made.headers["location"], headers=site.after(made))
    assert shown.headers["etag"] == f'"1.{EXPENSES.version}"'


def test_who_sees_other_rows_has_other_tags(
    site: Site, bank: PayingBank, stranger: PayingBank
) -> None:
    """Else an empty list of one bank, or a 304, would tell what another bank's is like."""

    def tags() -> set[str] | None:
        """Those that each of them gets of one question while nothing moves."""
        people = (site.http, bank.manager, stranger.manager)
        found = [each.get("/reimbursements").headers["etag"] for each in (*people, *people)]
        return set(found) if found[:3] == found[3:] else None

    assert len(eventually(tags)) == 3


def test_a_tag_is_never_older_than_its_rows(site: Site) -> None:
    """Whoever asks while others write is never told that nothing has changed since rows that have."""
    name = f"P-{uuid4().hex[:8]}"
    path = f"/expenses?project_name={name}&limit=1&sort=-id&fields=id"
    over = threading.Event()

    def write() -> None:
        for _ in range(40):
            site.record(project_name=name)
        over.set()

    writing = threading.Thread(target=write)
    writing.start()
    known: dict[str, str] = {}
    while not over.is_set():
        answer = site.http.get(path)
        assert known.setdefault(answer.headers["etag"], answer.text) == answer.text
    writing.join()
    last = site.record(project_name=name)
    seen = site.http.get(path, headers=site.after(last))
    for tag in known:
        assert (_asked(site, path, tag).status_code == 304) is (tag == seen.headers["etag"])


def test_what_changes_as_time_passes_has_no_tag(site: Site) -> None:
    assert "etag" not in site.http.get("/usage-types").headers
    assert "etag" not in site.http.get("/expenses.csv?limit=1").headers


def test_a_rebuilt_read_model_has_other_tags(site: Site) -> None:
    """What it says may be another thing, though it has read as far."""
    path = f"/expenses?project_name=P-{uuid4().hex[:8]}"
    tag = eventually(lambda: _still(site, path))
    done = subprocess.run(
        [sys.executable, "-m", PROGRAM, "projections", "rebuild", "expenses"],
        env=environment(**site.settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert _asked(site, path, tag).status_code == 200


def _still(site: Site, path: str) -> str | None:
    """The tag of an answer after which nothing moved for a moment."""
    tag = site.http.get(path).headers["etag"]
    again = _asked(site, path, tag)
    assert (again.content == b"") is (again.status_code == 304)
    return tag if again.status_code == 304 and again.headers["etag"] == tag else None


def test_a_tag_may_hold_commas(site: Site) -> None:
    made = site.record()
    path = made.headers["location"]
    tag = site.http.get(path, headers=site.after(made)).headers["etag"]
    assert _asked(site, path, f'"a, b", W/"," , {tag}').status_code == 304
    void = {"reason": "Twice"}
    told = site.http.post(f"{path}/void", json=void, headers={"If-Match": '"a, b", ","'})
    assert (told.status_code, told.json()["code"]) == (412, "stale_version")
    for wrong in ('"a, b', f"{tag} {tag}", "a"):
        told = site.http.post(f"{path}/void", json=void, headers={"If-Match": wrong})
        assert (told.status_code, told.json()["code"]) == (400, "wrong_header")
    seen = {"If-Match": f'"a, b", {tag}'}
    assert site.http.post(f"{path}/void", json=void, headers=seen).status_code == 200
