"""The simulated bank's books, and the files of payment batches."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
