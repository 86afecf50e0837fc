"""Delivery reports (RFC 3464, RFC 6533): what a mail server writes about mail of ours that it could not deliver.

Rules upheld here:
- whoever can send mail can write a report: what cannot be read is none, and costs little to look at, whatever it holds;
- a report that mail is delayed, was delivered or was passed on tells of no bounce.
"""

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32

import msgspec

READ_BYTES_MAX = 65_536
"""So much of a report is read: what failed stands in front of the message that came back."""

_PARTS_MAX = 16
_CONTENT_TYPE_MAX = 1_000
_CONTENT_TYPES = re.compile(
    rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
_NESTING = (b"multipart", b"message/")

_STATUS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global", "message/global-headers", "text/rfc822-headers")


class DeliveryReport(msgspec.Struct, frozen=True):
    """What a report tells of a message: why it came back, None if it did not."""

    message_id: str
    bounced: str | None


def read_report(raw: bytes) -> DeliveryReport | None:
    """What a message says as a delivery report; None if it is none, or names no message that it is about."""
    start = raw[:READ_BYTES_MAX].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if _is_costly(start):
        return None
    try:
        mail = BytesParser(policy=compat32).parsebytes(start)
        return _report(mail) if mail.get_content_type() == "multipart/report" else None
    except Exception:  # noqa: BLE001 - the parser has faults of its own, and a stranger chose what it meets
        return None


def _is_costly(raw: bytes) -> bool:
    """Whether it is nested deeper than any report is, or has a type on which the parser would be busy for minutes."""
    lowered = raw.lower()
    return any(lowered.count(word) > _PARTS_MAX for word in _NESTING) or any(
        len(found[0]) > _CONTENT_TYPE_MAX for found in _CONTENT_TYPES.finditer(raw)
    )


def _report(mail: Message) -> DeliveryReport | None:
    parts = _messages(mail.get_payload())
    status = next((part for part in parts if _is(part, _STATUS)), None)
    message_id = next(filter(None, map(_message_id_in, parts)), _text(mail, "In-Reply-To"))
    if status is None or not message_id:
        return None
    failed = (block for block in _blocks(status) if _action(block) == "failed")
    return DeliveryReport(message_id, next(map(_reason, failed), None))


def _is(part: Message, kinds: Sequence[str]) -> bool:
    return part.get_content_type() in kinds


def _messages(payload: object) -> list[Message]:
    return (
        [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []
    )


def _blocks(status: Message) -> Iterator[Message]:
    """What is said of the message, then of each recipient."""
    for block in _messages(status.get_payload()):
        yield block
        rest = block.get_payload()  # all recipients, where the parser does not know the type
        for text in re.split(r"\n\n", rest) if isinstance(rest, str) else ():
            yield HeaderParser(policy=compat32).parsestr(text)


def _action(block: Message) -> str:
    return _text(block, "Action").partition("(")[0].strip().lower()


def _reason(block: Message) -> str:
    said = _text(block, "Diagnostic-Code").partition(";")[2].strip()
    status = _text(block, "Status")
    return said if status in said else f"{status} {said}".strip()


def _message_id_in(part: Message) -> str:
    """The id of the message that came back, if this part is it."""
    if not _is(part, _RETURNED):
        return ""
    if part.get_content_type() == "text/rfc822-headers":
        content = part.get_payload(decode=True)
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        return _text(HeaderParser(policy=compat32).parsestr(text), "Message-ID")
    return next((_text(inner, "Message-ID") for inner in _messages(part.get_payload())), "")


def _text(message: Message, header: str) -> str:
    return str(message.get(header, "")).strip()
