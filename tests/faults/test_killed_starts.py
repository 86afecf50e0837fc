"""`daybook up`, killed at any moment of its start: the next one starts, and nothing of the last one is left."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from infrastructure.embedded.orphans import end_orphans, mark
from infrastructure.embedded.processes import spawn
from tests.processes import Up, alive, family, wait_until

LONG = os.environ.get("DAYBOOK_FAULTS") == "long"
