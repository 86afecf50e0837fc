"""Links by which people choose their password, and what sessions are known by."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
