"""The certificate of a persona for each case: its issuer, its usage, its validity.

The validity is relative to the realm's start, and stays when the clock moves. The realm's records say that a
certificate is revoked, tied to no space, or tied to a converted space; such a certificate looks like any
valid one.
"""

from datetime import datetime, timedelta

from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.pki.authority import Authority, KeyPair

LIFETIME = timedelta(days=3 * 365)
WORN_FOR = timedelta(days=30)
ENDING_SOON_IN = timedelta(days=20)
EXPIRED_SINCE = timedelta(days=7)
VALID_IN = timedelta(days=7)


def validity(
    case: CertificateCase, start: datetime, ends: datetime | None = None
) -> tuple[datetime, datetime]:
    """Return the validity of a certificate of that case, for a realm that starts at `start`.

    `ends` sets the end of a certificate that is valid at the start. Raises ValueError when case or start do
    not allow that end, because the persona would become another case.
    """
    not_before, not_after = _validity(case, start)
    if ends is None:
        return not_before, not_after
    if not not_before <= start < min(ends, not_after):
        raise ValueError(f"a certificate that is {case.value} at {start} cannot end at {ends}")
    return not_before, ends


def issue_for_case(
    case: CertificateCase,
    authority: Authority,
    common_name: str,
    not_before: datetime,
    not_after: datetime,
) -> KeyPair:
    """Issue a certificate of that case; both ends belong to its validity."""
    if case is CertificateCase.UNKNOWN_ISSUER:
        return authority.stranger.issue_client(common_name, not_before, not_after)
    if case is CertificateCase.SERVER_CERTIFICATE:
        return authority.intermediate.issue_for_servers(common_name, not_before, not_after)
    return authority.intermediate.issue_client(common_name, not_before, not_after)


def _validity(case: CertificateCase, start: datetime) -> tuple[datetime, datetime]:
    match case:
        case CertificateCase.ENDING_SOON:
            ends = start + ENDING_SOON_IN
            return ends - LIFETIME, ends
        case CertificateCase.EXPIRED:
            ended = start - EXPIRED_SINCE
            return ended - LIFETIME, ended
        case CertificateCase.NOT_YET_VALID:
            begins = start + VALID_IN
            return begins, begins + LIFETIME
        case _:
            return start - WORN_FOR, start + LIFETIME
