"""The evaluator that alarms are tested with answers as Prometheus does, where our rules need it."""

import math

import pytest

from tests.promql import Scrape, add_samples, evaluated, grouping, selectors


def scraped(at: float, page: str) -> Scrape:
    found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
    add_samples(found, page, job="daybook", instance="api")
    return Scrape(at, found)


def numbers(expression: str, *pages: str) -> list[float]:
    """What an expression answers after these pages, scraped ten seconds apart."""
    scrapes = [scraped(10.0 * number, page) for number, page in enumerate(pages)]
    return sorted(evaluated(expression, scrapes).values())


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a > 1", [2]),
        ("a < 1", []),
        ('a{of=~"x|z"}', [1]),
        ('a{of!="x"}', [2]),
        ('a{of!~"x|y"}', []),
        ("sum(a)", [3]),
        ("max by (of) (a)", [1, 2]),
        ("min(a) == 1", [1]),
        ("a / b", [0.25, 1]),
        ("a and on (of) b > 2", [1]),
        ("a > 1 or b > 2", [2, 4]),
        ("a or b", [1, 2]),
        ("gone > 0", []),
    ],
)
def test_what_was_scraped_last_is_compared_and_combined(
    expression: str, expected: list[float]
) -> None:
    page = 'a{of="x"} 1\na{of="y"} 2\nb{of="x"} 4\nb{of="y"} 2\n'
    assert numbers(expression, 'gone{of="x"} 1\n', page) == expected


def test_what_a_counter_grew_by_is_known_of_two_scrapes_and_over_restarts() -> None:
    assert numbers("increase(a_total[5m])", "a_total 5\n") == []
    assert numbers("increase(a_total[5m])", "a_total 5\n", "a_total 9\n") == [4]
    assert numbers("rate(a_total[5m])", "a_total 5\n", "a_total 9\n") == [0.4]
    assert numbers("increase(a_total[5m])", "a_total 5\n", "a_total 2\n", "a_total 3\n") == [3]
    assert numbers("increase(a_total[15s])", "a_total 5\n", "a_total 9\n", "a_total 10\n") == [1]


def test_ranges_know_what_changed_and_what_was_the_most() -> None:
    assert numbers("changes(a[5m])", "a 1\n", "a 1\n", "a 2\n") == [1]
    assert numbers("max_over_time(a[5m])", "a 1\n", "a 0\n") == [1]
    assert numbers("max_over_time(a[5s])", "a 1\n", "a 0\n") == [0]


def test_a_quantile_is_within_its_bucket() -> None:
    def page(*counts: int) -> str:
        bounds = ("0.1", "1.0", "+Inf")
        return "".join(
            f'a_bucket{{le="{bound}"}} {count}\n'
            for bound, count in zip(bounds, counts, strict=True)
        )

    quantile = "histogram_quantile(0.5, sum by (le) (rate(a_bucket[5m])))"
    assert numbers(quantile, page(0, 0, 0), page(10, 10, 10)) == [pytest.approx(0.05)]
    assert numbers(quantile, page(0, 0, 0), page(0, 10, 10)) == [pytest.approx(0.55)]
    assert numbers(quantile, page(0, 0, 0), page(0, 0, 10)) == [1.0]
    assert math.isnan(numbers(quantile, page(1, 1, 1), page(1, 1, 1))[0])


def test_what_an_expression_names_is_found() -> None:
    expression = 'sum by (of) (rate(a_total{status=~"5.."}[5m])) / on (of) b > 1'
    assert [*selectors(expression)] == [("a_total", {"status"}), ("b", set())]
    assert grouping(expression) == {"of"}
    with pytest.raises(NotImplementedError):
        numbers("absent(a)", "a 1\n")
