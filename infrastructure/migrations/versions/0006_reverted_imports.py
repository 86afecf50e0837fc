"""The runs that were reverted are found at once, however long the log is."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
