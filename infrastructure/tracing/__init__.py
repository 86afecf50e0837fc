"""Traces: where the spans of a process are sent."""
