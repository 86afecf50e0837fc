"""Banks, their accounts, members and administrators. What belongs to another bank than the caller's is not found."""
