"""Signs of life: each follower of the log gives them under its name, workers as `worker`."""

WORKER = "worker"

BEAT_S = 2.0
"""Seconds between two signs."""

BEAT = """
    INSERT INTO daybook.heartbeats SELECT name, clock_timestamp() FROM unnest(%s::text[]) AS name
    ON CONFLICT (name) DO UPDATE SET at = excluded.at
"""

HEARD = "SELECT name, extract(epoch FROM clock_timestamp() - at)::float8 FROM daybook.heartbeats"
"""How many seconds ago each of them did."""
