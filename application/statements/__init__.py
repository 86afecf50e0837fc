"""Statements: twelve months of what a customer earned and spent, read out of a workbook or CSV."""
