"""The simulated bank's books, and the files of payment batches.

Revision ID: 0004
Revises: 0003
"""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL file of the same name, so that it can be read and tried as SQL."""
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
