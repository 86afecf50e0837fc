"""What signing in needs and the log must not hold: password hashes, sessions with their refresh tokens, attempts."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
