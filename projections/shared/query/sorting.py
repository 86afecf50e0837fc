"""Reading sort orders: `sort=-amount,member_name`, or `sort=amount,member_name&order=desc,asc`."""

from collections.abc import Sequence

from projections.shared.query.faults import Faults
from projections.shared.query.fields import Collection
from projections.shared.query.requests import SORT_MAX, SortTerm


def read_order(
    sort: str | None, order: str | None, known: Sequence[str], faults: Faults
) -> list[tuple[str, bool]]:
    """Names and whether each is descending; unknown or repeated names, and directions that do not fit, are noted."""
    if sort is None:
        if order is not None:
            faults.add("order", "order was given without sort", code="bad_value", got=order)
        return []
    terms = sort.split(",")
    names = [term.removeprefix("-") for term in terms]
    if not faults.are_names(
        "sort", names, known, SORT_MAX, code="not_sortable", cannot="cannot sort by"
    ):
        return []
    return list(zip(names, _directions(terms, order, faults), strict=True))


def _directions(terms: Sequence[str], order: str | None, faults: Faults) -> list[bool]:
    signs = [term.startswith("-") for term in terms]
    if order is None:
        return signs
    words = order.lower().split(",")
    if any(signs):
        faults.add(
            "order",
            "sort has minus signs, so order cannot be given too",
            code="bad_value",
            got=order,
        )
    elif not {*words} <= {"asc", "desc"}:
        faults.unreadable("order", order, "asc or desc for each name of sort, separated by commas")
    elif len(words) != len(terms):
        detail = f"order has {len(words)} directions; sort has {len(terms)} names"
        faults.add("order", detail, code="bad_value", got=order)
    else:
        return [word == "desc" for word in words]
    return signs


def read_sort(
    collection: Collection, sort: str | None, order: str | None, faults: Faults
) -> tuple[SortTerm, ...]:
    """A total order over the rows: what was asked, or the collection's usual order, and the key to break ties.

    The key goes in the direction of the last term, so that an index on (field, key) serves both directions.
    """
    known = [field.name for field in collection.fields if field.ordered]
    asked = read_order(sort, order, known, faults) or read_order(
        collection.default_sort or collection.key, None, known, faults
    )
    terms = [
        SortTerm(collection.by_name[name], descending)
        for name, descending in asked
        if name in known
    ]
    for place, term in enumerate(terms):
        if term.field.name == collection.key:
            return tuple(terms[: place + 1])
    descending = bool(terms) and terms[-1].descending
    return (*terms, SortTerm(collection.key_field, descending))
