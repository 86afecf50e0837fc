"""What the tables of members and of administrators have in common."""

from projections.banks.banks import OF_BANK
from projections.shared import columns as col
from projections.shared.folds import created

PERSON = (
    *OF_BANK,
    col.uuid(
        "user_uid", "The user who signs in as this person.", "b1d2c3e4-5f60-8718-8293-a4b5c6d7e816"
    ),
    col.text("first_name", "First name.", "Ines"),
    col.text("last_name", "Last name.", "Falk"),
    col.text("email", "Where letters go.", "ines@harbour.example"),
)
FIRST = "bank_id bank_uid"

# Who comes back keeps the row, and with it both ids.
CAME = created(keeps=("id", "uid", "created_at"))
