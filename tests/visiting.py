"""A person at a browser without script, as far as HTTP sees them: who opens forms, fills them in and sends them."""

import re
from collections.abc import Mapping
from html import unescape
from types import MappingProxyType
from typing import Any

import httpx

from tests.sites import Site

Files = Mapping[str, tuple[str, bytes]]
_NONE: Files = MappingProxyType({})
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_SELECTED = re.compile(
    r'<select id="[^"]+" name="([^"]+)"[^>]*>.*?value="([^"]+)" selected>', re.DOTALL
)
_TYPED = re.compile(r'<input type="(?:text|date|email)" id="[^"]+" name="([^"]+)" value="([^"]*)"')
_CHOSEN = re.compile(r'<input type="radio" id="[^"]+" name="([^"]+)" value="([^"]+)" checked')
_ACTION = re.compile(r'<form method="post" action="([^"]+)"')


class Visitor:
    """Keeps cookies, and knows nothing of the site but what its pages say."""

    def __init__(self, site: Site) -> None:
        self.http = httpx.Client(base_url=site.url, timeout=120)
        self.page = ""

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def open(self, path: str) -> httpx.Response:
        """Open a page."""
        return self._seen(self.http.get(path))

    def send(self, values: dict[str, str], files: Files = _NONE, **headers: str) -> httpx.Response:
        """Fill in the form that is open and send it, without following where the answer leads."""
        action = _ACTION.findall(self.page)[0]
        texts = {**self.filled(), **values}
        parts: Any = {**{name: (None, text) for name, text in texts.items()}, **files}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._seen(self.http.post(action, files=parts, headers=named))

    def filled(self) -> dict[str, str]:
        """What stands in the form that is open."""
        forms = (_HIDDEN, _TYPED, _SELECTED, _CHOSEN)
        found = [pair for form in forms for pair in form.findall(self.page)]
        return {name: unescape(text) for name, text in found}

    def errors(self) -> list[str]:
        """What the summary of errors says."""
        found = re.search(r'<div class="summary".*?</div>', self.page, re.DOTALL)
        return (
            [unescape(re.sub("<[^>]*>", "", it)) for it in re.findall("<li>(.*?)</li>", found[0])]
            if found
            else []
        )

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.page = answer.text
        return answer
