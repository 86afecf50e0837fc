"""The life of a log: what is removed beside it is noted, and old ranges of it can be detached."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
