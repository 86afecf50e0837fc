"""Reactions: what Daybook does of its own accord because something was recorded.

A policy (`application/policies.py`) says which event leads to which reaction; a handler (`handlers.py`) carries one out
through a port and reports what came of it by a command. In between lies a row per reaction that nothing can lose.

Rules upheld here:
- a reaction's id follows from its policy, event and kind, so planning it twice plans it once;
- an effect carries that id as its idempotency key, so doing it twice does it once;
- what fails is tried again after 1 s, 2 s, 4 s … 5 min, and parked for an operator after 12 failures;
- what cannot succeed by waiting is parked at once.
"""
