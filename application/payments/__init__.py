"""Payments: ordering them, handing them to a rail, recording what became of them; batches for rails that take files.

Rules upheld here:
- what is needed of a claim, an account or a bank is read from their streams, so it is what holds now;
- before an order is handed over, the rail is asked whether it has it: no answer is ever taken for a refusal.
"""
