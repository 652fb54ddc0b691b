"""The journeys of people under load, and the names of their steps in figures, thresholds and reports.

Closed sets: a profile that names another is refused. A step is named by the fiche's part and by the screen
that it leads to; 1 to 4 are the fiche's four parts, 5 is the way back in, 6 what ought to be refused or gets
stuck. Source: fiche §2 to §5.
"""

from enum import StrEnum


class LoadStep(StrEnum):
    """A step: one request, with the redirects that a person does not see, or the waiting for a mail."""

    HOME = "1.1 home"
    ACCESS = "1.2 access"
    CERTIFICATE = "1.3 certificate"
    WARNING = "1.4 warning"
    OPTING = "1.5 opting"
    LEAVING = "1.6 leaving"
    CREDENTIALS = "2.1 credentials"
    QUESTION = "2.2 question"
    MAIL = "2.3 mail"
    ACTIVATION = "3.1 activation"
    CODE = "3.2 code"
    REGISTRATION = "3.3 registration"
    RECAP = "4.1 recap"
    PASSWORD = "5.1 password"  # noqa: S105 - the name of a step
    COORDINATES = "5.2 coordinates"
    RECAP_AGAIN = "5.3 recap again"
    USED_CODE = "6.1 used code"
    SAME_EMAIL = "6.2 same e-mail"
    BLOCKED = "6.3 blocked window"
    CREATION = "6.4 way back"
    EXPIRED = "6.5 expired"


class Journey(StrEnum):
    """A journey: what one person comes for (two people, where they collide)."""

    OPTING = "opting"
    REUSING = "reusing"
    CERTIFICATE = "certificate"
    PASSWORD = "password"  # noqa: S105 - the name of a journey
    LATE = "late"
    COLLIDING = "colliding"
    STUCK = "stuck"
    RECAP = "recap"
    EXPIRED = "expired"


MAIL = "MAIL"
"""The kind of the entry that counts mails; its time is the person's wait for the code, in ms."""

PAIR, PAGE, BUG = "PAIR", "PAGE", "BUG"
"""Kinds of checks between requests: of two people's answers, of a page; and what went wrong in a journey."""

TIMELESS = frozenset({PAIR, PAGE, BUG})
CHECKS = TIMELESS | {MAIL}
"""Kinds of entries that are no requests, and those of them that take no time."""
