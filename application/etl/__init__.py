"""The nightly pipeline of transactions: extract, transform, load, each a step of an import run.

Rules upheld here:
- what goes wrong ends the run with a reason, and what was loaded before stands;
- a step hands over nothing but the id of its run: what it made lies in work files;
- the same day again, twice at once, late or in any order: the book comes out the same.
"""
