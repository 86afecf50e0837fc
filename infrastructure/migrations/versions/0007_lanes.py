"""Reactions wait in lanes, are told together, and can be planned anew to compare."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
