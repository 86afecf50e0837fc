"""Restating usages: what they emitted by another version of a factor, told before it is recorded."""

from collections.abc import Sequence
from contextlib import aclosing
from decimal import Decimal
from typing import Any

import msgspec
from litestar import Response

from application.shared.permissions import Permission
from application.usages.restating import USAGES_MAX, Restatement, Restatements, check_number
from domain.shared.errors import Invalid, Refused
from domain.shared.numbers import product, total
from domain.usages.usages import Pricing
from interfaces.http.shared.command_routes import POSITION_HEADERS
from interfaces.http.shared.inputs import call_of, services_of
from interfaces.http.shared.plain_routes import takes
from interfaces.http.shared.rendering import JSON, encode_json
from interfaces.http.shared.resources import AnyRequest
from interfaces.http.shared.routes import answer
from interfaces.http.usages.reading import RESOURCE
from projections.shared.query.fields import Operator
from projections.shared.query.requests import Condition, ListQuery, SortTerm
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
        headers={"Daybook-Position": POSITION_HEADERS["Daybook-Position"]},
    ),
    problems=[Invalid, Refused],
)
async def restate_usages(request: AnyRequest, asked: Restatement) -> Response[bytes]:
    """Operators only; up to 10,000 usages at once. What was pinned stays: `basis=original` tells it, `basis=restated`
    the other. Sent again it finds nothing to restate."""
    services, call = services_of(request), call_of(request, is_keyed=False)
    use = services.of(Restatements)
    pricing = await use.pricing(asked, call)
    head = await services.log.head_async()
    await services.checkpoints.wait(USAGES.name, head)
    rows = await _rows(request, asked, pricing)
    headers = {"Cache-Control": "no-store"}
    if not asked.dry_run:
        carried = await use.apply(asked, [row["uid"] for row in rows], call)
        headers["Daybook-Position"] = str(carried.position if carried else head)
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
    return Response(encode_json(told), status_code=200, media_type=JSON, headers=headers)


async def _rows(
    request: AnyRequest, asked: Restatement, pricing: Pricing
) -> Sequence[dict[str, Any]]:
    """The usages of the span."""
    field, (since, until) = USAGES.collection.by_name, asked.span()
    names = ("uid", "normalised_amount", "emissions", "restated_emissions")
    query = ListQuery(
        conditions=(
            Condition(field["usage_type_id"], Operator.EQ, (pricing.usage_type_id,)),
            Condition(field["usage_at"], Operator.GTE, (since,)),
            Condition(field["usage_at"], Operator.LT, (until,)),
        ),
        sort=(SortTerm(field["id"]),),
        fields=tuple(field[name] for name in names),
        limit=USAGES_MAX + 1,
    )
    rows: list[dict[str, Any]] = []
    async with aclosing(services_of(request).queries.stream(USAGES.collection, query)) as parts:
        async for part in parts:
            rows += part
    check_number(len(rows))
    return rows


ROUTES = [restate_usages]
