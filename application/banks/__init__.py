"""Banks, their accounts, members and administrators."""
