"""Workflows: steps that somebody said in a document, and what became of each time that they were gone through."""
