"""Replays that operators ask for: a projector verifies a read model, or builds it anew."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
