"""What is the same for everybody: answered with an `ETag` of its content, and made smaller once for each coding."""

import asyncio
import hashlib
from threading import Lock
from typing import Any

from litestar import Request, Response

from interfaces.http.shared.smaller import made_small, wishes_of
from interfaces.http.shared.tags import is_known


class Asset:
    """A file or a document that changes with the code alone."""

    def __init__(self, content: bytes, media_type: str, cache_control: str = "no-cache") -> None:
        self.content = content
        self._media_type = media_type
        self._cache_control = cache_control
        self._digest = hashlib.sha256(content).hexdigest()[:16]
        self._small: dict[str, bytes] = {}
        self._making = Lock()

    async def answer(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """It, in the coding that the client likes best; 304 if they have it already."""
        coding = wishes_of(request.scope["headers"]).coding
        etag = f'"{self._digest}-{coding}"' if coding else f'"{self._digest}"'
        headers = {"ETag": etag, "Cache-Control": self._cache_control, "Vary": "Accept-Encoding"}
        if is_known(request, etag):
            return Response(b"", status_code=304, headers=headers)
        if not coding:
            return Response(self.content, media_type=self._media_type, headers=headers)
        small = self._small.get(coding, b"") or await asyncio.to_thread(self._made_small, coding)
        headers["Content-Encoding"] = coding
        return Response(small, media_type=self._media_type, headers=headers)

    def _made_small(self, coding: str) -> bytes:
        with self._making:
            if coding not in self._small:
                self._small[coding] = made_small(self.content, coding)
            return self._small[coding]
