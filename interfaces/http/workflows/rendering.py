"""The pages themselves: templates filled in, and the headers under which a page of forms is served."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from litestar import Response

from interfaces.http.shared.docs import HTML
from interfaces.http.workflows.charts import SERIES, amount_text

STYLES = "/pages/pages.css"
HERE = Path(__file__).parent

PAGE_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    # No script and nothing from elsewhere, whatever somebody manages to write into a page.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    # The address of a page may be all that opens it, so no other site hears of it. Without any referrer a browser
    # would also say of our own forms that they come from nowhere.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["amount"] = amount_text
    environment.globals["series"] = SERIES
    return environment


def page_text(template: str, **values: Any) -> str:
    """A page as HTML."""
    return _environment().get_template(template).render(values)


def page(template: str, status: int = 200, **values: Any) -> Response[bytes]:
    """A page as the answer to a browser."""
    text = page_text(template, **values).encode()
    return Response(text, status_code=status, media_type=HTML, headers=dict(PAGE_HEADERS))
