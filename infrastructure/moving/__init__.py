"""A book from one server to another: the log and what belongs to it, in one file for servers of any version."""
