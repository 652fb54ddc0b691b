"""Why a person was refused, in French: the real reason, the rule behind it, what the person can do now.

One entry for each refusal, and for each real reason that the portal's sentence hides: those of
`domain.refusals`. It knows nothing of who was refused. Source: portal.md §2, rules ACT-14, PWD-2, ACC-4.
"""

from dataclasses import dataclass
from functools import cache

from maquette.fixtures.rules import Rule, Status, load_rules
from maquette.simulator.domain.refusals import Reason, Refusal


@dataclass(frozen=True, slots=True)
class Explanation:
    """`why` is the real reason, `then` what is left to do; `rule` is None where no rule speaks of it."""

    rule: str | None
    why: str
    then: str


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """A rule for a French page: its sentence, the fiche's own where it has one, and on what authority."""

    id: str
    sentence: str
    quote: str | None
    source: str


_OTHER_CERTIFICATE = (
    "Fermer toutes les fenêtres du navigateur, revenir, et choisir le certificat de cette personne."
)
_OUTSIDE = (
    "Le certificat n'ouvrira plus l'espace. Il reste la voie hors de l'espace, "
    "« J'opte pour l'accès avec un mot de passe »."
)
_OTHER_ADDRESS = "Choisir une autre adresse électronique."
_SUCH_A_ONE = "Choisir un mot de passe de 8 à 20 caractères, des chiffres et des lettres sans accent."
_WITHOUT_CERTIFICATE = (
    "Entrer par « J'accède avec mon mot de passe », avec l'adresse et le mot de passe choisis."
)
_FILL_IN = "Remplir le champ, et valider de nouveau."
_AGAIN = "Revenir à la page et recommencer."

EXPLANATIONS: dict[tuple[Refusal, Reason | None], Explanation] = {
    (Refusal.CERTIFICATE_MISSING, None): Explanation(
        "ACC-4",
        "Le navigateur n'a présenté aucun certificat : il n'en avait pas à proposer, ou la personne n'en a "
        "pas choisi.",
        "Importer son fichier .p12 dans le navigateur, en fermer toutes les fenêtres, puis revenir par "
        "« Accéder avec mon certificat ».",
    ),
    (Refusal.CERTIFICATE_UNKNOWN_ISSUER, None): Explanation(
        "ACC-4",
        "Le certificat présenté vient d'une autorité que le portail ne reconnaît pas.",
        _OTHER_CERTIFICATE,
    ),
    (Refusal.CERTIFICATE_WRONG_USAGE, None): Explanation(
        "ACC-4",
        "Le certificat présenté n'est pas fait pour authentifier une personne : c'est celui d'un serveur.",
        _OTHER_CERTIFICATE,
    ),
    (Refusal.CERTIFICATE_NOT_YET_VALID, None): Explanation(
        "ACC-3",
        "À l'heure de l'environnement, la période de validité du certificat n'avait pas commencé.",
        "Attendre ce jour-là, ou avancer l'horloge de l'environnement jusqu'à lui.",
    ),
    (Refusal.CERTIFICATE_EXPIRED, None): Explanation(
        "ACC-3",
        "À l'heure de l'environnement, la période de validité du certificat était passée.",
        _OUTSIDE,
    ),
    (Refusal.CERTIFICATE_REVOKED, None): Explanation(
        "ACC-4",
        "Le certificat a été révoqué : il n'ouvre plus rien, même pendant sa période de validité.",
        _OUTSIDE,
    ),
    (Refusal.CERTIFICATE_WITHOUT_SPACE, None): Explanation(
        "ACC-3",
        "Le certificat présenté n'est lié à aucun espace de cet environnement. Celui d'une personne d'un "
        "autre environnement ne l'est pas non plus.",
        "Fermer toutes les fenêtres du navigateur, revenir, et choisir un certificat lié à un espace de cet "
        "environnement.",
    ),
    (Refusal.SPACE_CONVERTED, None): Explanation(
        "ACC-10",
        "L'espace a été transformé : l'adresse électronique et le mot de passe l'ouvrent, et le certificat "
        "ne l'ouvre plus.",
        _WITHOUT_CERTIFICATE,
    ),
    (Refusal.SESSION_ENDED, None): Explanation(
        "SES-2",
        "La personne est restée trop longtemps sans rien faire dans l'espace.",
        "Entrer de nouveau. Ce qui avait été validé est gardé.",
    ),
    (Refusal.SESSION_OF_ANOTHER_CERTIFICATE, None): Explanation(
        "SES-3",
        "La visite avait été ouverte avec un certificat, et la demande est venue avec un autre, ou sans.",
        "Fermer toutes les fenêtres du navigateur, puis entrer de nouveau, avec un seul certificat.",
    ),
    (Refusal.EMAIL_MISSING, None): Explanation(
        "CRED-3", "Le champ de l'adresse électronique est resté vide.", "Saisir l'adresse électronique."
    ),
    (Refusal.EMAIL_MALFORMED, None): Explanation(
        "CRED-3",
        "Ce qui a été saisi n'a pas la forme d'une adresse électronique.",
        "Saisir une adresse entière, comme prenom.nom@courriel.example.",
    ),
    (Refusal.EMAIL_TOO_LONG, None): Explanation(
        "CRED-3", "L'adresse saisie compte plus de 100 caractères.", "Choisir une adresse plus courte."
    ),
    (Refusal.EMAIL_NOT_ASCII, None): Explanation(
        "CRED-3",
        "L'adresse saisie comporte un accent ou un autre caractère que le portail n'accepte pas.",
        _OTHER_ADDRESS,
    ),
    (Refusal.EMAIL_MISMATCH, None): Explanation(
        "CRED-2",
        "Les deux saisies de l'adresse ne sont pas les mêmes, ne serait-ce que d'une majuscule.",
        "Saisir deux fois la même adresse.",
    ),
    (Refusal.EMAIL_TAKEN, None): Explanation(
        "CRED-4", "Un espace sans certificat a déjà cette adresse.", _OTHER_ADDRESS
    ),
    (Refusal.EMAIL_AWAITING_ACTIVATION, None): Explanation(
        "ACT-7",
        "Un code a déjà été demandé avec cette adresse, par cette personne ou par une autre, et le délai de "
        "ce code court encore.",
        "Activer l'espace avec le code déjà envoyé, choisir une autre adresse, ou attendre la fin du délai.",
    ),
    (Refusal.EMAIL_SHARED, None): Explanation(
        "CRED-5",
        "Plusieurs espaces ont cette adresse à leur dossier, et le réglage de l'environnement ne la laisse "
        "à aucun d'eux.",
        _OTHER_ADDRESS,
    ),
    (Refusal.PASSWORD_TOO_SHORT, None): Explanation(
        "CRED-6", "Le mot de passe saisi compte moins de 8 caractères.", _SUCH_A_ONE
    ),
    (Refusal.PASSWORD_TOO_LONG, None): Explanation(
        "CRED-6", "Le mot de passe saisi compte plus de 20 caractères.", _SUCH_A_ONE
    ),
    (Refusal.PASSWORD_CHARACTERS, None): Explanation(
        "CRED-6",
        "Le mot de passe saisi comporte une espace, un accent ou un signe qui n'est ni un chiffre ni une "
        "lettre.",
        _SUCH_A_ONE,
    ),
    (Refusal.PASSWORD_NEEDS_BOTH, None): Explanation(
        "CRED-7",
        "Le mot de passe saisi n'a que des chiffres, ou que des lettres, et le réglage de l'environnement "
        "veut des deux.",
        "Choisir un mot de passe de 8 à 20 caractères, avec au moins un chiffre et une lettre.",
    ),
    (Refusal.PASSWORD_MISMATCH, None): Explanation(
        "CRED-2",
        "Les deux saisies du mot de passe ne sont pas les mêmes.",
        "Saisir deux fois le même mot de passe.",
    ),
    (Refusal.QUESTION_UNKNOWN, None): Explanation(
        "CRED-9",
        "Aucune question de confiance n'a été choisie dans la liste.",
        "Choisir une question de la liste.",
    ),
    (Refusal.ANSWER_MISSING, None): Explanation(
        "CRED-9", "La réponse à la question de confiance est restée vide.", "Saisir une réponse."
    ),
    (Refusal.ANSWER_TOO_LONG, None): Explanation(
        "CRED-9", "La réponse saisie compte plus de 100 caractères.", "Saisir une réponse plus courte."
    ),
    (Refusal.ANSWER_CHARACTERS, None): Explanation(
        "CRED-9",
        "La réponse saisie comporte un caractère que le récapitulatif ne peut pas imprimer.",
        "Saisir la réponse avec des lettres et des chiffres ordinaires.",
    ),
    (Refusal.OPTION_PENDING, None): Explanation(
        "ACT-8",
        "Une option de cet espace attend déjà son activation, et le réglage de l'environnement n'en permet "
        "pas une autre.",
        "Activer l'espace avec le code déjà envoyé, ou attendre la fin du délai.",
    ),
    (Refusal.CODE_MISSING, None): Explanation(
        "ACT-14",
        "Le champ du code est resté vide. Cela ne compte pas comme un essai.",
        "Saisir le code reçu par courriel.",
    ),
    (Refusal.ACTIVATION_REFUSED, Reason.ADDRESS_UNKNOWN): Explanation(
        "ACT-14",
        "Personne n'a opté avec cette adresse : elle est mal saisie, ou une autre a été choisie.",
        "Saisir l'adresse choisie en optant, celle où le courriel du code est arrivé.",
    ),
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_WRONG): Explanation(
        "ACT-2",
        "L'adresse était la bonne, le code non : une minuscule pour une majuscule suffit, et le mot de passe "
        "n'est pas le code.",
        "Recopier le code du courriel, en respectant les majuscules et les minuscules.",
    ),
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_EXPIRED): Explanation(
        "ACT-6",
        "Le code était le bon, mais le délai d'activation était dépassé : l'option est caduque.",
        "Entrer avec le certificat et reprendre toute la procédure. L'adresse est de nouveau libre.",
    ),
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_REPLACED): Explanation(
        "ACT-8",
        "C'était le code d'une option qu'une autre, plus récente, a remplacée.",
        "Se servir de l'adresse et du code de la dernière option.",
    ),
    (Refusal.ACTIVATION_REFUSED, Reason.CODE_USED): Explanation(
        "ACT-9", "Le code avait déjà servi : l'espace est activé.", _WITHOUT_CERTIFICATE
    ),
    (Refusal.ACTIVATION_REFUSED, Reason.LOCKED_OUT): Explanation(
        "ACT-15",
        "Il y avait eu trop d'essais faux pour cette adresse : pendant un temps, même le bon est refusé.",
        "Attendre la fin du blocage, puis saisir le bon code.",
    ),
    (Refusal.ACTIVATION_REFUSED, Reason.TICKET_FORGED): Explanation(
        "POP-3",
        "La fenêtre du résultat a été demandée pour une option qui n'existe pas, ou qui n'existe plus.",
        "Recommencer à l'écran « Activer votre espace abonné ».",
    ),
    (Refusal.RECAP_OF_ANOTHER, None): Explanation(
        "REG-5",
        "Le résultat de l'activation ne se rouvre que dans le navigateur qui a activé l'espace, et pendant "
        "30 minutes.",
        "Retrouver le récapitulatif dans l'espace, sous « Gérer mes services » puis « Gérer vos "
        "coordonnées ».",
    ),
    (Refusal.PASSWORD_MISSING, None): Explanation(
        "PWD-2",
        "Le champ du mot de passe est resté vide. Cela ne compte pas comme un essai.",
        "Saisir le mot de passe choisi en optant.",
    ),
    (Refusal.LOGIN_REFUSED, Reason.ADDRESS_UNKNOWN): Explanation(
        "PWD-2",
        "Aucun espace sans certificat n'a cette adresse.",
        "Saisir l'adresse choisie en optant. Si l'espace n'est pas activé, entrer avec le certificat.",
    ),
    (Refusal.LOGIN_REFUSED, Reason.PASSWORD_WRONG): Explanation(
        "PWD-2",
        "L'adresse était la bonne, le mot de passe non. Le code d'activation n'est pas le mot de passe.",
        "Saisir le mot de passe choisi en optant.",
    ),
    (Refusal.LOGIN_REFUSED, Reason.SPACE_PENDING): Explanation(
        "ACC-9",
        "L'espace n'était pas activé : jusque-là, seul le certificat l'ouvre.",
        "Activer l'espace avec l'adresse et le code, ou entrer avec le certificat.",
    ),
    (Refusal.LOGIN_REFUSED, Reason.LOCKED_OUT): Explanation(
        "PWD-2",
        "Il y avait eu trop d'essais faux pour cette adresse : pendant un temps, même le bon mot de passe "
        "est refusé.",
        "Attendre la fin du blocage, puis saisir le bon mot de passe.",
    ),
    (Refusal.NUMBER_MISSING, None): Explanation(
        None,
        "Le champ du numéro d'abonné est resté vide. Cela ne compte pas comme un essai.",
        "Saisir le numéro d'abonné, les 14 chiffres de l'espace.",
    ),
    (Refusal.OUTSIDE_REFUSED, Reason.NUMBER_UNKNOWN): Explanation(
        "OUT-2", "Aucun espace n'a ce numéro.", "Saisir le numéro d'abonné, les 14 chiffres de l'espace."
    ),
    (Refusal.OUTSIDE_REFUSED, Reason.ADDRESS_WRONG): Explanation(
        "OUT-2",
        "Le numéro était le bon, l'adresse non : ce n'est pas celle que l'espace a à son dossier.",
        "Saisir l'adresse qui figure dans les coordonnées de l'espace.",
    ),
    (Refusal.OUTSIDE_REFUSED, Reason.SIREN_WRONG): Explanation(
        "OUT-2",
        "Le numéro et l'adresse étaient les bons, mais l'espace ne compte pas d'entreprise de ce SIREN.",
        "Saisir le SIREN d'une entreprise de l'espace ; ne rien saisir s'il n'en compte aucune.",
    ),
    (Refusal.OUTSIDE_REFUSED, Reason.ALREADY_CONVERTED): Explanation(
        "ACC-10", "L'espace a été transformé déjà : il n'a plus de certificat.", _WITHOUT_CERTIFICATE
    ),
    (Refusal.OUTSIDE_REFUSED, Reason.LOCKED_OUT): Explanation(
        "OUT-2",
        "Il y avait eu trop d'essais faux pour ce numéro d'abonné : pendant un temps, même le bon est "
        "refusé.",
        "Attendre la fin du blocage, puis recommencer.",
    ),
    (Refusal.RECOVERY_REFUSED, Reason.ADDRESS_UNKNOWN): Explanation(
        "PWD-4",
        "Aucun espace sans certificat n'a cette adresse.",
        "Saisir l'adresse que porte le récapitulatif de l'espace.",
    ),
    (Refusal.RECOVERY_REFUSED, Reason.SPACE_PENDING): Explanation(
        "ACC-9",
        "L'espace n'était pas activé : il n'a pas de mot de passe encore.",
        "Activer l'espace avec l'adresse et le code, ou entrer avec le certificat.",
    ),
    (Refusal.RECOVERY_REFUSED, Reason.NUMBER_WRONG): Explanation(
        "PWD-4",
        "L'adresse était la bonne, le numéro d'abonné non.",
        "Saisir le numéro que porte le récapitulatif de l'espace.",
    ),
    (Refusal.RECOVERY_REFUSED, Reason.ANSWER_WRONG): Explanation(
        "PWD-4",
        "L'adresse et le numéro étaient les bons, la réponse à la question de confiance non. Majuscules, "
        "accents et espaces n'y comptent pas.",
        "Saisir la réponse que porte le récapitulatif de l'espace.",
    ),
    (Refusal.RECOVERY_REFUSED, Reason.LOCKED_OUT): Explanation(
        "PWD-4",
        "Il y avait eu trop d'essais faux pour cette adresse : pendant un temps, même la bonne réponse est "
        "refusée.",
        "Attendre la fin du blocage, puis recommencer.",
    ),
    (Refusal.CIVILITY_MISSING, None): Explanation("NEW-2", "Aucune civilité n'a été choisie.", _FILL_IN),
    (Refusal.LAST_NAME_MISSING, None): Explanation("NEW-2", "Le nom est resté vide.", _FILL_IN),
    (Refusal.FIRST_NAME_MISSING, None): Explanation("NEW-2", "Le prénom est resté vide.", _FILL_IN),
    (Refusal.PHONE_MALFORMED, None): Explanation(
        "NEW-2",
        "Ce qui a été saisi n'a pas la forme d'un numéro de téléphone.",
        "Saisir un numéro de 6 à 15 chiffres.",
    ),
    (Refusal.STREET_MISSING, None): Explanation("NEW-2", "L'adresse est restée vide.", _FILL_IN),
    (Refusal.POSTCODE_MISSING, None): Explanation("NEW-2", "Le code postal est resté vide.", _FILL_IN),
    (Refusal.TOWN_MISSING, None): Explanation("NEW-2", "La ville est restée vide.", _FILL_IN),
    (Refusal.COUNTRY_MISSING, None): Explanation("NEW-2", "Le pays est resté vide.", _FILL_IN),
    (Refusal.IDENTITY_TOO_LONG, None): Explanation(
        "NEW-2",
        "Le nom, le prénom ou une ligne de l'adresse compte plus de 50 caractères.",
        "Saisir une ligne plus courte.",
    ),
    (Refusal.IDENTITY_CHARACTERS, None): Explanation(
        "NEW-2",
        "Le nom, le prénom ou l'adresse comporte un caractère que le récapitulatif ne peut pas imprimer.",
        "Écrire avec des caractères ordinaires.",
    ),
    (Refusal.SIREN_MISSING, None): Explanation("NEW-1", "Aucun SIREN n'a été saisi.", _FILL_IN),
    (Refusal.SIREN_INVALID, None): Explanation(
        "NEW-1",
        "L'un des SIREN saisis n'a pas 9 chiffres, ou son dernier chiffre ne correspond pas aux autres.",
        "Recopier le SIREN de l'entreprise.",
    ),
    (Refusal.SIREN_NOT_SINGLE, None): Explanation(
        "NEW-2",
        "Plusieurs SIREN ont été saisis en mode simplifié, qui est celui d'une seule entreprise.",
        "Saisir un seul SIREN, ou revenir et choisir le mode expert.",
    ),
    (Refusal.TOO_MANY_SIRENS, None): Explanation(
        "NEW-2", "Plus de 50 SIREN ont été saisis.", "En saisir 50 au plus."
    ),
    (Refusal.MESSAGE_MISSING, None): Explanation(
        "HELP-2", "Le message à l'assistance était vide.", "Écrire un message."
    ),
    (Refusal.MESSAGE_TOO_LONG, None): Explanation(
        "HELP-2", "Le message à l'assistance comptait plus de 2 000 caractères.", "Écrire plus court."
    ),
    (Refusal.SENDER_TOO_LONG, None): Explanation(
        "HELP-2", "Le nom ou l'adresse comptait plus de 100 caractères.", "Saisir un nom plus court."
    ),
    (Refusal.MESSAGE_CHARACTERS, None): Explanation(
        "HELP-2",
        "Le message à l'assistance comportait un caractère qui ne s'affiche pas.",
        "Écrire avec des caractères ordinaires.",
    ),
    (Refusal.CLASS_CODE_WRONG, None): Explanation(
        None, "Ce n'était pas le code de la classe.", "Demander le code au formateur."
    ),
    (Refusal.CLASS_CODE_WRONG, Reason.LOCKED_OUT): Explanation(
        None,
        "Trop de codes de classe faux sont venus de cette machine en une minute.",
        "Attendre une minute, puis saisir le code de la classe.",
    ),
    (Refusal.FORM_FORGED, None): Explanation(
        None,
        "Le formulaire ne venait pas de la page que ce navigateur avait affichée, ou la visite avait changé "
        "entre-temps.",
        _AGAIN,
    ),
    (Refusal.FORM_UNREADABLE, None): Explanation(None, "Le formulaire reçu n'était pas lisible.", _AGAIN),
    (Refusal.FORM_TOO_LARGE, None): Explanation(
        None, "Le formulaire reçu était trop volumineux.", _AGAIN
    ),
    (Refusal.PAGE_UNKNOWN, None): Explanation(
        None, "L'adresse demandée n'est celle d'aucune page.", "Revenir à l'accueil du portail."
    ),
    (Refusal.METHOD_UNKNOWN, None): Explanation(
        None,
        "La page a été demandée d'une façon qu'aucun écran n'emploie.",
        "Revenir à l'accueil du portail.",
    ),
    (Refusal.HOST_UNKNOWN, None): Explanation(
        None,
        "Le portail a été demandé sous un nom qui n'est pas le sien.",
        "Saisir l'adresse que la console donne.",
    ),
}  # fmt: skip

_AUTHORITY = {
    Status.FICHE: "La fiche le dit",
    Status.INFERRED: "Cela découle de la fiche",
    Status.ASSUMED: "C'est un choix du simulateur",
}
_SILENT = {
    Status.INFERRED: "La fiche ne le dit pas, mais le suppose.",
    Status.ASSUMED: "La fiche n'en dit rien : c'est un choix du simulateur.",
}


def explain(refusal_code: str, reason: str) -> tuple[Refusal, Explanation] | None:
    """The refusal of that code and its explanation, for the journal's reason; None for what is none."""
    refusal = next((each for each in Refusal if each.code == refusal_code), None)
    hidden = next((each for each in Reason if each.value == reason), None)
    if refusal is None or (refusal, hidden) not in EXPLANATIONS:
        return None
    return refusal, EXPLANATIONS[refusal, hidden]


def tell_rule(rule_id: str) -> RuleInWords:
    """The rule of that id in French; one that stands behind a refusal."""
    rule = _catalogue()[rule_id]
    where = " et ".join(f"§\N{NO-BREAK SPACE}{section}" for section in rule.sections)
    first, *others = (_AUTHORITY[status] for status in rule.statuses)
    authority = ", et pour une part ".join((first, *(each[0].lower() + each[1:] for each in others)))
    source = f"{authority} ({where})." if where else _SILENT[rule.statuses[0]]
    return RuleInWords(rule_id, rule.phrase, rule.quote, source)


@cache
def _catalogue() -> dict[str, Rule]:
    return {rule.id: rule for rule in load_rules()}
