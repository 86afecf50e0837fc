"""Importing files of any kind.

Rules upheld here:
- nothing is ever half imported: the rows of a file and the end of its run are one transaction;
- a file that was imported before adds nothing, and says so;
- whatever ends an import, bad rows or an unreadable file, leaves a run that can be looked up;
- a file that was accepted to be imported later is imported once, whichever process does it and however often one dies.

All events of one import carry its id as their correlation id.
"""
