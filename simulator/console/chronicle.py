"""The realm's journal in French words: what happened, and to whom.

Decides nothing; a kind that has no words here is shown as it is. Source: portal.md §1 (the words), rules
ACT-14 and PWD-2 (the real reason is the journal's).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.options import find_option
from maquette.simulator.store.personas import list_personas

Data = Mapping[str, object]

REASONS = {
    Reason.ADDRESS_UNKNOWN: "adresse inconnue",
    Reason.CODE_WRONG: "code faux",
    Reason.CODE_EXPIRED: "délai d'activation dépassé",
    Reason.CODE_REPLACED: "code remplacé par celui d'une nouvelle option",
    Reason.CODE_USED: "code déjà utilisé",
    Reason.LOCKED_OUT: "trop d'essais",
    Reason.TICKET_FORGED: "demande contrefaite",
    Reason.PASSWORD_WRONG: "mot de passe faux",
    Reason.SPACE_PENDING: "espace pas encore activé",
}
_REASONS = {reason.value: words for reason, words in REASONS.items()}
_SENTENCES = {refusal.code: refusal.sentence for refusal in Refusal}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as the page shows it. `who` is a person's name, else empty; `address` an e-mail, or empty."""

    at: datetime | None
    what: str
    who: str
    address: str
    kind: str


def tell_lines(transaction: Transaction, lines: Iterable[JournalLine]) -> list[Entry]:
    """The realm's lines in words, in their order."""
    names: dict[object, str] = {}
    for persona in list_personas(transaction):
        names[persona.fingerprint] = persona.name
        if persona.subscriber_number is not None:
            names[persona.subscriber_number] = persona.name
    return [
        Entry(line.at, _what(line), _who(transaction, line.data, names), _address(line.data), line.kind)
        for line in lines
    ]


def _what(line: JournalLine) -> str:
    words = WORDS.get(line.kind, line.kind)
    return words if isinstance(words, str) else words(line.data)


def _who(transaction: Transaction, data: Data, names: dict[object, str]) -> str:
    number = data.get("subscriber_number")
    if number is None and (option_id := data.get("option")) is not None:
        if option_id not in names:
            option = find_option(transaction, str(option_id))
            names[option_id] = names.get(option.subscriber_number, "") if option else ""
        return names[option_id]
    if number is not None:
        return names.get(number, f"abonné n° {number}")
    return names.get(data.get("fingerprint"), "")


def _address(data: Data) -> str:
    address = data.get("email") or data.get("to") or ""
    return ", ".join(map(str, address)) if isinstance(address, list) else str(address)


def _judged(data: Data) -> str:
    return "certificat accepté" if data.get("verdict") == "accepted" else "certificat présenté et refusé"


def _refused(data: Data) -> str:
    reason = _REASONS.get(str(data.get("reason")))
    sentence = _SENTENCES.get(str(data.get("refusal")), "")
    return f"refusé{f' ({reason})' if reason else ''}\N{NO-BREAK SPACE}: {sentence}"


def _opened(data: Data) -> str:
    return (
        f"entrée dans l'espace par {'certificat' if data.get('access') == 'certificate' else 'mot de passe'}"
    )


def _ended(data: Data) -> str:
    return {"left": "espace quitté", "idle": "session finie, faute d'activité"}.get(
        str(data.get("why")), "session finie"
    )


def _asked(data: Data) -> str:
    screen = data.get("screen")
    asked = f"écran «\N{NO-BREAK SPACE}{screen}\N{NO-BREAK SPACE}»" if screen else "demande"
    return f"{asked}\N{NO-BREAK SPACE}: {data.get('method')} {data.get('path')} ({data.get('status')})"


def _moved(data: Data) -> str:
    if data.get("from") != data.get("to"):
        return "horloge déplacée"
    return "horloge arrêtée" if data.get("mode") == "frozen" else "horloge remise en marche"


WORDS: dict[str, str | Callable[[Data], str]] = {
    "certificate-judged": _judged,
    "session-opened": _opened,
    "session-ended": _ended,
    "warning-taken": "avertissement lu, l'option est irrévocable",
    "credentials-chosen": "adresse et mot de passe choisis",
    "option-accepted": "option acceptée",
    "option-lapsed": "délai d'activation dépassé, l'option est caduque",
    "mail-queued": "courriel du code prêt à partir",
    "mail-sent": "courriel du code parti, le délai d'activation court",
    "mail-refused": "courriel du code refusé par la messagerie, à renvoyer plus tard",
    "mail-outcome-unknown": "courriel du code envoyé sans réponse, à renvoyer plus tard",
    "mail-given-up": "courriel du code abandonné",
    "mail-delivered": "courriel arrivé",
    "mail-known-already": "courriel arrivé une seconde fois, gardé une seule",
    "code-accepted": "code accepté, la fenêtre du résultat doit venir",
    "window-blocked": "fenêtre du résultat bloquée par le navigateur",
    "space-activated": "espace activé, il s'ouvre désormais par mot de passe",
    "recap-made": "récapitulatif demandé",
    "refused": _refused,
    "out-of-order": "écran demandé hors de son tour",
    "helpdesk-message": "message laissé à l'assistance",
    "request": _asked,
    "clock-moved": _moved,
    "realm-made": "environnement créé",
    "realm-reset": "environnement réinitialisé, ses certificats sont restés",
    "policy-changed": "réglages de l'environnement changés",
}
