"""A session: who has entered, by which way, and until when it lasts.

Decides when a session is over, what ends it, and which certificate it answers to; it must not know cookies.
Source: rules SES-1 to SES-3, OUT-1, NEW-1, PWD-3; what is typed before the question is answered is a draft
(portal.md §4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from maquette.simulator.domain.space_application import Application


class Way(Enum):
    """How a session began: the first two ways open the space, the others stay outside of it (OUT-1)."""

    CERTIFICATE = "certificate"
    PASSWORD = "password"  # noqa: S105 - the name of a way
    OUTSIDE = "outside"
    CREATION = "creation"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has typed on the way to the option; it changes nothing.

    `warned` is whether the page on irrevocability was confirmed (OPT-1). `application` is what a new space is
    asked for with (NEW-1).
    """

    warned: bool = False
    email: str | None = None
    password_hash: str | None = None
    application: Application | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `fingerprint` is that of the certificate that opened it, None for any other way.

    `subscriber_number` is None while a new space is asked for: it gets its number with the option.
    """

    id: str
    way: Way
    subscriber_number: str | None
    fingerprint: str | None
    certificate_end: datetime | None
    seen_at: datetime
    draft: Draft


class Leaving(Enum):
    """What « Quitter » can end in a browser."""

    SESSION = "session"
    RESULT = "result"


def session_end(session: Session, idle: timedelta) -> datetime:
    """The last second of a session: when nothing has come for `idle` (SES-2), or its certificate ends."""
    idle_end = session.seen_at + idle
    return min(idle_end, session.certificate_end) if session.certificate_end else idle_end


def session_bound_to(session: Session, fingerprint: str | None) -> bool:
    """Whether the session may be used by whoever presents this certificate, or none (SES-3).

    One that a password opened is used without any: under a certificate nobody meets another's space.
    """
    return session.fingerprint == fingerprint


def ended_by_leaving() -> frozenset[Leaving]:
    """What « Quitter » ends: the session, and the sight of an activation's result (SES-1, REG-5)."""
    return frozenset(Leaving)


def ended_by_activation(sessions: Sequence[Session]) -> list[Session]:
    """Those of the space's sessions that its activation ends: every one (SES-1)."""
    return list(sessions)


def ended_by_new_password(sessions: Sequence[Session]) -> list[Session]:
    """Those of the space's sessions that a new password ends: every one, whoever opened it (PWD-4)."""
    return list(sessions)


def certificate_end_shown(session: Session) -> datetime | None:
    """The end of validity that the space shows: of the certificate that opened it, if one did (HOME-4)."""
    return session.certificate_end


def offers_option(session: Session) -> bool:
    """Whether the space shows the way to the option: only where a certificate opened it (HOME-4, HOME-5)."""
    return session.fingerprint is not None
