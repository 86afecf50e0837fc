"""The read models in PostgreSQL: written by following the log, rebuilt beside the live ones, verified by replay."""
