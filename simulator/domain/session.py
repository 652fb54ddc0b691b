"""A session: who has entered, by which door, and until when it lasts.

Decides when a session is over and which certificate it answers to; it must not know cookies.
Source: rules SES-1 to SES-3; what is typed before the question is answered is a draft (portal.md §4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has typed on the way to the option; it changes nothing.

    `warned` is whether the page on irrevocability was confirmed (OPT-1).
    """

    warned: bool = False
    email: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `fingerprint` is that of the certificate that opened it, None for a password."""

    id: str
    subscriber_number: str
    fingerprint: str | None
    certificate_end: datetime | None
    seen_at: datetime
    draft: Draft


def session_over(session: Session, now: datetime, idle: timedelta) -> bool:
    """Whether nothing has come for longer than `idle` (SES-2), or its certificate has ended since.

    The last second of either still counts.
    """
    certificate_ended = session.certificate_end is not None and now > session.certificate_end
    return certificate_ended or now > session.seen_at + idle


def session_bound_to(session: Session, fingerprint: str | None) -> bool:
    """Whether the session may be used by whoever presents this certificate, or none (SES-3).

    One that a password opened is used without any: under a certificate nobody meets another's space.
    """
    return session.fingerprint == fingerprint
