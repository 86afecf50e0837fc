"""Followers and workers give signs of life."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
