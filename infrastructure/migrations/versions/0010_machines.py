"""What stands for network addresses, and the keys of service accounts."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
