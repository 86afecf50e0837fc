"""A checkpoint says which log it is of, where that log is on another server."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
