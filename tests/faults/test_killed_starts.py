"""`daybook up`, killed at any moment of its start: the next one starts, and nothing of the last one is left."""

import os

LONG = os.environ.get("DAYBOOK_FAULTS") == "long"
