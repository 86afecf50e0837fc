"""Ways to be let in, for `Daybook(url, auth)`."""

from collections.abc import Generator
from threading import Lock
from time import monotonic

import httpx2

from .sending import Refused

_EARLY_S = 30
"""Seconds before its end in which an access token is not used any more."""


class SignedIn(httpx2.Auth):
    """Signs a person in with their password at the first request, and gets the next access token when one is needed."""

    def __init__(self, email: str, password: str) -> None:
        self._credentials = {"email": email, "password": password}
        self._refresh_token = ""
        self._access_token = ""
        self._good_until = 0.0
        # Each refresh token is good for one use, so no two threads may use the same.
        self._renewing = Lock()

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the access token.

        Raises:
            Refused: the person is not let in.
        """
        with self._renewing:
            if monotonic() >= self._good_until:
                yield from self._renewed(request.url)
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        yield request

    def _renewed(self, url: httpx2.URL) -> Generator[httpx2.Request, httpx2.Response, None]:
        answer = None
        if self._refresh_token:
            body = {"refresh_token": self._refresh_token}
            answer = yield httpx2.Request("POST", url.join("/auth/refresh"), json=body)
        if answer is None or answer.status_code == 401:
            answer = yield httpx2.Request("POST", url.join("/auth/token"), json=self._credentials)
        answer.read()  # only this: what the request itself is answered may be a stream
        tokens = answer.json()
        if answer.status_code != 200:
            raise Refused(tokens)
        self._access_token, self._refresh_token = tokens["access_token"], tokens["refresh_token"]
        self._good_until = monotonic() + tokens["expires_in"] - _EARLY_S


class ServiceKey(httpx2.Auth):
    """Lets a service account in by its key; or anybody by an access token, for as long as that is good."""

    def __init__(self, key: str) -> None:
        self._key = key

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Add the key."""
        request.headers["Authorization"] = f"Bearer {self._key}"
        yield request
