"""What signing in needs and the log must not hold: password hashes, sessions with their refresh tokens, attempts.

Revision ID: 0002
Revises: 0001
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the SQL file of the same name, so that it can be read and tried as SQL."""
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
