"""Usages: recorded one by one or many at once, read as a collection or as a series over time."""
