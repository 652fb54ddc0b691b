"""The realm's journal in French words: what happened, and to whom.

Decides nothing; a kind that has no words here is shown as it is. Source: portal.md §1 (the words), rules
ACT-14 and PWD-2 (the real reason is the journal's).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.base.french import counted, long_instant
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.options import find_option
from maquette.simulator.store.personas import names_by_fingerprint, names_of_holders

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
    Reason.NUMBER_UNKNOWN: "numéro d'abonné inconnu",
    Reason.NUMBER_WRONG: "numéro d'abonné faux",
    Reason.ADDRESS_WRONG: "adresse qui n'est pas celle de l'espace",
    Reason.SIREN_WRONG: "SIREN qui n'est pas celui d'une entreprise de l'espace",
    Reason.ANSWER_WRONG: "réponse fausse",
    Reason.ALREADY_CONVERTED: "espace déjà transformé",
}
_REASONS = {reason.value: words for reason, words in REASONS.items()}
_SENTENCES = {refusal.code: refusal.sentence for refusal in Refusal}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line as the page shows it, under its number.

    `who` is a person's name, else empty; `address` an e-mail, or empty.
    """

    id: int
    at: datetime | None
    what: str
    who: str
    address: str
    kind: str


def tell_lines(transaction: Transaction, lines: Sequence[JournalLine]) -> list[Entry]:
    """The realm's lines in words, in their order."""
    numbers = {str(number) for line in lines if (number := line.data.get("subscriber_number")) is not None}
    options = {
        str(option)
        for line in lines
        if "subscriber_number" not in line.data and (option := line.data.get("option")) is not None
    }
    of_options = {
        each: found.subscriber_number for each in options if (found := find_option(transaction, each))
    }
    names = names_of_holders(transaction, numbers | set(of_options.values()))
    held = names_by_fingerprint(
        transaction, {str(line.data["fingerprint"]) for line in lines if "fingerprint" in line.data}
    )
    whose = _Names(names, held, of_options)
    return [
        Entry(line.id or 0, line.at, _what(line), _who(line.data, whose), _address(line), line.kind)
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class _Names:
    """Persons' names by their spaces' numbers and their certificates' fingerprints; spaces by option."""

    by_number: Mapping[str, str]
    by_fingerprint: Mapping[str, str]
    number_of_option: Mapping[str, str]


def _what(line: JournalLine) -> str:
    words = WORDS.get(line.kind, line.kind)
    return words if isinstance(words, str) else words(line.data)


def _who(data: Data, names: _Names) -> str:
    number = data.get("subscriber_number")
    if number is not None:
        return names.by_number.get(str(number), f"abonné n° {number}")
    if (option := data.get("option")) is not None:
        return names.by_number.get(names.number_of_option.get(str(option), ""), "")
    return names.by_fingerprint.get(str(data.get("fingerprint")), "")


def _address(line: JournalLine) -> str:
    if line.kind == "clock-moved":  # its `to` is an instant
        return ""
    address = line.data.get("email") or line.data.get("to") or ""
    return ", ".join(map(str, address)) if isinstance(address, list) else str(address)


def _judged(data: Data) -> str:
    return "certificat accepté" if data.get("verdict") == "accepted" else "certificat présenté et refusé"


def _defects(data: Data) -> str:
    names = data.get("defects")
    on = (
        ", ".join(DEFECTS[name].title_fr for name in names if name in DEFECTS)
        if isinstance(names, list)
        else ""
    )
    return f"défauts volontaires activés\N{NO-BREAK SPACE}: {on}" if on else "défauts volontaires désactivés"


def _refused(data: Data) -> str:
    reason = _REASONS.get(str(data.get("reason")))
    sentence = _SENTENCES.get(str(data.get("refusal")), "")
    return f"refusé{f' ({reason})' if reason else ''}\N{NO-BREAK SPACE}: {sentence}"


def _opened(data: Data) -> str:
    return (
        f"entrée dans l'espace par {'certificat' if data.get('access') == 'certificate' else 'mot de passe'}"
    )


def _identified(data: Data) -> str:
    for_what = "opter hors de l'espace" if data.get("way") == "outside" else "un nouveau mot de passe"
    return f"personne reconnue, pour {for_what}"


def _begun(data: Data) -> str:
    mode = "expert" if data.get("mode") == "expert" else "simplifié"
    return f"nouvel espace demandé, mode {mode}, pour {counted(_number(data, 'companies'), 'entreprise')}"


def _accepted(data: Data) -> str:
    return "demande d'un nouvel espace acceptée" if _is_of_new_space(data) else "option acceptée"


def _is_of_new_space(data: Data) -> bool:
    state = data.get("state")
    return isinstance(state, dict) and state.get("from") is None


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
        return f"horloge déplacée au {long_instant(parse_instant(str(data['to'])))}"
    return "horloge arrêtée" if data.get("mode") == "frozen" else "horloge remise en marche"


def _delivered(data: Data) -> str:
    return "courriel arrivé" + (
        ", rangé dans le courrier indésirable" if data.get("folder") == "spam" else ""
    )


def _delayed(data: Data) -> str:
    until = long_instant(parse_instant(str(data["until"])))
    return f"courriel retardé jusqu'au {until}, selon une règle d'acheminement"


def _read(data: Data) -> str:
    return "courriel lu" if data.get("by") == "console" else "courriel lu par un programme"


def _marked(data: Data) -> str:
    read = "lu" if data.get("read") else "non lu"
    return counted(
        _number(data, "count"), f"courriel marqué comme {read}", f"courriels marqués comme {read}s"
    )


def _deleted(data: Data) -> str:
    return counted(_number(data, "count"), "courriel supprimé", "courriels supprimés")


def _number(data: Data, key: str) -> int:
    value = data.get(key)
    return value if isinstance(value, int) else 0


WORDS: dict[str, str | Callable[[Data], str]] = {
    "certificate-judged": _judged,
    "session-opened": _opened,
    "session-ended": _ended,
    "person-identified": _identified,
    "creation-begun": _begun,
    "warning-taken": "avertissement lu, l'option est irrévocable",
    "credentials-chosen": "adresse et mot de passe choisis",
    "option-accepted": _accepted,
    "password-changed": "nouveau mot de passe choisi, les visites de l'espace sont finies",
    "option-lapsed": "délai d'activation dépassé, l'option est caduque",
    "mail-queued": "courriel du code prêt à partir",
    "mail-sent": "courriel du code parti, le délai d'activation court",
    "mail-refused": "courriel du code refusé par la messagerie, à renvoyer plus tard",
    "mail-outcome-unknown": "courriel du code envoyé sans réponse, à renvoyer plus tard",
    "mail-given-up": "courriel du code abandonné",
    "mail-delivered": _delivered,
    "mail-delayed": _delayed,
    "mail-lost": "courriel perdu en route, selon une règle d'acheminement",
    "mail-bounced": "courriel rejeté, un avis de non-remise part vers l'expéditeur",
    "mail-turned-away": "courriel refusé pour l'instant par la messagerie, selon une règle d'acheminement",
    "mail-known-already": "courriel arrivé une seconde fois, gardé une seule",
    "mail-read": _read,
    "mail-marked": _marked,
    "mail-deleted": _deleted,
    "code-accepted": "code accepté, la fenêtre du résultat doit venir",
    "window-fetched": "fenêtre du résultat venue demander sa page",
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
    "realm-restored": "environnement rendu à l'état d'un instantané, ses certificats sont restés",
    "snapshot-made": "instantané pris",
    "snapshot-deleted": "instantané supprimé",
    "defects-changed": _defects,
    "delivery-changed": "règles d'acheminement du courrier changées",
    "policy-changed": "réglages de l'environnement changés",
    "subscribers-added": "abonnés ajoutés",
    "handshake-failed": "connexion refusée avant tout environnement",
    "worker-ended": "un processus de service s'est arrêté, un autre prend sa place",
    "journal-trimmed": "lignes plus anciennes effacées du journal",
}
