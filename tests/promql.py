"""What an expression of PromQL answers, of measurements that were scraped: as much of the language as our rules use.

An expression is parsed by `promql-parser` and evaluated here over its tree. As in Prometheus, a series that is not in
the last scrape is gone, and what a counter grew by is known of series that were in two scrapes of the range at least.
Unlike there, nothing is extrapolated to the ends of a range.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import promql_parser as promql
from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
NAME = "__name__"

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
}
_GATHERED: Mapping[str, Callable[[Sequence[float]], float]] = {"sum": sum, "max": max, "min": min}


Samples = dict[str, Vector]
"""What was measured, by the name of the metric, which is among the labels as well."""


class Scrape(NamedTuple):
    """What was measured at a moment, in seconds of the scraper's clock."""

    at: float
    samples: Samples


def add_samples(to: Samples, page: str, **target: str) -> None:
    """Add the samples of a page of metrics, with the labels that a scraper adds."""
    for family in text_string_to_metric_families(page):
        for each in family.samples:
            key = frozenset({NAME: each.name, **each.labels, **target}.items())
            to.setdefault(each.name, {})[key] = each.value


def selectors(expression: str) -> Iterator[tuple[str, set[str]]]:
    """The metrics that an expression names, each with the labels that its matchers name."""
    found: list[tuple[str, set[str]]] = []

    def visit(node: Any) -> None:
        if isinstance(node, promql.VectorSelector):
            found.append((node.name or "", {each.name for each in node.matchers.matchers}))

    _walk(promql.parse(expression), visit)
    yield from found


def grouping(expression: str) -> set[str]:
    """The labels that the aggregations and the matches of an expression name."""
    named: set[str] = set()

    def visit(node: Any) -> None:
        if isinstance(node, promql.AggregateExpr) and node.modifier:
            named.update(node.modifier.labels)
        if isinstance(node, promql.BinaryExpr) and node.modifier and node.modifier.matching:
            named.update(node.modifier.matching.labels)

    _walk(promql.parse(expression), visit)
    return named


def evaluated(expression: str, scrapes: Sequence[Scrape]) -> Vector:
    """What an expression answers at the moment of the last scrape; empty if it is an alarm that is quiet."""
    found = _evaluate(promql.parse(expression), scrapes)
    assert isinstance(found, dict), f"{expression} is a number"
    return found


def _walk(node: Any, visit: Callable[[Any], None]) -> None:
    visit(node)
    match node:
        case promql.MatrixSelector():
            _walk(node.vector_selector, visit)
        case promql.Call():
            for each in node.args:
                _walk(each, visit)
        case promql.BinaryExpr():
            _walk(node.lhs, visit)
            _walk(node.rhs, visit)
        case promql.AggregateExpr() | promql.ParenExpr():
            _walk(node.expr, visit)
        case promql.VectorSelector() | promql.NumberLiteral():
            pass
        case _:
            raise NotImplementedError(type(node).__name__)


def _evaluate(node: Any, scrapes: Sequence[Scrape]) -> Vector | float:
    match node:
        case promql.NumberLiteral():
            return float(node.val)
        case promql.ParenExpr():
            return _evaluate(node.expr, scrapes)
        case promql.VectorSelector():
            return dict(_selected(node, scrapes[-1]))
        case promql.AggregateExpr():
            return _aggregated(node, _vector(node.expr, scrapes))
        case promql.Call():
            return _called(node, scrapes)
        case promql.BinaryExpr():
            return _combined(node, scrapes)
    raise NotImplementedError(type(node).__name__)


def _vector(node: Any, scrapes: Sequence[Scrape]) -> Vector:
    found = _evaluate(node, scrapes)
    assert isinstance(found, dict), "a vector was expected"
    return found


def _selected(selector: Any, scrape: Scrape) -> Iterator[tuple[Labels, float]]:
    for key, value in scrape.samples.get(selector.name, {}).items():
        labels = dict(key)
        if all(_matches(each, labels.get(each.name, "")) for each in selector.matchers.matchers):
            yield key, value


def _matches(matcher: Any, value: str) -> bool:
    match matcher.op:
        case promql.MatchOp.Equal:
            return bool(value == matcher.value)
        case promql.MatchOp.NotEqual:
            return bool(value != matcher.value)
        case promql.MatchOp.Re:
            return re.fullmatch(matcher.value, value) is not None
        case _:
            return re.fullmatch(matcher.value, value) is None


def _without(key: Labels, *names: str) -> Labels:
    return frozenset((name, value) for name, value in key if name not in names)


def _only(key: Labels, names: Sequence[str]) -> Labels:
    return frozenset((name, value) for name, value in key if name in names)


def _aggregated(node: Any, vector: Vector) -> Vector:
    kept = node.modifier.labels if node.modifier else []
    assert not node.modifier or node.modifier.type == promql.AggModifierType.By, "`by` alone"
    groups: dict[Labels, list[float]] = {}
    for key, value in vector.items():
        groups.setdefault(_only(key, kept), []).append(value)
    return {key: _GATHERED[str(node.op)](values) for key, values in groups.items()}


def _called(node: Any, scrapes: Sequence[Scrape]) -> Vector:
    match node.func.name:
        case "histogram_quantile":
            share, vector = _evaluate(node.args[0], scrapes), _vector(node.args[1], scrapes)
            assert isinstance(share, float), "a share was expected"
            return _quantile(share, vector)
        case "rate":
            return {
                key: _grown(points) / (points[-1][0] - points[0][0])
                for key, points in _ranges(node.args[0], scrapes, at_least=2)
            }
        case "increase":
            return {
                key: _grown(points) for key, points in _ranges(node.args[0], scrapes, at_least=2)
            }
        case "max_over_time":
            return {
                key: max(value for _, value in points)
                for key, points in _ranges(node.args[0], scrapes)
            }
        case "changes":
            return {
                key: sum(before[1] != after[1] for before, after in pairwise(points))
                for key, points in _ranges(node.args[0], scrapes)
            }
    raise NotImplementedError(node.func.name)


def _ranges(
    matrix: Any, scrapes: Sequence[Scrape], at_least: int = 1
) -> Iterator[tuple[Labels, list[tuple[float, float]]]]:
    """The points of each series in a range that ends with the last scrape, of those that have so many."""
    since = scrapes[-1].at - matrix.range.total_seconds()
    series: dict[Labels, list[tuple[float, float]]] = {}
    for scrape in scrapes:
        for key, value in _selected(matrix.vector_selector, scrape) if scrape.at > since else ():
            series.setdefault(_without(key, NAME), []).append((scrape.at, value))
    return ((key, points) for key, points in series.items() if len(points) >= at_least)


def _grown(points: Sequence[tuple[float, float]]) -> float:
    """By how much a counter grew, which begins anew when its process does."""
    pairs = pairwise(points)
    return sum(after - before if after >= before else after for (_, before), (_, after) in pairs)


def _quantile(share: float, vector: Vector) -> Vector:
    """Within its bucket a value may be anywhere, alike; beyond the last bound it is that bound."""
    series: dict[Labels, list[tuple[float, float]]] = {}
    for key, value in vector.items():
        bound = float(dict(key)["le"])
        series.setdefault(_without(key, "le", NAME), []).append((bound, value))
    return {key: _within(share, sorted(buckets)) for key, buckets in series.items()}


def _within(share: float, buckets: Sequence[tuple[float, float]]) -> float:
    rank, low, below = share * buckets[-1][1], 0.0, 0.0
    if not buckets[-1][1]:
        return math.nan
    for bound, count in buckets:
        if count >= rank:
            return (
                low if math.isinf(bound) else low + (bound - low) * (rank - below) / (count - below)
            )
        low, below = bound, count
    raise AssertionError("the last bucket has them all")


def _combined(node: Any, scrapes: Sequence[Scrape]) -> Vector:
    left, right = _vector(node.lhs, scrapes), _evaluate(node.rhs, scrapes)
    sign = str(node.op)
    if isinstance(right, float):
        assert sign in _COMPARED, f"{sign} with a number"
        return {key: value for key, value in left.items() if _COMPARED[sign](value, right)}
    matching = node.modifier and node.modifier.matching

    def shared(key: Labels) -> Labels:
        return _only(key, matching.labels) if matching else _without(key, NAME)

    others = {shared(key): value for key, value in right.items()}
    if sign == "and":
        return {key: value for key, value in left.items() if shared(key) in others}
    if sign == "or":
        known = {shared(key) for key in left}
        return left | {key: value for key, value in right.items() if shared(key) not in known}
    assert sign == "/", sign
    return {
        _without(key, NAME): value / others[shared(key)] if others[shared(key)] else math.nan
        for key, value in left.items()
        if shared(key) in others
    }
