"""Usages: recording them one by one, many at once or from files, and counting them by another factor."""
