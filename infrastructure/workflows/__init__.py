"""Reading the documents of workflows, and holding data against their schemas."""
