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


def session_end(session: Session, idle: timedelta) -> datetime:
    """The last second of a session: when nothing has come for `idle` (SES-2), or its certificate ends."""
    idle_end = session.seen_at + idle
    return min(idle_end, session.certificate_end) if session.certificate_end else idle_end


def session_over(session: Session, now: datetime, idle: timedelta) -> bool:
    """Whether the session has ended; its last second still counts."""
    return now > session_end(session, idle)


def session_bound_to(session: Session, fingerprint: str | None) -> bool:
    """Whether the session may be used by whoever presents this certificate, or none (SES-3).

    One that a password opened is used without any: under a certificate nobody meets another's space.
    """
    return session.fingerprint == fingerprint
