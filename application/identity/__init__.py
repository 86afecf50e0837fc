"""Who uses Daybook, and how they prove it.

Rules upheld here:
- an unknown address, a wrong password and a user who may not sign in get the same answer after the same work;
- a refresh token is good for one use; one that comes back ends its session;
- another password ends every session at once; access tokens, which nobody can call back, live ten minutes.
"""
