"""Writes the portal's letters as messages, and their return paths.

The domain decides the text; the safety line always stands at its end. Delay, code and instant are arguments.
It does not know how a letter travels. Source: fiche §3 (the e-mail's picture); rules ACT-4, MAIL-1 to MAIL-4.
"""

import re
from binascii import b2a_qp
from datetime import datetime, timedelta
from email.utils import format_datetime

from maquette.simulator.base.french import SAFETY_LINE, delay_in_words
from maquette.simulator.domain.clock import PARIS, whole_seconds
from maquette.simulator.domain.credentials import well_formed_email
from maquette.simulator.domain.letter import MAIL_DOMAIN
from maquette.simulator.domain.realm import REALM_NAME
from maquette.simulator.domain.rules import RULES, Rules

CORRELATION_HEADER = "X-Maquette-Correlation"
"""The header that names the request that caused the letter, as in the journal and the portal's answer."""

_HEAD = """\
From: {sender}
To: {to}
Subject: {subject}
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

"""

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,200}>")
_RETURN_PATH = re.compile(rf"ne\.pas\.repondre\+(?P<realm>{REALM_NAME})@(?i:{re.escape(MAIL_DOMAIN)})")


def activation_letter(*, to: str, code: str, window: timedelta, rules: Rules = RULES) -> bytes:
    """Return the letter with the activation code for the wire, still without date and Message-ID.

    Its lines are the fiche's paragraphs; quoted-printable keeps them to 76 characters on the wire. A letter
    to an address beyond ASCII needs SMTPUTF8. Raises ValueError for a text that is not one address, or that
    mail programs read as another. Source: fiche §3, rules MAIL-1, MAIL-2.
    """
    if not well_formed_email(to):
        raise ValueError(f"not an e-mail address: {to!r}")
    written = rules.letter.write(code, delay_in_words(window))
    head = _HEAD.format(sender=written.sender, to=to, subject=written.subject)
    text = f"{written.text}\n{SAFETY_LINE}\n"
    return head.replace("\n", "\r\n").encode() + b2a_qp(text.replace("\n", "\r\n").encode())


def stamped(letter: bytes, message_id: str, sent_at: datetime, correlation: str) -> bytes:
    """Return the letter dated in Paris time, with its Message-ID.

    `correlation` names the request that caused it. Raises ValueError for a malformed Message-ID, and for an
    instant without a time zone.
    """
    if _MESSAGE_ID.fullmatch(message_id) is None:
        raise ValueError(f"not a Message-ID: {message_id!r}")
    date = format_datetime(whole_seconds(sent_at).astimezone(PARIS))
    head = f"Date: {date}\r\nMessage-ID: {message_id}\r\n{CORRELATION_HEADER}: {correlation}\r\n"
    return head.encode("ascii") + letter


def message_id_of(option_id: str) -> str:
    """Return the Message-ID of an option's letter; it is the same at each attempt (MAIL-6)."""
    return f"<{option_id}@{MAIL_DOMAIN}>"


def option_of_message_id(message_id: str) -> str:
    """Return the option whose letter has this Message-ID, if it is one of ours."""
    return message_id.strip("<>").partition("@")[0]


def return_path(realm: str) -> str:
    """Return the envelope sender of a realm's letters, which names the realm of their bounces.

    Raises ValueError for an invalid realm name.
    """
    address = f"ne.pas.repondre+{realm}@{MAIL_DOMAIN}"
    if realm_of_return_path(address) is None:
        raise ValueError(f"not a realm's name: {realm!r}")
    return address


def realm_of_return_path(address: str) -> str | None:
    """Return the realm that one of our return paths names; None for any other address."""
    found = _RETURN_PATH.fullmatch(address)
    return None if found is None else found["realm"]
