"""Reactions in PostgreSQL, from which workers take them; arq on Redis wakes the workers.

PostgreSQL is the truth and the queue: a row per reaction, claimed by one worker at a time.
"""
