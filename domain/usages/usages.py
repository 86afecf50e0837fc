"""Usages: what somebody used of something, when, and what that emitted.

Rules upheld here:
- an amount is above 0, exact, and has at most 6 decimals; it is kept as given, and as the same in its type's unit;
- a usage lies at most 5 minutes ahead, and not before 1980;
- its emissions are pinned: the amount times the factor that was valid then, exactly. A new factor changes nothing that
  was recorded; another amount keeps the factor, another date or type takes the one valid then;
- a restatement says what a usage emitted by another version of the factor, beside what was pinned.

```
nothing ──recorded──► open ──deleted──► ended
                      │  ▲
                      └──┘ changed, restated
```
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.shared.deciders import Decider
from domain.shared.errors import Fault, Invalid, NotFound
from domain.shared.events import Event, event
from domain.shared.ids import derived
from domain.shared.kits import Ended, Nothing, Open
from domain.shared.numbers import exact_decimal, plain, product, terminating
from domain.shared.rules import checked, clean_text, fields_in

AHEAD_MAX = timedelta(minutes=5)
"""How far the clock of a meter may be ahead of ours."""

FIRST_MOMENT = datetime(1980, 1, 1, tzinfo=UTC)
"""Since then every time zone is whole quarters of an hour off UTC."""

AMOUNT_DECIMALS_MAX = 6
AMOUNT_BELOW = Decimal(10) ** 12
EXTERNAL_ID_LENGTH_MAX = 100


class Pricing(msgspec.Struct, frozen=True, kw_only=True):
    """What a usage is of, and which version of the factor it is counted by."""

    usage_type_uid: UUID
    usage_type_id: int
    usage_type: str
    normalised_unit: str
    factor: Decimal
    factor_version: int
    emissions_unit: str


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An amount as it was given; `ratio` says how many of the type's unit one of its unit is."""

    amount: Decimal
    unit: str
    ratio: Fraction


class Usage(Pricing, frozen=True, kw_only=True):
    """What is known of a usage; its user and bank are null for the operator at the machine itself."""

    user_uid: UUID | None
    user_id: int | None
    bank_uid: UUID | None
    usage_at: datetime
    amount: Decimal
    unit: str
    normalised_amount: Decimal
    emissions: Decimal
    external_id: str | None = None


def usage_uid(owner: UUID | None, external_id: str) -> UUID:
    """The stream of what an owner calls by this id."""
    return derived("usage", str(owner or ""), external_id)


# Commands


class RecordUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Write a usage down. Where its stream has begun, nothing happens."""

    user_uid: UUID | None
    user_id: int | None
    bank_uid: UUID | None
    usage_at: datetime
    measured: Measured
    pricing: Pricing
    external_id: str | None = None


class ChangeUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Change what is given. `pricing` is what is valid at the new date for the new type, if one of them changes."""

    usage_at: datetime | UnsetType = UNSET
    measured: Measured | UnsetType = UNSET
    pricing: Pricing | UnsetType = UNSET


class RestateUsage(msgspec.Struct, frozen=True, kw_only=True):
    """Count what was used of a type, from a moment on and up to another, by this version of its factor.

    Nothing happens to what is none of that, or was deleted.
    """

    restatement_uid: UUID
    since: datetime
    until: datetime
    pricing: Pricing


class DeleteUsage(msgspec.Struct, frozen=True):
    """Take a usage out of every list and sum."""


Command = RecordUsage | ChangeUsage | RestateUsage | DeleteUsage


# Events


@event("usage.recorded.v1", by=RecordUsage)
class UsageRecorded(Usage, Event, frozen=True):
    """Something was used."""


@event("usage.changed.v1", by=ChangeUsage)
class UsageChanged(Pricing, Event, frozen=True):
    """It was used so, from what is known now; `repriced` says that the factor was chosen anew."""

    usage_at: datetime
    amount: Decimal
    unit: str
    normalised_amount: Decimal
    emissions: Decimal
    restated_emissions: Decimal
    repriced: bool


@event("usage.restated.v1", by=RestateUsage)
class UsageRestated(Event, frozen=True):
    """What it emitted by another version of the factor; what was pinned stays beside it."""

    restatement_uid: UUID
    factor: Decimal
    factor_version: int
    restated_emissions: Decimal


@event("usage.deleted.v1", by=DeleteUsage)
class UsageDeleted(Event, frozen=True):
    """It was not used, or is told elsewhere."""


# States


class KnownUsage(Usage, frozen=True, kw_only=True):
    """A usage, and the factor it was restated by."""

    restated_by: Decimal | None = None


State = Nothing | Open[KnownUsage] | Ended[KnownUsage]


def usage_of(state: State) -> KnownUsage:
    """The usage, if there is one; raises `NotFound` if there never was, or it was deleted."""
    if isinstance(state, Open):
        return state.value
    raise NotFound("There is no such usage.")


# Rules


def recorded(command: RecordUsage, now: datetime) -> UsageRecorded:
    """The fact of a usage in its normal form.

    Raises:
        Invalid: a value breaks a rule; one fault per value, with its JSON pointer.
    """
    clean = checked(
        "the usage",
        usage_at=(lambda at: _moment(at, now), command.usage_at),
        amount=(lambda _: _normalised(command.measured), command.measured.amount),
        external_id=(_external_id, command.external_id),
    )
    priced = _priced(command.measured, clean["amount"], command.pricing)
    owner = {name: getattr(command, name) for name in ("user_uid", "user_id", "bank_uid")}
    return UsageRecorded(
        **owner, **priced, usage_at=clean["usage_at"], external_id=clean["external_id"]
    )


def _decide(state: State, command: Command, now: datetime) -> Sequence[Event]:
    if isinstance(command, RecordUsage):
        return [recorded(command, now)] if isinstance(state, Nothing) else []
    if isinstance(command, RestateUsage) and not isinstance(state, Open):
        return []
    usage = usage_of(state)
    match command:
        case ChangeUsage():
            return _changed(usage, command, now)
        case RestateUsage():
            return _restated(usage, command)
        case DeleteUsage():
            return [UsageDeleted()]
        case _:
            assert_never(command)


def _changed(usage: KnownUsage, command: ChangeUsage, now: datetime) -> Sequence[Event]:
    at = usage.usage_at if command.usage_at is UNSET else command.usage_at
    pricing, repriced = Pricing(**fields_in(usage, Pricing)), False
    if command.pricing is not UNSET:
        new = command.pricing
        repriced = at != usage.usage_at or new.usage_type_uid != usage.usage_type_uid
        pricing = new if repriced else pricing
    measured, amount = command.measured, usage.normalised_amount
    if measured is UNSET:
        measured = Measured(amount=usage.amount, unit=usage.unit, ratio=Fraction(1))
    else:
        amount = checked("the usage", amount=(lambda _: _normalised(measured), measured.amount))[
            "amount"
        ]
    at = checked("the usage", usage_at=(lambda at: _moment(at, now), at))["usage_at"]
    priced = _priced(measured, amount, pricing)
    by = usage.restated_by
    by = pricing.factor if repriced or by is None else by
    told = {**priced, "usage_at": at}
    if all(getattr(usage, name) == value for name, value in told.items()):
        return []
    return [UsageChanged(**told, restated_emissions=product(amount, by), repriced=repriced)]


def _restated(usage: KnownUsage, command: RestateUsage) -> Sequence[Event]:
    """Quiet where it is none of what is restated, or was restated so already."""
    pricing = command.pricing
    is_meant = (
        usage.usage_type_uid == pricing.usage_type_uid
        and command.since <= usage.usage_at < command.until
    )
    counted_by = usage.factor if usage.restated_by is None else usage.restated_by
    if not is_meant or counted_by == pricing.factor:
        return []
    return [
        UsageRestated(
            restatement_uid=command.restatement_uid,
            factor=pricing.factor,
            factor_version=pricing.factor_version,
            restated_emissions=product(usage.normalised_amount, pricing.factor),
        )
    ]


def told_otherwise(facts: Sequence[Event], new: UsageRecorded) -> Fault | None:
    """What stands against a usage of an id that these facts tell of: the values of that, as it was recorded and as it
    is by now, are others. What became of it stays."""
    told = [it for it in facts if isinstance(it, UsageRecorded | UsageChanged)]
    if any(_measure_of(it) == _measure_of(new) for it in (told[0], told[-1])):
        return None
    usage = told[-1]
    return Fault(
        detail=f"{new.external_id} is known as {usage.amount} {usage.unit} of {usage.usage_type} at "
        f"{usage.usage_at:%Y-%m-%dT%H:%M:%SZ}; that usage can be changed, or the import that recorded it reverted",
        code="conflicting_external_id",
        column="amount",
        got=f"{new.amount} {new.unit}",
    )


def _measure_of(fact: UsageRecorded | UsageChanged) -> tuple[UUID, datetime, Decimal]:
    return fact.usage_type_uid, fact.usage_at, fact.normalised_amount


def _priced(measured: Measured, amount: Decimal, pricing: Pricing) -> dict[str, Any]:
    return {
        **fields_in(pricing, Pricing),
        "amount": plain(measured.amount),
        "unit": measured.unit,
        "normalised_amount": amount,
        "emissions": product(amount, pricing.factor),
    }


def _moment(at: datetime, now: datetime) -> datetime:
    if at > now + AHEAD_MAX:
        raise Invalid(
            f"a time at most 5 minutes ahead of {now:%Y-%m-%dT%H:%M:%SZ} was expected, got {at}",
            code="in_the_future",
        )
    if at < FIRST_MOMENT:
        raise Invalid(f"a time since 1980 was expected, got {at}", code="too_long_ago")
    return at


def checked_amount(amount: Decimal) -> Decimal:
    """The amount written plainly; raises as `exact_decimal` says."""
    return exact_decimal(amount, decimals_max=AMOUNT_DECIMALS_MAX, below=AMOUNT_BELOW)


def _normalised(measured: Measured) -> Decimal:
    amount = checked_amount(measured.amount)
    exact = terminating(Fraction(amount) * measured.ratio)
    if exact is None:
        raise Invalid(
            f"{amount} {measured.unit} is {Fraction(amount) * measured.ratio} in the unit of its type, which no "
            "decimal says exactly; an amount in that unit was expected",
            code="not_exact",
        )
    return exact_decimal(exact, decimals_max=30, below=AMOUNT_BELOW)


def _external_id(text: str | None) -> str | None:
    return None if text is None else clean_text(text, EXTERNAL_ID_LENGTH_MAX)


def _evolve(state: State, fact: Event) -> State:
    match state, fact:
        case Nothing(), UsageRecorded():
            return Open(KnownUsage(**msgspec.structs.asdict(fact)))
        case Open(usage), UsageChanged():
            said = fields_in(fact, UsageChanged)
            kept = None if said.pop("repriced") else usage.restated_by
            del said["restated_emissions"]
            return Open(msgspec.structs.replace(usage, **said, restated_by=kept))
        case Open(usage), UsageRestated():
            return Open(msgspec.structs.replace(usage, restated_by=fact.factor))
        case Open(usage), UsageDeleted():
            return Ended(usage)
        case _:
            return state


DECIDER: Decider[State, Command] = Decider(Nothing(), _decide, _evolve)
