"""Usages of what emits something, and the goals that a bank or firm sets itself for them."""
