"""Letters from Jinja templates: the adapter behind `application.mail.Letters`.

A letter is one file in `templates/`, `NAME.letter`, which says the subject and what is told, and is laid out by
`letter.txt` and `letter.html` (`claim.txt` and `claim.html` if it is about a claim); or it is two, `NAME.txt` and
`NAME.html`. The first line of the text is the subject. Values are escaped in HTML; a value that a template names and
nobody gave is an error, never a hole in a letter.

Links lead to pages that are served, below `public_url`: to what is not, a link is worse than none.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    UndefinedError,
    select_autoescape,
)

from application.mail.ports import Letter, Letters

_LAYOUTS = ("letter", "claim")


class TemplateLetters(Letters):
    """Writes letters.

    Args:
        public_url: where people reach the pages.
    """

    def __init__(self, public_url: str) -> None:
        self._text = _environment("txt", public_url)
        self._html = _environment("html", public_url)

    def write(self, template: str, values: Mapping[str, Any]) -> Letter:
        names = {form: [f"{template}.{form}", f"{template}.letter"] for form in ("txt", "html")}
        try:
            text = self._text.select_template(names["txt"]).render(values)
            html = self._html.select_template(names["html"]).render(values)
        except (TemplateNotFound, UndefinedError) as error:
            raise LookupError(f"the letter {template} cannot be written: {error}") from error
        subject, _, body = text.partition("\n")
        return Letter(subject=subject.strip(), text=body.strip() + "\n", html=html)


def _environment(form: str, public_url: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(["html"], default=form == "html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["grouped"] = grouped
    environment.globals |= {name: f"{name}.{form}" for name in _LAYOUTS}
    environment.globals["public_url"] = public_url
    return environment


def grouped(amount: Decimal) -> str:
    """An amount with all its decimals and its thousands set apart: `1,234.50`."""
    return f"{amount:,f}"
