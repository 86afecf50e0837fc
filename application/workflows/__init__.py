"""Workflows: documents that say steps, and people going through them.

Rules upheld here:
- a document is held against the form that is published (`docs/workflow.schema.json`) and against the rules of its
  steps before anything is served;
- what is submitted for a page is recorded at once with all that follows from it, in one append, or not at all;
- a type of step is one class in a module of its own under `application/workflows/steps/`.
"""
