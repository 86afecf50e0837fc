"""Versions of read models stand side by side, and a clock that was ahead does not mark what comes after it."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
