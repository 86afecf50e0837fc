"""The customers as a table."""

from domain.customers import CustomerRegistered
from projections.shared import columns as col
from projections.shared.folds import created
from projections.shared.model import read_model

CUSTOMERS = read_model(
    "customers",
    "People who handed in what they earn and spend.",
    version=1,
    ids=col.ids(42, "b1d2c3e4-5f60-8718-8293-a4b5c6d7e810", "the customer"),
    columns=[
        col.label("first_name", "Their first name.", "Ada", indexed=True),
        col.label("last_name", "Their last name.", "Holm", indexed=True),
        col.date("date_of_birth", "When they were born.", "1990-12-31"),
        col.recorded_at("When they were registered.", name="registered_at"),
    ],
    on={CustomerRegistered: created()},
)
