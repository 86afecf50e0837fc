"""Lists, aggregates and facets that have not moved are not sent again, and nobody is told of a row by another's tag."""

import threading
from uuid import uuid4

import httpx
import pytest

from tests.facts import eventually
from tests.people import PASSWORD, let_choose
from tests.seconding import posted
from tests.sites import AN_EXPENSE, Site

PATHS = (
    "/expenses?project_name={name}&count=exact",
    "/expenses/aggregates?by=member_name&measures=sum:amount&totals=true&project_name={name}",
    "/expenses/facets?by=member_name&project_name={name}",
)


def _asked(site: Site, path: str, tag: str, **headers: str) -> httpx.Response:
    return site.http.get(path, headers={"If-None-Match": tag, **headers})


@pytest.mark.parametrize("pattern", PATHS)
def test_what_has_not_moved_is_not_sent_again(site: Site, pattern: str) -> None:
    path = pattern.format(name=f"P-{uuid4().hex[:8]}")

    def tagged() -> str:
        """The tag of an answer after which nothing moved."""
        first = site.http.get(path)
        tag = first.headers["etag"]
        assert tag.startswith('W/"')
        assert first.headers["cache-control"] == "private, no-cache"
        assert (again := _asked(site, path, tag)).status_code == 304
        assert (again.content, again.headers["etag"]) == (b"", tag)
        return tag

    tag = eventually(tagged)
    assert _asked(site, path, f'"other", {tag}').status_code in (200, 304)
    assert _asked(site, path, '"other"').status_code == 200
    name = path.partition("project_name=")[2].partition("&")[0]
    made = site.record(project_name=name)
    moved = _asked(site, path, tag, **site.after(made))
    assert moved.status_code == 200
    assert moved.headers["etag"] != tag
    assert "Ada" in moved.text or '"count":1' in moved.text
