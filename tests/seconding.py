"""What takes two people, done by both."""

from collections.abc import Sequence
from typing import Any

import httpx

from tests.asking import Caller
from tests.signed_in import SECOND_OPERATOR
from tests.sites import Site


def confirmed(waiting: httpx.Response, seconds: Sequence[Caller]) -> httpx.Response:
    """The answer to the first of these who may confirm what was proposed."""
    assert waiting.status_code == 202, waiting.text
    path = f"{waiting.headers['Location']}/confirm"
    answers = []
    for second in seconds:
        answers.append(second.post(path))
        if answers[-1].status_code == 200:
            return answers[-1]
    raise AssertionError([answer.text for answer in answers])


def posted(
    site: Site, path: str, body: dict[str, Any], seconds: Sequence[Caller] = ()
) -> httpx.Response:
    """What is answered to an operator who posts this, once a second person has confirmed it if it takes one."""
    answer = site.http.post(path, json=body)
    if answer.status_code == 202:
        confirmed(answer, [*seconds, Caller(site, SECOND_OPERATOR)])
        answer = site.http.post(path, json=body)
    return answer
