"""Defects of sessions. Rules SES-1 to SES-3, REG-5."""

from dataclasses import replace
from datetime import timedelta

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.session import Leaving

_TEN_YEARS = timedelta(days=3650)


def _outlives_activation(rules: Rules) -> Rules:
    return replace(rules, ended_by_activation=lambda _sessions: [])


def _outlives_leaving(rules: Rules) -> Rules:
    return replace(rules, ended_by_leaving=lambda: rules.ended_by_leaving() - {Leaving.SESSION})


def _never_ends(rules: Rules) -> Rules:
    return replace(rules, session_end=lambda session, _idle: rules.session_end(session, _TEN_YEARS))


def _bound_to_nothing(rules: Rules) -> Rules:
    return replace(rules, session_bound_to=lambda _session, _fingerprint: True)


def _result_outlives_leaving(rules: Rules) -> Rules:
    return replace(rules, ended_by_leaving=lambda: rules.ended_by_leaving() - {Leaving.RESULT})


DEFECTS = (
    Defect(
        "session-outlives-activation",
        "SES-1",
        "A session opened by certificate goes on after the activation",
        "Une session ouverte par certificat continue après l'activation",
        "The certificate is refused at the door, and whoever was in already stays.",
        "Le certificat est refusé à l'entrée, mais qui était déjà entré reste.",
        _outlives_activation,
    ),
    Defect(
        "quitter-keeps-the-session",
        "SES-1",
        "« Quitter » leads home and leaves the session open",
        "« Quitter » ramène à l'accueil et laisse la session ouverte",
        "On a shared machine, the next person is in the space of the one before.",
        "Sur un poste partagé, la personne suivante est dans l'espace de la précédente.",
        _outlives_leaving,
    ),
    Defect(
        "session-never-ends",
        "SES-2",
        "A session that nobody uses never ends",
        "Une session inutilisée ne se termine jamais",
        "A browser left open at work is an open space all night.",
        "Un navigateur resté ouvert au bureau est un espace ouvert toute la nuit.",
        _never_ends,
    ),
    Defect(
        "session-bound-to-nothing",
        "SES-3",
        "A session opened by certificate goes on without it",
        "Une session ouverte par certificat continue sans lui",
        "A stolen cookie is worth as much as the certificate.",
        "Un cookie volé vaut autant que le certificat.",
        _bound_to_nothing,
    ),
)

OF_RESULT = (
    Defect(
        "result-open-after-quitter",
        "REG-5",
        "After « Quitter », the browser still gets the result and its recap",
        "Après « Quitter », le navigateur obtient encore le résultat et son récapitulatif",
        "The recap holds the answer that gives a new password.",
        "Le récapitulatif contient la réponse qui donne un nouveau mot de passe.",
        _result_outlives_leaving,
    ),
)
