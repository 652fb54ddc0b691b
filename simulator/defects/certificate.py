"""Defects of the certificate's door. Rules ACC-3 to ACC-11."""

from dataclasses import replace
from datetime import datetime

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.certificate import CertificateFacts, CertificateRecord
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.session import Session
from maquette.simulator.domain.space import Space


def _expired_accepted(rules: Rules) -> Rules:
    def judge(
        facts: CertificateFacts | None,
        record: CertificateRecord | None,
        state: SpaceState | None,
        now: datetime,
    ) -> Refusal | None:
        if facts is not None and now > facts.not_after:
            facts = replace(facts, not_after=now)
        return rules.judge_certificate(facts, record, state, now)

    return replace(rules, judge_certificate=judge)


def _not_yet_valid_accepted(rules: Rules) -> Rules:
    def judge(
        facts: CertificateFacts | None,
        record: CertificateRecord | None,
        state: SpaceState | None,
        now: datetime,
    ) -> Refusal | None:
        if facts is not None and now < facts.not_before:
            facts = replace(facts, not_before=now)
        return rules.judge_certificate(facts, record, state, now)

    return replace(rules, judge_certificate=judge)


def _revoked_accepted(rules: Rules) -> Rules:
    def judge(
        facts: CertificateFacts | None,
        record: CertificateRecord | None,
        state: SpaceState | None,
        now: datetime,
    ) -> Refusal | None:
        if record is not None:
            record = replace(record, revoked=False)
        return rules.judge_certificate(facts, record, state, now)

    return replace(rules, judge_certificate=judge)


def _one_reason_for_all(rules: Rules) -> Rules:
    def judge(
        facts: CertificateFacts | None,
        record: CertificateRecord | None,
        state: SpaceState | None,
        now: datetime,
    ) -> Refusal | None:
        refusal = rules.judge_certificate(facts, record, state, now)
        return refusal and Refusal.CERTIFICATE_WITHOUT_SPACE

    return replace(rules, judge_certificate=judge)


def _refused_while_pending(rules: Rules) -> Rules:
    def judge(
        facts: CertificateFacts | None,
        record: CertificateRecord | None,
        state: SpaceState | None,
        now: datetime,
    ) -> Refusal | None:
        seen = SpaceState.PASSWORD if state is SpaceState.PENDING else state
        return rules.judge_certificate(facts, record, seen, now)

    return replace(rules, judge_certificate=judge)


def _works_after_activation(rules: Rules) -> Rules:
    def judge(
        facts: CertificateFacts | None,
        record: CertificateRecord | None,
        state: SpaceState | None,
        now: datetime,
    ) -> Refusal | None:
        seen = SpaceState.CERTIFICATE if state is SpaceState.PASSWORD else state
        return rules.judge_certificate(facts, record, seen, now)

    return replace(rules, judge_certificate=judge)


def _back_after_48_hours(rules: Rules) -> Rules:
    def state_of(space: Space, option: Option | None, now: datetime, end: datetime | None) -> SpaceState:
        state = rules.state_of(space, option, now, end)
        over = end is not None and now > end
        return SpaceState.CERTIFICATE if state is SpaceState.PASSWORD and over else state

    return replace(rules, state_of=state_of)


def _first_space_kept(rules: Rules) -> Rules:
    def space_opened(tied_to: str, earlier: Session | None) -> str:
        kept = earlier.subscriber_number if earlier else None
        return kept or rules.space_opened(tied_to, earlier)

    return replace(rules, space_opened=space_opened)


def _no_way_out_named(rules: Rules) -> Rules:
    return replace(rules, leads_outside=lambda _refusal: False)


def _notice_skipped(rules: Rules) -> Rules:
    return replace(rules, notice_shown=lambda _notice: None)


DEFECTS = (
    Defect(
        "expired-certificate-accepted",
        "ACC-3",
        "An expired certificate is accepted",
        "Un certificat expiré est accepté",
        "Whoever keeps an old key enters a space that is no longer theirs to open.",
        "Qui garde une ancienne clé entre dans un espace qu'elle n'ouvre plus.",
        _expired_accepted,
    ),
    Defect(
        "future-certificate-accepted",
        "ACC-3",
        "A certificate is accepted before it is valid",
        "Un certificat est accepté avant d'être valide",
        "A validity has two ends, and tests often look at one of them only.",
        "Une validité a deux bouts, et les tests n'en regardent souvent qu'un.",
        _not_yet_valid_accepted,
    ),
    Defect(
        "revoked-certificate-accepted",
        "ACC-4",
        "A revoked certificate is accepted",
        "Un certificat révoqué est accepté",
        "A stolen certificate that its holder had revoked still opens the space.",
        "Un certificat volé, que son titulaire a fait révoquer, ouvre encore l'espace.",
        _revoked_accepted,
    ),
    Defect(
        "one-reason-for-every-certificate",
        "ACC-4",
        "Every refused certificate is refused for the same reason",
        "Tous les certificats refusés le sont pour la même raison",
        "A person who is told the wrong reason does not know what to do.",
        "Une personne à qui l'on donne la mauvaise raison ne sait pas quoi faire.",
        _one_reason_for_all,
    ),
    Defect(
        "no-way-out-named",
        "ACC-5",
        "The page of a refused certificate names no way out",
        "La page d'un certificat refusé n'indique aucune issue",
        "Who has lost the certificate does not learn that there is a way without it.",
        "Qui a perdu son certificat n'apprend pas qu'il existe un chemin sans lui.",
        _no_way_out_named,
    ),
    Defect(
        "notice-skipped",
        "ACC-7",
        "The notice before the certificate store is left out",
        "L'avis qui précède le choix du certificat est omis",
        "A configured text that nobody sees is found by nobody but a test.",
        "Un texte configuré que personne ne voit n'est remarqué que par un test.",
        _notice_skipped,
    ),
    Defect(
        "first-space-kept",
        "ACC-8",
        "A second certificate in the same browser leads to the first person's space",
        "Un second certificat dans le même navigateur mène à l'espace de la première personne",
        "At an accountant's, one client's file opens in place of another's.",
        "Chez un comptable, le dossier d'un client s'ouvre à la place de celui d'un autre.",
        _first_space_kept,
    ),
    Defect(
        "certificate-refused-while-pending",
        "ACC-9",
        "The certificate is refused while the option is pending",
        "Le certificat est refusé pendant l'attente de l'activation",
        "A person whose mail is late has no way into the space at all.",
        "Une personne dont le courriel tarde n'a plus aucun accès à son espace.",
        _refused_while_pending,
    ),
    Defect(
        "certificate-works-after-activation",
        "ACC-10",
        "The certificate still opens the space after activation",
        "Le certificat ouvre encore l'espace après l'activation",
        "Two ways in mean that the one given up can still be misused.",
        "Deux accès : celui auquel on a renoncé peut encore servir à un autre.",
        _works_after_activation,
    ),
    Defect(
        "certificate-back-after-48-hours",
        "ACC-11",
        "Once the 48 hours are over, the certificate opens the activated space again",
        "Passées les 48 heures, le certificat ouvre de nouveau l'espace activé",
        "The option is irrevocable; nobody looks at it again two days later.",
        "L'option est irrévocable ; personne ne va y revoir deux jours plus tard.",
        _back_after_48_hours,
    ),
)
