"""Checkpoints name the tables they vouch for, and the log has an epoch: what a restore leaves is seen."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
