"""Reactions to events, and the mailbox of the embedded default."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
