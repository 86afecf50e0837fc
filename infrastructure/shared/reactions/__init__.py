"""Reactions in PostgreSQL, carried to the workers by arq on Redis.

PostgreSQL is the truth: a row per reaction, claimed by one worker at a time. Redis only tells workers where to look, so
what it forgets, the sweep tells again.
"""
