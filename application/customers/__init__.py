"""Customers: registered by the forms of workflows."""
