"""The event log, the one function that appends to it, and the tables that commands and projections need."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
