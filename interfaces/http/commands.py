"""What the answer to every command carries."""

POSITION_HEADERS = {
    "Daybook-Position": "The position in the log up to which this command wrote; for `Daybook-Min-Position`.",
    "Location": "Where the result is found.",
    "Idempotency-Replayed": "`true` if the idempotency key was known: this is the answer of the first time.",
}
"""The headers of a command's answer, for the OpenAPI document."""


def command_headers(position: int, location: str, *, replayed: bool) -> dict[str, str]:
    """The headers of a command's answer."""
    headers = {"Daybook-Position": str(position), "Location": location, "Cache-Control": "no-store"}
    return {**headers, "Idempotency-Replayed": "true"} if replayed else headers
