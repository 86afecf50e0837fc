"""Reading delivery reports: what real servers write, and what nobody should."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.mail.reports import READ_BYTES_MAX, DeliveryReport, read_report
from tests.reports import KINDS, a_report

ID = "<1d6a6a2e30c28c1b9a1f2f4a54a1c0de@daybook.example>"
REASONS = {
    "postfix": "550 5.1.1 <ines.falk@harbour.example>: Recipient",
    "headers only": "5.1.1",
    "international": "5.1.1 550",
    "without the message": "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
}
LINE_ENDS: list[Callable[[bytes], bytes]] = [
    lambda raw: raw,
    lambda raw: raw.replace(b"\r\n", b"\n"),
    lambda raw: raw.replace(b"\r\n", b"\r"),
]


@pytest.mark.parametrize("line_ends", LINE_ENDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_names_the_message_and_the_reason(
    kind: str, line_ends: Callable[[bytes], bytes]
) -> None:
    report = read_report(line_ends(a_report(ID, kind=kind)))
    assert report is not None
    assert report.message_id == ID
    assert (report.bounced or "").startswith(REASONS[kind])


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "FAILEDish", ""])
@pytest.mark.parametrize("kind", KINDS)
def test_what_did_not_fail_is_no_bounce(kind: str, action: str) -> None:
    raw = a_report(ID, kind=kind, action=action, status="4.4.1")
    assert read_report(raw) == DeliveryReport(ID, None)


def test_a_delay_that_came_to_its_end_is_a_bounce() -> None:
    report = read_report(a_report(ID, kind="headers only", action="Failed", status="4.4.7"))
    assert report == DeliveryReport(ID, "4.4.7")


def test_what_fails_for_one_of_many_failed() -> None:
    others = b"Final-Recipient: rfc822; a@b.example\r\nAction: delivered\r\n\r\nFinal-Recipient"
    raw = a_report(ID).replace(b"Final-Recipient", others, 1)
    report = read_report(raw)
    assert report is not None
    assert report.bounced


def test_a_message_of_any_length_is_read_from_its_beginning() -> None:
    long = a_report(ID).replace(b"Dear Ines,", b"Dear Ines,\r\n" * 50_000)
    assert len(long) > 5 * READ_BYTES_MAX
    assert read_report(long) == read_report(a_report(ID))


NONE = {
    "nothing": b"",
    "an answer": b"From: a@b.example\r\nSubject: Out of office\r\n\r\nI am away.\r\n",
    "an answer in parts": a_report(ID).replace(b"multipart/report", b"multipart/mixed"),
    "about no message": a_report(ID).replace(b"Message-ID: ", b"X-ID: "),
    "no status": a_report(ID).replace(b"message/delivery-status", b"text/plain"),
    "no parts": b"Content-Type: multipart/report; boundary=x\r\n\r\nnothing\r\n",
    "a receipt": a_report(ID).replace(b"delivery-status", b"disposition-notification"),
}


@pytest.mark.parametrize("what", NONE)
def test_what_is_no_report_is_none(what: str) -> None:
    assert read_report(NONE[what]) is None


def _nested(depth: int, *, line: bytes = b"x\r\n") -> bytes:
    parts = (
        b"Content-Type: multipart/report; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
        for n in range(depth)
    )
    head = b"".join(parts)
    return head + line * ((READ_BYTES_MAX - len(head)) // len(line))


HOSTILE = {
    "quotes": b'Content-Type: multipart/report; a="' + b";" * READ_BYTES_MAX + b"\r\n\r\nx",
    "folded quotes": b'Content-Type: multipart/report; a="' + b"\r\n ;;;;;;;;" * 6_000 + b"\r\n\r\nx",
    "quotes after a bare return": b"X: y\rContent-Type: multipart/report; a=\"" + b";" * READ_BYTES_MAX,
    "quotes in a part": a_report(ID).replace(b"text/plain", b'text/plain; a="' + b";" * 60_000, 1),
    "deep": _nested(1_500),
    "rather deep": _nested(400),
    "digests": b"Content-Type: multipart/digest; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 8_000,
    "messages in messages": b"Content-Type: message/rfc822\r\n\r\n" * 2_000,
    "a long line": b"A" * READ_BYTES_MAX,
    "many headers": b"A: b\r\n" * 10_000 + b"\r\n",
    "encoded words": b"Content-Type: multipart/report\r\n" + b"Subject: " + b"=?utf-8?q?=?= " * 4_000,
    "control characters": a_report("\0\x1b\x7f"),
    "bytes": a_report(ID).replace(b"Message-ID", b"\xff\xfe\r\n\xffMessage-ID\x80"),
    "a charset": a_report(ID, kind="headers only").replace(b"headers\r\n", b"headers; charset=\xff\r\n"),
    "an encoding": a_report(ID, kind="headers only").replace(
        b"rfc822-headers\r\n", b"rfc822-headers\r\nContent-Transfer-Encoding: base64\r\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_ends_the_reader(what: str) -> None:
    report = read_report(HOSTILE[what])
    assert report is None or report.message_id


@pytest.mark.parametrize("before", [b"", b"X: y\r"])
@pytest.mark.parametrize(("length", "is_read"), [(100, True), (2_000, False)])
def test_a_type_on_which_the_parser_would_be_busy_is_not_read(
    before: bytes, length: int, is_read: bool
) -> None:
    kept = b'Content-Type: multipart/report; a="' + b";" * length + b'";'
    raw = a_report(ID).replace(b"Content-Type: multipart/report;", before + kept, 1)
    assert (read_report(raw) is not None) == is_read


@pytest.mark.parametrize(("depth", "is_read"), [(5, True), (20, False)])
def test_what_is_nested_deeper_than_any_report_is_not_read(depth: int, is_read: bool) -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(depth)
    )
    raw = a_report(ID).replace(b"Content-Type: text/plain\r\n\r\nDear", deep + b"\r\nDear")
    assert deep in raw
    assert (read_report(raw) is not None) == is_read


@given(st.binary(max_size=400), st.integers(0, 3_000), st.integers(0, 40))
def test_bytes_of_any_kind_are_read_or_are_no_report(
    noise: bytes, place: int, left_out: int
) -> None:
    raw = a_report(ID)
    for spoilt in (noise, raw[:place] + noise + raw[place + left_out :]):
        report = read_report(spoilt)
        assert report is None or report.message_id
