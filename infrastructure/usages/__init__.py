"""What usages need beside the log: invented ones for a first look."""
