"""Workbooks that are written."""
