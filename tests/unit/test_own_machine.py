"""Which requests come from this machine alone, as their headers tell."""

import pytest
from litestar.datastructures import Headers

from interfaces.http.shared.own_machine import ForeignSite, check_own_machine, is_for_own_machine

HERE = ("host", "127.0.0.1:8000")


def headers(*given: tuple[str, str]) -> Headers:
    return Headers([(name.encode(), value.encode()) for name, value in given])


def test_who_asks_for_this_machine_is_answered() -> None:
    check_own_machine(headers(HERE, ("origin", "http://127.0.0.1:8000")))
    check_own_machine(headers(("host", "localhost")))
    check_own_machine(headers(("host", "[::1]:8000"), ("sec-fetch-site", "same-origin")))


@pytest.mark.parametrize(
    "given",
    [
        [],
        [("host", "evil.example")],
        [HERE, ("host", "evil.example")],
        [("host", "evil.example"), HERE],
        [HERE, ("origin", "http://evil.example")],
        [HERE, ("sec-fetch-site", "cross-site")],
        [HERE, ("x-forwarded-for", "")],
        [HERE, ("x-real-ip", "203.0.113.7")],
        [HERE, ("via", "1.1 proxy")],
    ],
)
def test_who_comes_from_elsewhere_is_not(given: list[tuple[str, str]]) -> None:
    with pytest.raises(ForeignSite):
        check_own_machine(headers(*given))


def test_a_proxy_in_between_is_elsewhere() -> None:
    assert is_for_own_machine(headers(HERE))
    assert not is_for_own_machine(headers(HERE, ("forwarded", "for=203.0.113.7")))
