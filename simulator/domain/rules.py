# ruff: noqa: RUF009 - the groups have no state
"""The portal's decisions, grouped by subject in one value.

The procedure calls them through this value: `rules.code.judge(...)`. Each group is a class without state;
each method is one decision. What users set is not here: that is the policy.
"""

from dataclasses import dataclass

from maquette.simulator.domain.activation import CodeRules, ResultRules
from maquette.simulator.domain.certificate import CertificateRules
from maquette.simulator.domain.credentials import CredentialRules
from maquette.simulator.domain.helpdesk import HelpdeskRules
from maquette.simulator.domain.identification import IdentificationRules
from maquette.simulator.domain.letter import LetterRules
from maquette.simulator.domain.login import LoginRules
from maquette.simulator.domain.option import OptionRules
from maquette.simulator.domain.policy import PolicyRules
from maquette.simulator.domain.presentation import Presentation
from maquette.simulator.domain.recap import RecapRules
from maquette.simulator.domain.session import SessionRules
from maquette.simulator.domain.space import SpaceRules
from maquette.simulator.domain.space_application import ApplicationRules
from maquette.simulator.domain.steps import StepRules
from maquette.simulator.domain.tries import TryRules


@dataclass(frozen=True, slots=True)
class Rules:
    """The decisions in force: each field is the group of one subject."""

    policy: PolicyRules = PolicyRules()
    certificate: CertificateRules = CertificateRules()
    login: LoginRules = LoginRules()
    tries: TryRules = TryRules()
    session: SessionRules = SessionRules()
    identification: IdentificationRules = IdentificationRules()
    application: ApplicationRules = ApplicationRules()
    steps: StepRules = StepRules()
    credentials: CredentialRules = CredentialRules()
    option: OptionRules = OptionRules()
    letter: LetterRules = LetterRules()
    code: CodeRules = CodeRules()
    result: ResultRules = ResultRules()
    space: SpaceRules = SpaceRules()
    recap: RecapRules = RecapRules()
    helpdesk: HelpdeskRules = HelpdeskRules()
    presentation: Presentation = Presentation()


RULES = Rules()
"""The rules as the fiche has them, without any deliberate defect."""
