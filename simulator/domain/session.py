"""A session: who has entered, by which way, and until when it lasts.

Decides when a session is over, what ends it, and which certificate it is bound to. It must not know cookies.
Source: rules SES-1 to SES-3, OUT-1, NEW-1, PWD-3.
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
    """The text that a person has typed before the option is accepted; it changes nothing yet.

    `warned` says whether the page on irrevocability was confirmed (OPT-1). `application` is the request for a
    new space (NEW-1).
    """

    warned: bool = False
    email: str | None = None
    password_hash: str | None = None
    application: Application | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `fingerprint` names the certificate that opened it; None for any other way.

    `subscriber_number` is None on the way to a new space, which gets its number with the option.
    """

    id: str
    way: Way
    subscriber_number: str | None
    fingerprint: str | None
    certificate_end: datetime | None
    seen_at: datetime
    draft: Draft

    @property
    def offers_option(self) -> bool:
        """Whether its space offers the option: only where a certificate opened it (HOME-4, HOME-5)."""
        return self.fingerprint is not None


class Leaving(Enum):
    """What « Quitter » can end in a browser."""

    SESSION = "session"
    RESULT = "result"


class SessionRules:
    """The decisions on sessions."""

    def end(self, session: Session, idle: timedelta) -> datetime:
        """The last second of a session: `idle` after its last request (SES-2), or its certificate's end."""
        idle_end = session.seen_at + idle
        return min(idle_end, session.certificate_end) if session.certificate_end else idle_end

    def is_bound_to(self, session: Session, fingerprint: str | None) -> bool:
        """Whether a request with this certificate, or with none, may use the session (SES-3).

        A session that a password opened is used without a certificate.
        """
        return session.fingerprint == fingerprint

    def ended_by_leaving(self) -> frozenset[Leaving]:
        """What « Quitter » ends: the session, and the access to an activation's result (SES-1, REG-5)."""
        return frozenset(Leaving)

    def ended_by_activation(self, sessions: Sequence[Session]) -> list[Session]:
        """The sessions of a space that its activation ends: all of them (SES-1)."""
        return list(sessions)
