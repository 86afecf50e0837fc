"""Delivery reports as mail servers write them."""

POSTFIX = """\
From: MAILER-DAEMON@mx.firm.example (Mail Delivery System)
To: daybook@daybook.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4XyZ.1732240000/mx.firm.example"

This is a MIME-encapsulated message.

--4XyZ.1732240000/mx.firm.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.firm.example.

--4XyZ.1732240000/mx.firm.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.firm.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Sun, 22 Nov 2026 01:00:00 +0000 (UTC)

Final-Recipient: rfc822; ines.falk@harbour.example
Original-Recipient: rfc822;ines.falk@harbour.example
Action: {action}
Status: {status}
Remote-MTA: dns; mail.harbour.example
Diagnostic-Code: smtp; 550 5.1.1 <ines.falk@harbour.example>: Recipient
    address rejected: User unknown

--4XyZ.1732240000/mx.firm.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <daybook@daybook.example>
Received: from worker (localhost [127.0.0.1])
\tby mx.firm.example (Postfix) with ESMTP id 4XyZ
From: Harbour Bank via Daybook <daybook@daybook.example>
To: Ines Falk <ines.falk@harbour.example>
Subject: Your claim was denied
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_x"

--=_x
Content-Type: text/plain

Dear Ines,
--=_x--

--4XyZ.1732240000/mx.firm.example--
"""

HEADERS_ONLY = """\
From: "Mail Delivery Subsystem" <mailer-daemon@mx.firm.example>
Content-Type: multipart/report; boundary="b"; report-type="delivery-status"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.firm.example

Final-Recipient: rfc822; ines.falk@harbour.example
Action: {action} (after 5 days)
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-Id:
 {message_id}
Subject: Your claim was denied
--b--
"""

INTERNATIONAL = """\
Content-Type: multipart/report; boundary="b"; report-type="delivery-status"

--b
Content-Type: text/plain; charset=utf-8

Ζωή.
--b
Content-Type: message/global-delivery-status

Reporting-MTA: dns; mx.firm.example

Final-Recipient: utf-8; ζωή@harbour.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 άγνωστος

--b
Content-Type: message/global-headers

Message-ID: {message_id}
--b--
"""

WITHOUT_THE_MESSAGE = """\
In-Reply-To: {message_id}
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; exchange.firm.example

Final-recipient: RFC822; ines.falk@harbour.example
Action: {action}
Status: {status}
Diagnostic-code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found

--b--
"""

KINDS = {
    "postfix": POSTFIX,
    "headers only": HEADERS_ONLY,
    "international": INTERNATIONAL,
    "without the message": WITHOUT_THE_MESSAGE,
}


def a_report(
    message_id: str, *, kind: str = "postfix", action: str = "failed", status: str = "5.1.1"
) -> bytes:
    """A report about a message, with the line ends that go over the wire."""
    text = KINDS[kind].format(message_id=message_id, action=action, status=status)
    return text.replace("\n", "\r\n").encode()
