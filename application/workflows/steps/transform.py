"""`transform`: numbers that follow from others."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from application.workflows.step_types import NAME, POINTER, StepType, Surroundings
from application.workflows.values import NUMBER_LIMIT
from domain.shared.numbers import plain, total
from domain.workflows.definitions import Schema, WorkflowStep
from domain.workflows.instances import Data

_DECIMALS = Decimal("0.000001")
_WIDE = Context(prec=100, rounding=ROUND_HALF_EVEN)

Numbers = Sequence[Decimal]


def _divided(one: Decimal, by: Decimal) -> Decimal | None:
    """To six decimals, half to even: the one place where something is rounded."""
    return plain(_WIDE.divide(one, by).quantize(_DECIMALS, context=_WIDE)) if by else None


_OF_ALL: Mapping[str, Callable[[Numbers], Decimal | int | None]] = {
    "difference": lambda them: total([them[0], -them[1]]),
    "ratio": lambda them: _divided(them[0], them[1]),
}
"""Of exactly two numbers: where one is not known, neither is what follows from them."""

_OF_THOSE_THERE: Mapping[str, Callable[[Numbers], Decimal | int | None]] = {
    "sum": total,
    "mean": lambda them: _divided(total(them), Decimal(len(them))),
    "min": min,
    "max": max,
    "count": len,
}


class TransformStep(StepType):
    """Works numbers out, exactly; ratios and means are rounded to six decimals, half to even."""

    name = "transform"
    meaning = (
        "Works numbers out of others: ratios and means to six decimals, everything else exactly."
    )
    needs = ("results",)
    node = ("[[", "]]")

    def members(self, known: Surroundings) -> Mapping[str, Schema]:  # noqa: ARG002
        two = {"type": "array", "items": POINTER, "minItems": 2, "maxItems": 2}
        some = {"type": "array", "items": POINTER, "minItems": 1, "maxItems": 50}
        operations = dict.fromkeys(_OF_ALL, two) | dict.fromkeys(_OF_THOSE_THERE, some)
        return {
            "results": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 50,
                "propertyNames": NAME,
                "additionalProperties": {
                    "type": "object",
                    "properties": operations,
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": False,
                },
                "description": "The numbers by name: what is done, and with which.",
            }
        }

    def leaves(self, step: WorkflowStep) -> Schema:
        number = {"type": "number"}
        return {"type": "object", "properties": dict.fromkeys(step.settings["results"], number)}

    def reads(self, step: WorkflowStep) -> Sequence[tuple[str, str]]:
        return [
            (f"/results/{name}/{operation}/{place}", pointer)
            for name, said in step.settings["results"].items()
            for operation, pointers in said.items()
            for place, pointer in enumerate(pointers)
        ]

    def performed(self, step: WorkflowStep, data: Data) -> Mapping[str, Any]:
        values = {
            name: _worked_out(operation, [_number(data, pointer) for pointer in pointers])
            for name, said in step.settings["results"].items()
            for operation, pointers in said.items()
        }
        return {name: value for name, value in values.items() if value is not None}


def _worked_out(operation: str, numbers: Sequence[Decimal | None]) -> Decimal | int | None:
    there = [number for number in numbers if number is not None]
    value: Decimal | int | None = None
    if operation in _OF_ALL:
        value = _OF_ALL[operation](there) if len(there) == len(numbers) else None
    elif there or operation == "count":
        value = _OF_THOSE_THERE[operation](there)
    return None if value is None or abs(Decimal(value)) >= NUMBER_LIMIT else value


def _number(data: Data, pointer: str) -> Decimal | None:
    _, step, name = pointer.split("/")
    value = data.get(step, {}).get(name)
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    return Decimal(value)


STEP_TYPE = TransformStep()
