"""What can go wrong, in the domain's own words.

A family says what a caller can do about an error, and nothing about transport: `interfaces/http/shared/problems.py`
holds the one table that turns a family into an HTTP status. `code` is stable, for programs; `detail` is a sentence for
people.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, ClassVar

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong with one part of the input.

    Exactly one of `pointer` (a JSON pointer into the body), `parameter` (a query parameter or header) and `row` (with
    `column`, of an imported file) says where.
    """

    detail: str
    code: str = "invalid"
    pointer: str | None = None
    parameter: str | None = None
    row: int | None = None
    column: str | None = None
    got: Any = None
    expected: Any = None
    nearest: str | None = None


class DaybookError(Exception):
    """The root of every error a caller is meant to see.

    Attributes:
        code: stable name of what went wrong, in snake_case.
        detail: one sentence saying what was got and what was expected.
        faults: one entry per wrong part of the input; empty where the input as a whole is at fault.
        facts: further typed fields of the answer (who decided, which version is current, ...).
    """

    default_code: ClassVar[str] = "error"

    def __init_subclass__(cls, *, code: str = "") -> None:
        """`code` is that of errors of this class that are given none."""
        super().__init_subclass__()
        cls.default_code = code or cls.default_code

    def __init__(
        self, detail: str, *, code: str = "", faults: Sequence[Fault] = (), **facts: Any
    ) -> None:
        super().__init__(detail)
        self.code = code or self.default_code
        self.detail = detail
        self.faults = tuple(faults)
        self.facts = facts


class Malformed(DaybookError, code="malformed"):
    """The input cannot be read: it is not of the form that was asked for."""


class Invalid(DaybookError, code="invalid"):
    """The input reads well, but a value in it has no meaning here."""


class NotFound(DaybookError, code="not_found"):
    """There is no such thing, or the caller may not know that there is."""


class Gone(DaybookError, code="gone"):
    """What the caller goes on from was taken back: they have to look anew at what there is."""


class Unauthenticated(DaybookError, code="unauthenticated"):
    """The caller has not proven who they are."""


class Forbidden(DaybookError, code="forbidden"):
    """The caller is known and may not do this."""


class Refused(DaybookError, code="refused"):
    """The rules of the domain do not allow this now; the facts say why."""


class Conflict(DaybookError, code="conflict"):
    """Somebody else wrote first: the stream is not at the version that was expected."""


class StaleVersion(Conflict, code="stale_version"):
    """What the caller saw, and wants to change, is not what is there now."""

    @classmethod
    def of(cls, expected: Iterable[int], actual: int) -> "StaleVersion":
        """The error for one who saw another version, or others."""
        first, *others = sorted(expected)
        named = " or ".join(map(str, (first, *others)))
        return cls(
            f"this was changed in the meantime: it is at version {actual}, and {named} was expected",
            expected=[first, *others] if others else first,
            actual=actual,
        )


class KeyReused(DaybookError, code="idempotency_key_reused"):
    """An idempotency key came again with another request."""


class Unavailable(DaybookError, code="unavailable"):
    """A collaborator does not answer now; the same call may be sent again.

    Attributes:
        retry_after_s: seconds after which a repetition makes sense.
    """

    def __init__(
        self, detail: str, *, code: str = "", retry_after_s: int = 1, **facts: Any
    ) -> None:
        super().__init__(detail, code=code, **facts)
        self.retry_after_s = retry_after_s


_ROOM_S = 10


def disk_full(whose: str) -> Unavailable:
    """The error of a disk that has no room for what was to be written: nothing of it was, until somebody makes room."""
    detail = f"the disk of {whose} is full; send the same request again once there is room"
    return Unavailable(detail, code="disk_full", retry_after_s=_ROOM_S)


class Throttled(DaybookError, code="too_many_attempts"):
    """The caller has tried too often.

    Attributes:
        retry_after_s: seconds after which another try is allowed.
    """

    def __init__(self, detail: str, *, code: str = "", retry_after_s: int, **facts: Any) -> None:
        super().__init__(detail, code=code, **facts)
        self.retry_after_s = retry_after_s


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name most like `name`, or None if none is near."""
    return next(iter(get_close_matches(name, known, n=1)), None)
