"""The pages themselves: templates filled in, the headers they are served under, and errors told as pages, too."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any

from jinja2 import Environment
from litestar import Response

from domain.shared.errors import (
    DaybookError,
    Forbidden,
    Malformed,
    NotFound,
    Refused,
    Throttled,
    Unavailable,
)
from interfaces.http.shared.arriving import TooSlow
from interfaces.http.shared.charts import SERIES, amount_text
from interfaces.http.shared.pages import HTML, PAGE_HEADERS, templates
from interfaces.http.shared.problems import TooLarge, UnsupportedMediaType, family_of
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import Answer, answer

TAG = "Workflows"
HERE = Path(__file__).parent


@cache
def _environment() -> Environment:
    environment = templates(HERE / "templates")
    environment.filters["amount"] = amount_text
    environment.globals["series"] = SERIES
    return environment


class NotShownYet(Unavailable, code="not_shown_yet"):
    """What was submitted is recorded, and its page cannot show it yet."""


Told = Callable[..., Awaitable[Response[bytes]]]
_TITLES: Mapping[type[DaybookError], str] = {
    NotFound: "There is no such page",
    Forbidden: "This form cannot be taken",
    Refused: "This cannot be done now",
    TooLarge: "That is too large",
    TooSlow: "That took too long",
    Throttled: "Please wait a moment",
    NotShownYet: "We have what you sent",
    Unavailable: "This does not work just now",
}


def page_answer(meaning: str = "The page.", status: int = 200) -> Answer:
    """A page, as it is documented."""
    return answer(status, meaning, media_type=HTML, example="<h1>Daybook</h1>")


def told_as_page(handler: Told) -> Told:
    """What goes wrong in the handler is told to a person; what no browser sends is left to be told to programs."""

    @wraps(handler)
    async def told(request: AnyRequest, *given: Any) -> Response[bytes]:
        try:
            return await handler(request, *given)
        except (Malformed, UnsupportedMediaType):
            raise
        except DaybookError as error:
            return _problem(error)

    return told


def _problem(error: DaybookError) -> Response[bytes]:
    title = next((title for kind, title in _TITLES.items() if isinstance(error, kind)), "")
    if not title:
        raise error
    shown = page("problem.html", family_of(error).status, title=title, detail=error.detail)
    if isinstance(error, Throttled | Unavailable):
        shown.headers["Retry-After"] = str(error.retry_after_s)
    return shown


def page_text(template: str, **values: Any) -> str:
    """A page as HTML."""
    return _environment().get_template(template).render(values)


def page(template: str, status: int = 200, **values: Any) -> Response[bytes]:
    """A page as the answer to a browser."""
    text = page_text(template, **values).encode()
    return Response(text, status_code=status, media_type=HTML, headers=dict(PAGE_HEADERS))


def sent_to(path: str) -> Response[bytes]:
    """The answer that sends a browser to another page, so that coming back sends nothing again."""
    headers = {**PAGE_HEADERS, "Location": path}
    return Response(b"", status_code=303, media_type=HTML, headers=headers)
