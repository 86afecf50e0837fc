"""A customer as a form of a workflow records one."""

from collections.abc import Mapping
from typing import Any

import msgspec

from application.shared.permissions import everything
from application.shared.recordables import Recordable
from application.shared.streams import Entity
from domain import customers
from domain.customers import NAME_LENGTH_MAX, CustomerDetails, CustomerRegistered, RegisterCustomer
from domain.shared.kits import Recorded
from domain.shared.rules import fields_in

CUSTOMER = Entity("customer", customers.DECIDER, CustomerRegistered, everything)


def _values(state: Any) -> Mapping[str, Any]:
    known = fields_in(state.fact, CustomerDetails) if isinstance(state, Recorded) else {}
    return {
        name: value if isinstance(value, str) else value.isoformat()
        for name, value in known.items()
    }


_NAME = {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH_MAX}

RECORDABLE = Recordable(
    noun="customer",
    schema={
        "type": "object",
        "properties": {
            "first_name": _NAME,
            "last_name": _NAME,
            "date_of_birth": {"type": "string", "format": "date"},
        },
        "required": ["first_name", "last_name", "date_of_birth"],
    },
    decider=customers.DECIDER,
    opened_by=CustomerRegistered,
    command=lambda values: msgspec.convert(values, RegisterCustomer),
    values=_values,
)
