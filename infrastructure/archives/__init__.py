"""Old ranges of the log in files: what their events say leaves the database, and comes back when it is asked for."""
