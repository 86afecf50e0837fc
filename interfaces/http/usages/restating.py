"""Restating usages: what they emitted by another version of a factor, told before it is recorded."""

from collections.abc import Sequence
from contextlib import aclosing
from decimal import Decimal
from typing import Any

import msgspec

from application.shared.permissions import Permission
from application.usages.restating import USAGES_MAX, Restatement, Restatements, check_number
from domain.shared.errors import Invalid, Refused
from domain.shared.numbers import product, total
from domain.usages.usages import Pricing
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import WRITES, Written, takes
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer
from interfaces.http.usages.reading import RESOURCE
from projections.shared.query.lists import parse_export
from projections.shared.query.values import write_value
from projections.usages.usages import USAGES


class RestatedTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What the usages of the span emitted as pinned (`original`), as restated so far (`before`), and by this version of
    the factor (`after`)."""

    usages: int
    factor: Decimal
    factor_version: int
    original: Decimal
    before: Decimal
    after: Decimal
    emissions_unit: str
    dry_run: bool


@takes(
    "/usages/restatements",
    RESOURCE.plural,
    "Restate usages by another version of a factor",
    Permission.USAGES_RESTATE,
    Restatement(
        usage_type_id=100, factor_version=2, since="2026-01-01", until="2027-01-01", dry_run=True
    ),
    answer(
        200,
        "The totals before and after.",
        example=RestatedTotals(
            usages=1,
            factor=Decimal("0.363"),
            factor_version=2,
            original=Decimal("18.75"),
            before=Decimal("18.75"),
            after=Decimal("4.5375"),
            emissions_unit="kg CO2e",
            dry_run=True,
        ),
        headers=WRITES,
    ),
    problems=[Invalid, Refused],
)
async def restate_usages(request: AnyRequest, asked: Restatement) -> Written:
    """Operators only; up to 10,000 usages at once. What was pinned stays: `basis=original` tells it, `basis=restated`
    the other. Sent again it finds nothing to restate."""
    services, call = services_of(request), call_of(request, is_keyed=False)
    use = services.of(Restatements)
    pricing = await use.pricing(asked, call)
    head = await services.log.head_async()
    await services.checkpoints.wait(USAGES.name, head)
    rows = await _rows(request, asked, pricing)
    position = None
    if not asked.dry_run:
        carried = await use.apply(asked, [row["uid"] for row in rows], call)
        position = carried.position if carried else head
    told = RestatedTotals(
        usages=len(rows),
        factor=pricing.factor,
        factor_version=pricing.factor_version,
        original=total(row["emissions"] for row in rows),
        before=total(row["restated_emissions"] for row in rows),
        after=total(product(row["normalised_amount"], pricing.factor) for row in rows),
        emissions_unit=pricing.emissions_unit,
        dry_run=asked.dry_run,
    )
    return Written(told, position)


async def _rows(
    request: AnyRequest, asked: Restatement, pricing: Pricing
) -> Sequence[dict[str, Any]]:
    """The usages of the span."""
    since, until = asked.span()
    pairs = {
        "usage_type_id": str(pricing.usage_type_id),
        "usage_at[gte]": write_value(since),
        "usage_at[lt]": write_value(until),
        "fields": "uid,normalised_amount,emissions,restated_emissions",
        "limit": str(USAGES_MAX + 1),
    }
    query = parse_export(USAGES.collection, [*pairs.items()])
    rows: list[dict[str, Any]] = []
    async with aclosing(services_of(request).queries.stream(USAGES.collection, query)) as parts:
        async for part in parts:
            rows += part
    check_number(len(rows))
    return rows


ROUTES = [restate_usages]
