"""What a decision read is checked, a repetition is always recognised, and the head is found past an open import."""

from infrastructure.migrations import told_in_sql

revision, down_revision, upgrade = told_in_sql(__file__)
