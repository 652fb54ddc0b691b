"""The portal's decisions, gathered in one value that the procedure is handed.

A deliberate defect is this same value with one decision replaced (`simulator/defects/`), so neither the
procedure nor the decisions themselves ever mention defects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maquette.simulator.domain import (
    activation,
    certificate,
    credentials,
    helpdesk,
    identification,
    identifiers,
    letter,
    login,
    option,
    recap,
    session,
    space,
    space_application,
    steps,
)
from maquette.simulator.domain.activation import Move
from maquette.simulator.domain.certificate import CertificateFacts, CertificateRecord
from maquette.simulator.domain.credentials import EmailClaim
from maquette.simulator.domain.letter import Letter
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import EmailMatch, Policy, PopupMode
from maquette.simulator.domain.recap import Lines
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.session import Leaving, Session
from maquette.simulator.domain.space import Company, Credentials, Space
from maquette.simulator.domain.space_application import Application
from maquette.simulator.domain.steps import Step

Refusals = tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Each field is one decision; its documentation is that of the function it defaults to."""

    # The certificate's door
    notice_shown: Callable[[str | None], str | None] = certificate.notice_shown
    judge_certificate: Callable[
        [CertificateFacts | None, CertificateRecord | None, SpaceState | None, datetime], Refusal | None
    ] = certificate.judge_certificate
    space_opened: Callable[[str, Session | None], str] = certificate.space_opened
    leads_outside: Callable[[Refusal], bool] = certificate.leads_outside

    # Address and password
    opening_credentials: Callable[[Space, Option | None], Credentials | None] = login.opening_credentials
    refusal_of_login: Callable[[Reason], Refusal] = login.refusal_of_login
    email_key: Callable[[str], str] = credentials.email_key
    same_email: Callable[[str, str, EmailMatch], bool] = credentials.same_email
    lockout_end: Callable[[Sequence[datetime], int, timedelta], datetime | None] = activation.lockout_end

    # Sessions
    session_end: Callable[[Session, timedelta], datetime] = session.session_end
    session_bound_to: Callable[[Session, str | None], bool] = session.session_bound_to
    ended_by_leaving: Callable[[], frozenset[Leaving]] = session.ended_by_leaving
    ended_by_activation: Callable[[Sequence[Session]], list[Session]] = session.ended_by_activation

    # The space
    certificate_end_shown: Callable[[Session], datetime | None] = session.certificate_end_shown
    offers_option: Callable[[Session], bool] = session.offers_option
    as_shown: Callable[[Space], Space] = space.as_shown
    services_by_rubric: Callable[[Company], list[tuple[str, list[str]]]] = space.services_by_rubric
    chosen_file: Callable[[Sequence[Company], str | None], Company | None] = space.chosen_file
    files_of_page: Callable[[Sequence[Company], int, int], Sequence[Company]] = space.files_of_page
    has_recap: Callable[[Space], bool] = space.has_recap
    recap_groups: Callable[[Space, Credentials], tuple[tuple[str, Lines], ...]] = recap.recap_groups

    # The way through the option
    reachable: Callable[[SpaceState, Session, Step], Step] = steps.reachable
    proposed_email: Callable[[str, str | None], str] = credentials.proposed_email
    check_email: Callable[[str, str, Policy], Refusals] = credentials.check_email
    check_password: Callable[[str, str, Policy], Refusals] = credentials.check_password
    questions_offered: Callable[[], tuple[str, ...]] = credentials.questions_offered
    check_answer: Callable[[str, str], Refusals] = credentials.check_answer
    judge_address: Callable[[EmailClaim | None, datetime | None, int, datetime, Policy], Refusal | None] = (
        credentials.judge_address
    )
    judge_kept_address: Callable[[Refusal | None], Refusal | None] = credentials.judge_kept_address
    may_opt: Callable[..., bool] = option.may_opt
    left_behind: Callable[[Option | None, Option | None], tuple[Option, ...]] = option.left_behind
    window_end: Callable[[Option, timedelta], datetime] = option.window_end
    state_of: Callable[[Space, Option | None, datetime, datetime | None], SpaceState] = option.state_of

    # The letter
    draw_code: Callable[[Callable[[str], str]], str] = activation.draw_code
    write_letter: Callable[[str, str], Letter] = letter.write_letter
    letters_of: Callable[[str], tuple[str, ...]] = letter.letters_of
    letter_due: Callable[[datetime], datetime] = letter.letter_due
    refused_for_good: Callable[[int], bool] = letter.refused_for_good
    delay_told: Callable[[timedelta], timedelta] = letter.delay_told

    # Activating, and its result
    without_blanks: Callable[[str], str] = activation.without_blanks
    judge_code: Callable[[Option | None, str, SpaceState | None], Reason | None] = activation.judge_code
    judge_window: Callable[[Reason | None], Reason | None] = activation.judge_window
    refusal_of_code: Callable[[Reason], Refusal] = activation.refusal_of_code
    activates: Callable[[Move], bool] = activation.activates
    window_opens: Callable[[PopupMode], PopupMode] = activation.window_opens
    converted: Callable[[Space, Credentials, datetime], Space] = space.converted
    result_end: Callable[[datetime], datetime] = activation.result_end
    result_open: Callable[[datetime | None, datetime], bool] = activation.result_open

    # Without the certificate, without the password, without a space
    judge_outside: Callable[[Space | None, str, str, EmailMatch], Reason | None] = (
        identification.judge_outside
    )
    refusal_of_outside: Callable[[Reason], Refusal] = identification.refusal_of_outside
    judge_recovery: Callable[[Space | None, str, str, str, EmailMatch], Reason | None] = (
        identification.judge_recovery
    )
    refusal_of_recovery: Callable[[Reason], Refusal] = identification.refusal_of_recovery
    ended_by_new_password: Callable[[Sequence[Session]], list[Session]] = session.ended_by_new_password
    check_application: Callable[[Application], Refusals] = space_application.check_application
    founded: Callable[[Application, str, date, str], Space] = space_application.founded
    draw_number: Callable[[date, Callable[[int], int], Callable[[str], bool]], str] = identifiers.draw_number

    # The helpdesk
    helpdesk_open: Callable[[datetime], bool] = helpdesk.helpdesk_open
    helpdesk_phone: Callable[[], str] = helpdesk.helpdesk_phone


RULES = Rules()
"""The rules as portal.md has them."""
