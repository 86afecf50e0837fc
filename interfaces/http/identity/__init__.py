"""Signing in (`sessions`), and the users whom operators let in (`users`)."""
