"""Banks, accounts, members and administrators as tables to list; account numbers are masked before they get there."""
