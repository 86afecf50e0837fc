"""The types of steps, one in each module."""
