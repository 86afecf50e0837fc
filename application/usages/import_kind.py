"""Files of usages, as meters and their suppliers tell them: what their columns hold, and which fact a row is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Any
from uuid import UUID

from application.shared.import_kinds import FileColumn, Grounds, ImportKind, Reference
from application.shared.permissions import Permission
from application.shared.streams import Stream, fold
from application.usages.pricing import measured_in, pricing_of, unknown_type
from domain import usage_types
from domain.identity import UserRegistered
from domain.shared.errors import Fault, Invalid, Refused
from domain.shared.numbers import read_decimal
from domain.shared.rules import clean_text
from domain.usage_types import UsageTypeDefined, UsageTypeState, known_type
from domain.usages.usages import (
    RecordUsage,
    UsageRecorded,
    checked_amount,
    recorded,
    told_otherwise,
    usage_uid,
)

METER_LENGTH_MAX = 60


def _meter(text: str) -> str:
    return clean_text(text, METER_LENGTH_MAX)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(f"the id of a usage type was expected, got {text[:80]!r}", code="bad_value")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    expected = "a time with its offset such as 2026-03-31T23:59:00+02:00 was expected"
    raise Invalid(expected, code="unreadable_time")


def _amount(text: str) -> Decimal:
    try:
        return checked_amount(read_decimal(text))
    except ValueError as error:
        raise Invalid(str(error), code="unreadable_amount") from None


def _facts(
    source: str,  # noqa: ARG001 - a reading is that of its meter, whoever sends it
    refers_to: Mapping[str, UUID],
    grounds: Grounds,
) -> Callable[..., UsageRecorded]:
    types, owner, now = _types(grounds), _owner(refers_to.get("user"), grounds), grounds.now()

    def fact(
        meter: str, usage_type_id: int, usage_at: datetime, amount: Decimal, unit: str | None
    ) -> UsageRecorded:
        if usage_type_id not in types:
            raise unknown_type(usage_type_id)
        pricing = pricing_of(types[usage_type_id], usage_at)
        command = RecordUsage(
            **owner,
            usage_at=usage_at,
            measured=measured_in(grounds.units, amount, unit, pricing.normalised_unit),
            pricing=pricing,
            external_id=f"{meter}@{usage_at:%Y-%m-%dT%H:%M:%SZ}",
        )
        return recorded(command, now)

    return _or_invalid(fact)


def _or_invalid(fact: Callable[..., UsageRecorded]) -> Callable[..., UsageRecorded]:
    @wraps(fact)
    def made(*cells: Any) -> UsageRecorded:
        try:
            return fact(*cells)
        except Refused as error:
            fault = Fault(detail=error.detail, code=error.code, pointer="/usage_type_id")
            raise Invalid(error.detail, code=error.code, faults=[fault]) from None

    return made


def _types(grounds: Grounds) -> Mapping[int, Stream[UsageTypeState]]:
    streams = [
        Stream(facts[0].stream_id, tuple(facts), fold(usage_types.DECIDER, facts))
        for facts in grounds.streams_begun_by(UsageTypeDefined)
    ]
    return {one.id: stream for stream in streams if (one := known_type(stream.state))}


def _owner(user_uid: UUID | None, grounds: Grounds) -> dict[str, Any]:
    facts = grounds.stream(user_uid) if user_uid else ()
    registered = facts[0].event if facts else None
    bank_uid = registered.bank_uid if isinstance(registered, UserRegistered) else None
    user_id = facts[0].position if facts else None
    return {"user_uid": user_uid, "user_id": user_id, "bank_uid": bank_uid}


def _without_grounds(*_: object) -> Callable[..., UsageRecorded]:
    raise LookupError("what a usage is counted by stands in the log, not in its file")


KIND = ImportKind(
    name="usages",
    noun="usage",
    permission=Permission.USAGES_IMPORT,
    columns=(
        FileColumn(name="meter", rule=_meter, example="DE-0815-7"),
        FileColumn(name="usage_type_id", rule=_number, example="100"),
        FileColumn(name="usage_at", rule=_moment, example="2026-03-31T23:59:00+02:00"),
        FileColumn(name="amount", rule=_amount, example="212.4"),
        FileColumn(name="unit", example="kWh", required=False),
    ),
    event=UsageRecorded,
    facts=_without_grounds,
    grounded=_facts,
    uid=lambda fact, _: usage_uid(fact.user_uid, fact.external_id or "").hex,
    key="meter",
    amend=lambda facts, fact, _: told_otherwise(facts, fact),
    references=(
        Reference(
            name="user",
            description="The uid of the user whose usages they are, and who alone may change them.",
            opened_by=UserRegistered,
            called="email",
            is_required=True,
        ),
    ),
)
