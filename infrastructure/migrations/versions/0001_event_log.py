"""The event log, the one function that appends to it, and the tables that commands and projections need.

Revision ID: 0001
Revises:
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the SQL file of the same name, so that it can be read and tried as SQL."""
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
