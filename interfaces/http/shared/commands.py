"""What the answer to every command carries."""

POSITION_HEADERS = {
    "Daybook-Position": "The position in the log up to which this command wrote; for `Daybook-Min-Position`.",
    "Location": "Where the result is found.",
    "Idempotency-Replayed": "`true` if the idempotency key was known: this is the answer of the first time.",
}
"""The headers of a command's answer, for the OpenAPI document."""


ETAG_HEADER = {"ETag": "The version of the record as it is now; for `If-Match`."}
"""Beside `POSITION_HEADERS`, for what can be changed."""


def command_headers(
    position: int, location: str, *, replayed: bool, version: int | None = None
) -> dict[str, str]:
    """The headers of a command's answer; `version` is that of what it left, for things that can be changed."""
    headers = {"Daybook-Position": str(position), "Location": location, "Cache-Control": "no-store"}
    if version is not None:
        headers["ETag"] = f'"{version}"'
    return {**headers, "Idempotency-Replayed": "true"} if replayed else headers
