"""What a bulk append writes goes through functions as well, so that no process needs to write the log itself."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
