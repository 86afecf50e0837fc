"""Ids that follow from what they name: the same parts give the same id, on every machine and for ever."""

from hashlib import sha256
from uuid import UUID


def derived(kind: str, *parts: str | UUID) -> UUID:
    """A UUID of version 8 (RFC 9562) from SHA-256 over a kind of thing and what tells it from others of its kind.

    A part is told apart from its neighbours by its length, so that ("ab", "c") and ("a", "bc") differ.
    """
    digest = sha256()
    for part in (kind, *map(str, parts)):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return as_uuid8(digest.digest()[:16])


ANEW = "recorded anew"


def anew(uid: UUID, run: UUID) -> UUID:
    """The uid under which that is recorded anew whose stream `uid` was recorded by an import that was reverted.

    Bulk appends make the same in SQL; where that stream was reverted as well, it is done once more.
    """
    return derived(ANEW, uid, run)


def as_uuid8(digest: bytes) -> UUID:
    """The first 16 bytes of a digest with the version and variant bits of a UUID of version 8."""
    number = int.from_bytes(digest[:16], "big")
    number = (number & ~(0xF << 76)) | (8 << 76)
    return UUID(int=(number & ~(0x3 << 62)) | (0x2 << 62))


def uuid8_hex(digest: str) -> str:
    """The same of a hexadecimal digest, as 32 digits: for hot paths, where a `UUID` would cost more than the digest."""
    return f"{digest[:12]}8{digest[13:16]}{_VARIANT[digest[16]]}{digest[17:32]}"


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
