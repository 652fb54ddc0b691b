"""The packaged scenarios of a rule catch each deliberate defect of it, as `maquette audit` measures.

The quick run plays the scenario that catches the defect soonest; the full run plays them all.
"""

import asyncio

import pytest
import sizes

from maquette.fixtures.installation import Installation
from maquette.scenarios.catalogue import catalogue
from maquette.scenarios.narration import Driver
from maquette.scenarios.runner import ScenarioResult, Stage, play_one
from maquette.scenarios.story import Scenario
from maquette.simulator.defects.catalogue import DEFECTS, Defect

AT_A_TIME = 6

CAUGHT_BY = {
    "expired-certificate-accepted": "certificate-expired",
    "future-certificate-accepted": "certificate-not-yet-valid",
    "revoked-certificate-accepted": "certificate-revoked",
    "one-reason-for-every-certificate": "certificate-expired",
    "no-way-out-named": "no-certificate",
    "notice-skipped": "notice-before-certificate",
    "first-space-kept": "certificate-after-another-session",
    "certificate-refused-while-pending": "popup-blocked",
    "certificate-works-after-activation": "certificate-of-converted-space",
    "certificate-back-after-48-hours": "no-way-back",
    "password-works-before-activation": "certificate-while-pending",
    "number-changes": "happy-path",
    "service-lost": "happy-path-by-home",
    "session-outlives-activation": "certificate-after-activation",
    "quitter-keeps-the-session": "session-left",
    "session-never-ends": "session-idle",
    "session-bound-to-nothing": "certificate-after-another-session",
    "service-under-wrong-heading": "welcome-with-one-company",
    "first-file-always": "welcome-with-several-companies",
    "last-file-missing": "welcome-with-several-companies",
    "certificate-end-hidden": "welcome-with-one-company",
    "option-offered-to-all": "password-space",
    "warning-skipped": "option-left-at-the-warning",
    "email-on-file-not-replaced": "email-changed",
    "email-mismatch-accepted": "email-mismatch",
    "password-mismatch-accepted": "password-mismatch",
    "email-of-101-accepted": "email-of-100-and-101-characters",
    "malformed-email-accepted": "email-malformed",
    "unique-only-among-pending": "email-already-used",
    "email-unique-only-with-case": "email-already-used",
    "shared-mailbox-refused": "shared-mailbox",
    "password-of-7-accepted": "password-length",
    "password-of-21-accepted": "forgotten-password-new-one",
    "any-character-in-password": "forgotten-password-new-one",
    "both-kinds-always-needed": "password-of-letters-or-digits-alone",
    "empty-answer-accepted": "empty-answer",
    "one-question-only": "question-of-the-fiche",
    "back-forgets-the-email": "retour-keeps-the-address",
    "address-not-judged-again": "same-email-at-once",
    "mail-sent-twice": "mistyped-address",
    "page-says-24-hours": "code-at-the-last-second",
    "code-of-11-characters": "code-look",
    "code-case-ignored": "code-in-the-wrong-case",
    "code-with-look-alikes": "code-look",
    "window-counted-from-option": "delay-from-the-sending",
    "code-expires-at-47-hours": "code-at-the-last-second",
    "code-works-a-second-longer": "code-at-the-last-second",
    "code-never-expires": "new-space-too-late",
    "lapsed-address-stays-blocked": "new-space-too-late",
    "second-code-for-one-address": "second-request-same-address",
    "another-address-refused": "second-request-other-address",
    "replaced-address-free-at-once": "back-to-the-first-address",
    "earlier-code-lives": "second-request-other-address",
    "code-works-twice": "code-used-twice",
    "unknown-address-told": "five-tries-at-an-unknown-address",
    "wrong-tries-never-lock": "five-tries-at-an-unknown-address",
    "locked-after-four-tries": "five-tries-at-an-unknown-address",
    "email-compared-with-case": "address-in-another-case",
    "blanks-around-count": "blanks-around",
    "blocked-popup-activates": "popup-allowed-too-late",
    "window-not-judged-again": "window-opened-after-48-hours",
    "window-opens-by-itself": "popup-by-click",
    "registered-a-day-late": "registration-words",
    "recap-of-wrong-person": "recap-content",
    "recap-without-answer": "recap-content",
    "recap-missing-from-space": "recap-from-the-space",
    "result-for-everybody": "recap-after-leaving",
    "result-open-for-a-day": "recap-after-30-minutes",
    "result-open-after-quitter": "recap-after-leaving",
    "unknown-address-told-at-login": "password-wrong",
    "any-answer-recovers": "forgotten-password-wrong-parts",
    "answer-compared-exactly": "forgotten-password",
    "helpdesk-another-number": "helpdesk-page",
    "helpdesk-open-at-weekends": "helpdesk-hours",
    "outside-without-siren": "outside-wrong-parts",
    "several-companies-in-simplified-mode": "new-space-sirens",
    "new-space-with-first-company-only": "new-space-expert",
    "mail-says-24-hours": "mail-words",
    "mail-has-a-link": "mail-without-link",
    "mail-path-of-today": "outdated-paths",
    "mail-from-another-sender": "mail-words",
    "refused-mail-given-up": "mail-refused-for-a-while",
}
"""The scenario that catches the defect soonest."""


def of_its_rule(defect: Defect, stage: Stage) -> list[Scenario]:
    """The scenarios that must catch the defect in this run."""
    held = [
        each for each in catalogue() if defect.rule in each.rules and stage.can_play(each) and not each.needs
    ]
    return held if sizes.FULL else [each for each in held if each.name == CAUGHT_BY[defect.name]]


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
async def test_a_defect_is_caught_by_the_scenarios_of_its_rule(
    installation: Installation, defect: Defect
) -> None:
    stage = Stage(Driver.HTTP, defects=(defect.name,))
    turn = asyncio.Semaphore(AT_A_TIME)

    async def play(scenario: Scenario) -> ScenarioResult:
        async with turn:
            return await play_one(scenario, stage, installation, lambda _step: None)

    outcomes = await asyncio.gather(*map(play, of_its_rule(defect, stage)))
    caught_by = [outcome.scenario.name for outcome in outcomes if not outcome.passed]
    assert CAUGHT_BY[defect.name] in caught_by
