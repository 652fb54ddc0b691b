"""The notice that a mail could not be delivered, as a recipient's mail server writes it to the sender.

It does not know why a mail bounces, nor how the notice travels. It is written octet by octet, because its
addresses may hold any octets. Source: rule MAIL-5; RFC 3464.
"""

from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from maquette.simulator.base.french import SAFETY_LINE
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.mail.letter_reader import head_of

MAIL_SERVER = "messagerie.example"
AUTHOR = f"Messagerie <mailer-daemon@{MAIL_SERVER}>"
SUBJECT = "Avis de non-remise"
STATUS = "5.1.1"
"""The status of a mailbox that does not exist (RFC 3463)."""

_NOTICE = """\
From: {author}
To: <{to}>
Subject: {subject}
Date: {date}
Message-ID: {notice_id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Votre message n'a pas pu être remis à :

{named}

La boîte aux lettres du destinataire n'existe pas. Le message ne sera pas présenté de nouveau ; ses
en-têtes sont joints à cet avis.

{safety_line}

--{boundary}
Content-Type: message/delivery-status
Content-Transfer-Encoding: 8bit

Reporting-MTA: dns; {server}
Arrival-Date: {date}

{statuses}
--{boundary}
Content-Type: text/rfc822-headers; charset=utf-8
Content-Transfer-Encoding: 8bit

"""

_STATUS = """\
Final-Recipient: {kind}; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such mailbox
"""


def bounce_notice(*, to: str, recipients: tuple[str, ...], mail: bytes, at: datetime, key: str) -> bytes:
    """Return the notice to the sender `to`, dated `at`, with CRLF line ends; `key` makes its ids unique.

    `mail` is the mail that bounces. The notice holds its headers, and not its text, because the text holds a
    code.
    """
    boundary = f"=_{key}"
    notice = _NOTICE.format(
        author=AUTHOR,
        to=to,
        subject=Header(SUBJECT, "utf-8").encode(),
        date=format_datetime(at.astimezone(PARIS)),
        notice_id=f"<{key}@{MAIL_SERVER}>",
        boundary=boundary,
        named="\n".join(recipients),
        safety_line=SAFETY_LINE,
        server=MAIL_SERVER,
        statuses="\n".join(map(_status, recipients)),
    )
    end = f"\r\n--{boundary}--\r\n".encode("ascii")
    return notice.replace("\n", "\r\n").encode("utf-8", "surrogateescape") + head_of(mail) + end


def _status(recipient: str) -> str:
    kind = "rfc822" if recipient.isascii() else "utf-8"
    return _STATUS.format(kind=kind, recipient=recipient, status=STATUS)
