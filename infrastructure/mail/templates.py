"""Letters from Jinja templates: the adapter behind `application.mail.Letters`.

A letter is two files in `templates/`: `NAME.txt`, whose first line is the subject, and `NAME.html`. Values are escaped
in HTML; a value that a template names and nobody gave is an error, never a hole in a letter.
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


class TemplateLetters(Letters):
    """Writes letters that link to the API at `base_url`, and to pages at `public_url` where that is another."""

    def __init__(self, base_url: str, public_url: str | None = None) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["grouped"] = grouped
        self._environment.globals["base_url"] = base_url
        self._environment.globals["public_url"] = public_url or base_url

    def write(self, template: str, values: Mapping[str, Any]) -> Letter:
        try:
            text = self._environment.get_template(f"{template}.txt").render(values)
            html = self._environment.get_template(f"{template}.html").render(values)
        except (TemplateNotFound, UndefinedError) as error:
            raise LookupError(f"the letter {template} cannot be written: {error}") from error
        subject, _, body = text.partition("\n")
        return Letter(subject=subject.strip(), text=body.strip() + "\n", html=html)


def grouped(amount: Decimal) -> str:
    """An amount with all its decimals and its thousands set apart: `1,234.50`."""
    return f"{amount:,f}"
