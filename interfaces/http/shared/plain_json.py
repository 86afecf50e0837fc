"""What JSON allows and nobody means.

A member that is said twice: two readers keep different ones. Amounts in other digits than 0 to 9, or with blanks and
underscores in them: some readers take them for numbers, and others do not.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import inspect

from domain.shared.errors import Fault, Malformed
from domain.shared.numbers import is_decimal

_EXPECTED = "a decimal in plain digits, such as 12.50"


class _Members(list[tuple[str, Any]]):
    """The members of an object as they are written."""


def plain_faults(
    body: bytes | msgspec.Raw, kind: type[msgspec.Struct] | None = None
) -> list[Fault]:
    """What is not plain about a body, which is JSON: members that are said twice (`repeated_member`), and decimals of
    this kind in other than plain digits (`wrong_value`).

    Raises:
        Malformed: it is nested too deeply to tell, or its texts are no UTF-8.
    """
    decimals = _decimals_of(kind) if kind else frozenset[str]()
    try:
        # Numbers stay texts: nobody computes with them here, and some are longer than Python reads.
        tree = json.loads(bytes(body), object_pairs_hook=_Members, parse_int=str, parse_float=str)
        return list(_faults_in(tree, decimals, ""))
    except RecursionError:
        raise Malformed("The body is nested too deeply.", code="not_json") from None
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not JSON: {error}.", code="not_json") from None


def _faults_in(tree: Any, decimals: frozenset[str], path: str) -> Iterator[Fault]:
    if isinstance(tree, _Members):
        seen = set[str]()
        for name, value in tree:
            at = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in seen:
                yield Fault(
                    detail=f"{name[:100]!r} is said twice", code="repeated_member", pointer=at
                )
            seen.add(name)
            if isinstance(value, str):
                if name in decimals and not is_decimal(value):
                    yield _wrong_decimal(value, at)
            else:
                yield from _faults_in(value, decimals, at)
    elif type(tree) is list:
        for place, value in enumerate(tree):
            yield from _faults_in(value, decimals, f"{path}/{place}")


def _wrong_decimal(value: str, pointer: str) -> Fault:
    return Fault(
        detail=f"{_EXPECTED} was expected, got {value[:80]!r}",
        code="wrong_value",
        pointer=pointer,
        got=value[:80],
        expected="decimal",
    )


@lru_cache
def _decimals_of(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The names of the members of this kind, and of those within it, that are decimals."""
    return frozenset(_named(inspect.type_info(kind), ""))


def _named(info: inspect.Type, name: str) -> Iterator[str]:
    match info:
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from _named(field.type, field.encode_name)
        case inspect.Metadata(type=it) | inspect.ListType(item_type=it):
            yield from _named(it, name)
        case inspect.VarTupleType(item_type=it):
            yield from _named(it, name)
        case inspect.UnionType(types=kinds):
            for it in kinds:
                yield from _named(it, name)
        case inspect.DecimalType():
            yield name
