"""Usages with their emissions, and goals."""
