"""Why a person was refused, out of the realm's journal and state: the facts, before any page.

A refusal is somebody's when it names their space, when their certificate was presented in the same request,
or when an address of theirs was typed. What names nobody is given apart. It must not know what was typed but
the address: the journal holds no code. Source: rules ACC-4, ACT-14, ACT-15, PWD-2, POP-6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.console.pages.refusal_reasons_fr import Explanation, RuleInWords, explain, tell_rule
from maquette.simulator.domain.credentials import email_key
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalLine, list_lines_of, list_newest_lines
from maquette.simulator.store.options import list_options_of
from maquette.simulator.store.personas import PersonaRecord
from maquette.simulator.store.spaces import count_sharing, find_claim, find_space

LINES_LOOKED_AT = 5000
"""Newest lines of refusals and judged certificates; what lies behind them is the journal's alone."""

MOST_TOLD = 10
MOST_NOBODYS = 5

NO_SCREENS = {each.code for each in (Refusal.PAGE_UNKNOWN, Refusal.METHOD_UNKNOWN, Refusal.HOST_UNKNOWN)}
"""Refusals of what no screen asks for: they say nothing of somebody's way through the procedure."""

SCREENS = {
    "/classe": "le code de la classe",
    "/mon-espace": "« Mon espace Professionnel », entrée par mot de passe",
    "/certificat": "« Accéder avec mon certificat »",
    "/espace": "l'espace abonné",
    "/espace/option": "l'avertissement, « Opter pour l'accès sans certificat »",
    "/espace/identifiants": "« Créer vos identifiants », adresse et mot de passe",
    "/espace/question": "« Créer vos identifiants », question de confiance",
    "/espace/attente": "« Activation de votre espace abonné », le code est en route",
    "/espace/coordonnees": "« Gérer vos coordonnées »",
    "/espace/recapitulatif": "le récapitulatif, dans l'espace",
    "/espace/quitter": "« Quitter »",
    "/activation": "« Activer votre espace abonné »",
    "/activation/fenetre": "« Activer votre espace abonné »",
    "/inscription": "la fenêtre « Votre inscription »",
    "/inscription/recapitulatif": "le récapitulatif, depuis la fenêtre « Votre inscription »",
    "/assistance": "le formulaire de l'assistance",
    "/hors-espace": "« Opter pour l'accès sans certificat HORS espace abonné »",
    "/creation/votre-espace": "« Créez votre espace »",
    "/mot-de-passe-oublie": "« Mot de passe oublié »",
    "/espace/nouveau-mot-de-passe": "« Choisissez un nouveau mot de passe »",
}


@dataclass(frozen=True, slots=True)
class Turned:
    """One refusal: when, on which screen, the portal's sentence, what was behind it.

    `screen` is None where the request is not in the journal any more; `address` is the one that was typed.
    """

    at: datetime | None
    screen: str | None
    address: str
    refusal: Refusal
    explanation: Explanation
    rule: RuleInWords | None


@dataclass(frozen=True, slots=True)
class Refusals:
    """A persona's last refusals and those that name nobody, newest first; whether there were more."""

    told: list[Turned]
    more: bool
    nobodys: list[Turned]


def find_refusals(transaction: Transaction, persona: PersonaRecord) -> Refusals:
    """The persona's refusals in the realm's journal, which must be written."""
    lines = list_newest_lines(transaction, kinds=("refused", "certificate-judged"), most=LINES_LOOKED_AT)
    presented = {
        line.correlation: line.data["fingerprint"]
        for line in lines
        if line.kind == "certificate-judged" and "fingerprint" in line.data
    }
    number, addresses = persona.subscriber_number, _addresses(transaction, persona)
    mine: list[JournalLine] = []
    nobodys: list[JournalLine] = []
    for line in lines:
        if line.kind != "refused":
            continue
        named, address = line.data.get("subscriber_number"), line.data.get("email")
        holder = presented.get(line.correlation)
        if (
            (number is not None and named == number)
            or (persona.fingerprint is not None and holder == persona.fingerprint)
            or (address is not None and email_key(str(address)) in addresses)
        ):
            mine.append(line)
        elif (
            named is None
            and holder is None
            and len(nobodys) < MOST_NOBODYS
            and _is_nobodys(transaction, line)
        ):
            nobodys.append(line)
    newest = mine[:MOST_TOLD]
    return Refusals(_tell(transaction, newest), len(mine) > MOST_TOLD, _tell(transaction, nobodys))


def _addresses(transaction: Transaction, persona: PersonaRecord) -> set[str]:
    """What the persona may type as an address of theirs: the one on file, and all they opted with."""
    if persona.subscriber_number is None:
        return set()
    space = find_space(transaction, persona.subscriber_number)
    chosen = [option.credentials.email for option in list_options_of(transaction, persona.subscriber_number)]
    return {email_key(email) for email in (*chosen, *([space.email] if space else []))}


def _is_nobodys(transaction: Transaction, line: JournalLine) -> bool:
    """Whether a person was refused, and typed no address or one that nobody has."""
    if line.data.get("refusal") in NO_SCREENS:
        return False
    address = line.data.get("email")
    if address is None:
        return True
    key = email_key(str(address))
    return find_claim(transaction, key) is None and count_sharing(transaction, key) == 0


def _tell(transaction: Transaction, lines: Sequence[JournalLine]) -> list[Turned]:
    """The lines in their order, each with the screen of its request; what has no words is left out."""
    correlations = {line.correlation for line in lines if line.correlation is not None}
    paths = {
        line.correlation: str(line.data.get("path"))
        for line in list_lines_of(transaction, correlations, kind="request")
    }
    told = []
    for line in lines:
        found = explain(str(line.data.get("refusal")), str(line.data.get("reason")))
        if found is not None:
            refusal, explanation = found
            screen = _screen(transaction.realm, paths.get(line.correlation))
            rule = tell_rule(explanation.rule) if explanation.rule else None
            address = str(line.data.get("email") or "")
            told.append(Turned(line.at, screen, address, refusal, explanation, rule))
    return told


def _screen(realm: str, path: str | None) -> str | None:
    if path is None:
        return None
    path = path.removeprefix(realm_prefix(realm)) or "/"
    return SCREENS.get(path, f"la page {path}")
