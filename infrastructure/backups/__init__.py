"""Copies of a book, and a book out of a copy: all of it by PostgreSQL's own tools."""
