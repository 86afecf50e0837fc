"""Reading the values of filters, of rows and of groups alike."""

from collections.abc import Sequence

from projections.shared.query.faults import Faults
from projections.shared.query.fields import LIST_OPERATORS, FieldType, Operator
from projections.shared.query.parameters import RawFilter
from projections.shared.query.requests import LIST_MAX, Condition
from projections.shared.query.values import EXPECTED, Value, read_value, split_list


def read_conditions(filters: Sequence[RawFilter], faults: Faults) -> tuple[Condition, ...]:
    """The filters with their values read by the type of their fields; what cannot be read is noted."""
    conditions = []
    for raw in filters:
        field = raw.field
        values = read_operand(
            raw.parameter, raw.operator, raw.text, field.type, field.choices, faults
        )
        if values is not None:
            conditions.append(Condition(field, raw.operator, values))
    return tuple(conditions)


def read_operand(
    parameter: str,
    operator: Operator,
    text: str,
    kind: FieldType,
    choices: Sequence[str],
    faults: Faults,
) -> tuple[Value, ...] | None:
    """What an operator compares with: one value, or a list; None, and a fault is noted, if it cannot be read."""
    if operator is Operator.IS_NULL:
        kind, choices = FieldType.BOOLEAN, ()
    items = _items(parameter, operator, text, faults)
    if items is None:
        return None
    values: list[Value] = []
    for item in items:
        try:
            values.append(_read(item, kind, choices))
        except ValueError:
            faults.unreadable(parameter, item, choices or EXPECTED[kind])
    if len(values) < len(items):
        return None
    return _in_range(parameter, operator, text, values, faults)


def _items(parameter: str, operator: Operator, text: str, faults: Faults) -> list[str] | None:
    if operator not in LIST_OPERATORS:
        return [text]
    try:
        items = split_list(text)
    except ValueError:
        faults.unreadable(
            parameter, text, "values separated by commas, those with a comma in double quotes"
        )
        return None
    wanted = range(2, 3) if operator is Operator.BETWEEN else range(1, LIST_MAX + 1)
    if len(items) not in wanted:
        expected = "2 values" if operator is Operator.BETWEEN else f"at most {LIST_MAX} values"
        detail = (
            f"{parameter} has {len(items)} values; {expected}, separated by commas, were expected"
        )
        faults.add(parameter, detail, code="bad_value", got=text, expected=expected)
        return None
    return items


def _read(text: str, kind: FieldType, choices: Sequence[str]) -> Value:
    value = read_value(kind, text)
    if choices and value not in choices:
        raise ValueError
    return value


def _in_range(
    parameter: str, operator: Operator, text: str, values: list[Value], faults: Faults
) -> tuple[Value, ...] | None:
    # Both values are of one type, which has an order.
    if operator is Operator.BETWEEN and values[0] > values[1]:  # type: ignore[operator]
        faults.unreadable(parameter, text, "the lower value first, then the upper one")
        return None
    return tuple(values)
