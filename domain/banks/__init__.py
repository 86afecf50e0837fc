"""Banks and their people: the context of who may claim money from whom, and into which account it goes.

One module per kind of stream: `banks`, `accounts`, `members`, `administrators`.
"""
