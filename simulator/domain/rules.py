"""The portal's decisions, gathered in one value that the procedure is handed.

A deliberate defect is this same value with one decision replaced (`simulator/defects/`), so neither the
procedure nor the decisions themselves ever mention defects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maquette.simulator.domain import activation, certificate, credentials, option, session, space
from maquette.simulator.domain.certificate import CertificateFacts, CertificateRecord
from maquette.simulator.domain.credentials import EmailClaim
from maquette.simulator.domain.option import Option, SpaceEvent, SpaceState
from maquette.simulator.domain.policy import EmailMatch, Policy
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.session import Session
from maquette.simulator.domain.space import AccessMode, Credentials, Space

Refusals = tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Each field is one decision; its documentation is that of the function it defaults to."""

    judge_certificate: Callable[
        [CertificateFacts | None, CertificateRecord | None, AccessMode | None, datetime], Refusal | None
    ] = certificate.judge_certificate
    session_over: Callable[[Session, datetime, timedelta], bool] = session.session_over
    session_bound_to: Callable[[Session, str | None], bool] = session.session_bound_to
    email_key: Callable[[str], str] = credentials.email_key
    same_email: Callable[[str, str, EmailMatch], bool] = credentials.same_email
    check_email: Callable[[str, str, Policy], Refusals] = credentials.check_email
    check_password: Callable[[str, str, Policy], Refusals] = credentials.check_password
    check_answer: Callable[[str, str], Refusals] = credentials.check_answer
    judge_address: Callable[[EmailClaim | None, int, datetime, Policy], Refusal | None] = (
        credentials.judge_address
    )
    draw_code: Callable[[Callable[[str], str]], str] = activation.draw_code
    judge_code: Callable[[Option | None, str, datetime, timedelta], Reason | None] = activation.judge_code
    lockout_end: Callable[[Sequence[datetime], int, timedelta], datetime | None] = activation.lockout_end
    window_end: Callable[[Option, timedelta], datetime] = option.window_end
    state_of: Callable[[Space, Option | None, datetime, timedelta], SpaceState] = option.state_of
    next_state: Callable[[SpaceState, SpaceEvent], SpaceState | None] = option.next_state
    converted: Callable[[Space, Credentials, datetime], Space] = space.converted


RULES = Rules()
"""The rules as portal.md has them."""
