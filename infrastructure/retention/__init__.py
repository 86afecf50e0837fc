"""What is kept beside the log, and for how long: rows that nobody needs any more are removed."""
