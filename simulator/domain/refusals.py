"""Every refusal that a person can meet: a closed set of codes, each with its rule and its sentence.

Pages show the code (`data-refusal`), the rule (`data-rule`) and the French sentence; the journal has the
code, the rule, and the real reason where the page keeps it to itself (ACT-14, PWD-2). The codes are public:
other people's scripts wait for them. `docs/reference/refusals.md` is generated from this page.
"""

from dataclasses import dataclass
from enum import Enum


class Refusal(Enum):
    """One refusal: stable code, rule (None where no rule speaks of it), French sentence, form field."""

    # The certificate (ACC-*)
    CERTIFICATE_MISSING = (
        "certificate-missing",
        "ACC-4",
        "Aucun certificat électronique n'a été présenté par votre navigateur.",
        None,
    )
    CERTIFICATE_UNKNOWN_ISSUER = (
        "certificate-unknown-issuer",
        "ACC-4",
        "Votre certificat n'a pas été émis par une autorité reconnue.",
        None,
    )
    CERTIFICATE_WRONG_USAGE = (
        "certificate-wrong-usage",
        "ACC-4",
        "Votre certificat n'est pas destiné à l'authentification d'une personne.",
        None,
    )
    CERTIFICATE_NOT_YET_VALID = (
        "certificate-not-yet-valid",
        "ACC-3",
        "Votre certificat n'est pas encore valide.",
        None,
    )
    CERTIFICATE_EXPIRED = (
        "certificate-expired",
        "ACC-3",
        "La date de validité de votre certificat est dépassée.",
        None,
    )
    CERTIFICATE_REVOKED = (
        "certificate-revoked",
        "ACC-4",
        "Votre certificat a été révoqué.",
        None,
    )
    CERTIFICATE_WITHOUT_SPACE = (
        "certificate-without-space",
        "ACC-3",
        "Votre certificat n'est associé à aucun espace abonné.",
        None,
    )
    SPACE_CONVERTED = (
        "space-converted",
        "ACC-10",
        "Votre espace est désormais accessible sans certificat : utilisez votre adresse électronique et "
        "votre mot de passe.",
        None,
    )

    # Sessions (SES-*)
    SESSION_ENDED = (
        "session-ended",
        "SES-2",
        "Votre session a pris fin. Vous pouvez accéder de nouveau à votre espace.",
        None,
    )
    SESSION_OF_ANOTHER_CERTIFICATE = (
        "session-of-another-certificate",
        "SES-3",
        "Cette session a été ouverte d'une autre façon, et ne peut pas être poursuivie ici.",
        None,
    )

    # Credentials (CRED-*)
    EMAIL_MISSING = (
        "email-missing",
        "CRED-3",
        "Saisissez votre adresse électronique.",
        "email",
    )
    EMAIL_MALFORMED = (
        "email-malformed",
        "CRED-3",
        "L'adresse électronique n'est pas valide.",
        "email",
    )
    EMAIL_TOO_LONG = (
        "email-too-long",
        "CRED-3",
        "L'adresse électronique ne doit pas dépasser 100 caractères.",
        "email",
    )
    EMAIL_NOT_ASCII = (
        "email-not-ascii",
        "CRED-3",
        "L'adresse électronique ne doit comporter ni accent ni caractère spécial.",
        "email",
    )
    EMAIL_MISMATCH = (
        "email-mismatch",
        "CRED-2",
        "Les deux adresses électroniques saisies sont différentes.",
        "email_confirmation",
    )
    EMAIL_TAKEN = (
        "email-taken",
        "CRED-4",
        "Cette adresse électronique est déjà utilisée pour un autre espace : choisissez-en une autre.",
        "email",
    )
    EMAIL_AWAITING_ACTIVATION = (
        "email-awaiting-activation",
        "ACT-7",
        "Un code d'activation a déjà été demandé avec cette adresse électronique : pendant le délai "
        "d'activation, il est impossible d'en redemander un avec la même adresse.",
        "email",
    )
    EMAIL_SHARED = (
        "email-shared",
        "CRED-5",
        "Cette adresse électronique figure dans plusieurs espaces : choisissez-en une autre.",
        "email",
    )
    PASSWORD_TOO_SHORT = (
        "password-too-short",
        "CRED-6",
        "Le mot de passe doit comporter 8 caractères au minimum.",
        "password",
    )
    PASSWORD_TOO_LONG = (
        "password-too-long",
        "CRED-6",
        "Le mot de passe doit comporter 20 caractères au maximum.",
        "password",
    )
    PASSWORD_CHARACTERS = (
        "password-characters",
        "CRED-6",
        "Le mot de passe doit être composé de chiffres et de lettres, sans espaces ni caractères accentués.",
        "password",
    )
    PASSWORD_NEEDS_BOTH = (
        "password-needs-both",
        "CRED-7",
        "Le mot de passe doit comporter au moins une lettre et au moins un chiffre.",
        "password",
    )
    PASSWORD_MISMATCH = (
        "password-mismatch",
        "CRED-2",
        "Les deux mots de passe saisis sont différents.",
        "password_confirmation",
    )
    QUESTION_UNKNOWN = (
        "question-unknown",
        "CRED-9",
        "Sélectionnez une question de confiance dans la liste.",
        "question",
    )
    ANSWER_MISSING = (
        "answer-missing",
        "CRED-9",
        "Saisissez la réponse à la question de confiance.",
        "answer",
    )
    ANSWER_TOO_LONG = (
        "answer-too-long",
        "CRED-9",
        "La réponse ne doit pas dépasser 100 caractères.",
        "answer",
    )
    ANSWER_CHARACTERS = (
        "answer-characters",
        "CRED-9",
        "La réponse comporte un caractère qui ne peut pas être imprimé.",
        "answer",
    )
    OPTION_PENDING = (
        "option-pending",
        "ACT-8",
        "Une option est déjà en attente d'activation : activez votre espace avec le code reçu.",
        None,
    )

    # Activation (ACT-*, POP-*)
    CODE_MISSING = (
        "code-missing",
        "ACT-14",
        "Saisissez le code d'activation.",
        "code",
    )
    ACTIVATION_REFUSED = (
        "activation-refused",
        "ACT-14",
        "L'adresse électronique ou le code d'activation est incorrect, ou le délai d'activation est dépassé.",
        "code",
    )

    # Result, password login (REG-*, PWD-*)
    RECAP_OF_ANOTHER = (
        "recap-of-another",
        "REG-5",
        "Ce récapitulatif n'est pas accessible depuis ce navigateur.",
        None,
    )
    PASSWORD_MISSING = (
        "password-missing",
        "PWD-2",
        "Saisissez votre mot de passe.",
        "password",
    )
    LOGIN_REFUSED = (
        "login-refused",
        "PWD-2",
        "L'adresse électronique ou le mot de passe est incorrect.",
        "email",
    )

    RECOVERY_REFUSED = (
        "recovery-refused",
        "PWD-4",
        "L'adresse électronique, le numéro d'abonné ou la réponse à la question de confiance est incorrect.",
        None,
    )

    # From outside the space (OUT-2)
    NUMBER_MISSING = (
        "number-missing",
        None,
        "Saisissez votre numéro d'abonné.",
        "subscriber_number",
    )
    OUTSIDE_REFUSED = (
        "outside-refused",
        "OUT-2",
        "Le numéro d'abonné, l'adresse électronique ou le SIREN ne correspond à aucun espace accessible avec "
        "certificat.",
        None,
    )

    # A new space (NEW-*)
    CIVILITY_MISSING = (
        "civility-missing",
        "NEW-2",
        "Sélectionnez votre civilité.",
        "civility",
    )
    LAST_NAME_MISSING = (
        "last-name-missing",
        "NEW-2",
        "Saisissez votre nom.",
        "last_name",
    )
    FIRST_NAME_MISSING = (
        "first-name-missing",
        "NEW-2",
        "Saisissez votre prénom.",
        "first_name",
    )
    PHONE_MALFORMED = (
        "phone-malformed",
        "NEW-2",
        "Saisissez un numéro de téléphone : 6 à 15 chiffres.",
        "phone",
    )
    STREET_MISSING = (
        "street-missing",
        "NEW-2",
        "Saisissez votre adresse professionnelle.",
        "street",
    )
    POSTCODE_MISSING = (
        "postcode-missing",
        "NEW-2",
        "Saisissez le code postal.",
        "postcode",
    )
    TOWN_MISSING = (
        "town-missing",
        "NEW-2",
        "Saisissez la ville.",
        "town",
    )
    COUNTRY_MISSING = (
        "country-missing",
        "NEW-2",
        "Saisissez le pays.",
        "country",
    )
    IDENTITY_TOO_LONG = (
        "identity-too-long",
        "NEW-2",
        "Le nom, le prénom et chaque ligne de l'adresse ne doivent pas dépasser 50 caractères.",
        None,
    )
    IDENTITY_CHARACTERS = (
        "identity-characters",
        "NEW-2",
        "Le nom, le prénom ou l'adresse comporte un caractère qui ne peut pas être imprimé.",
        None,
    )
    SIREN_MISSING = (
        "siren-missing",
        "NEW-1",
        "Saisissez le SIREN de l'entreprise.",
        "sirens",
    )
    SIREN_INVALID = (
        "siren-invalid",
        "NEW-1",
        "Un SIREN compte 9 chiffres : l'un de ceux qui ont été saisis n'est pas valide.",
        "sirens",
    )
    SIREN_NOT_SINGLE = (
        "siren-not-single",
        "NEW-2",
        "Le mode simplifié est celui d'une seule entreprise : pour plusieurs, optez pour le mode expert.",
        "sirens",
    )
    TOO_MANY_SIRENS = (
        "too-many-sirens",
        "NEW-2",
        "Un espace peut être créé pour 50 entreprises au plus.",
        "sirens",
    )

    # The helpdesk's form (HELP-2)
    MESSAGE_MISSING = (
        "message-missing",
        "HELP-2",
        "Saisissez votre message.",
        "message",
    )
    MESSAGE_TOO_LONG = (
        "message-too-long",
        "HELP-2",
        "Le message ne doit pas dépasser 2 000 caractères.",
        "message",
    )
    SENDER_TOO_LONG = (
        "sender-too-long",
        "HELP-2",
        "Le nom et l'adresse électronique ne doivent pas dépasser 100 caractères chacun.",
        None,
    )
    MESSAGE_CHARACTERS = (
        "message-characters",
        "HELP-2",
        "Le texte comporte un caractère qui ne peut pas être affiché.",
        "message",
    )

    # Where the replica is served beyond its own machine
    CLASS_CODE_WRONG = (
        "class-code-wrong",
        None,
        "Ce n'est pas le code de la classe, ou il a été essayé trop souvent.",
        "class_code",
    )

    # Requests that no screen of ours makes
    FORM_FORGED = (
        "form-forged",
        None,
        "Ce formulaire ne vient pas de la page affichée par votre navigateur. Revenez à la page et "
        "recommencez.",
        None,
    )
    FORM_UNREADABLE = (
        "form-unreadable",
        None,
        "Le formulaire reçu n'est pas lisible.",
        None,
    )
    FORM_TOO_LARGE = (
        "form-too-large",
        None,
        "Le formulaire reçu est trop volumineux.",
        None,
    )
    PAGE_UNKNOWN = (
        "page-unknown",
        None,
        "Cette page n'existe pas.",
        None,
    )
    METHOD_UNKNOWN = (
        "method-unknown",
        None,
        "Cette page ne s'ouvre pas de cette façon.",
        None,
    )
    HOST_UNKNOWN = (
        "host-unknown",
        None,
        "Ce site ne répond pas à cette adresse.",
        None,
    )

    def __init__(self, code: str, rule: str | None, sentence: str, field: str | None) -> None:
        self.code = code
        self.rule = rule
        self.sentence = sentence
        self.field = field


class Reason(Enum):
    """The real reason behind a sentence that hides it: its value and its meaning.

    The reason is written to the journal only (ACT-14, PWD-2).
    """

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Reason":
        """A reason that is known by its value alone."""
        reason = object.__new__(cls)
        reason._value_ = value
        reason.meaning = meaning
        return reason

    ADDRESS_UNKNOWN = "address-unknown", "no option and no space has this address"
    CODE_WRONG = "code-wrong", "the address has a code, and the typed one differs"
    CODE_EXPIRED = "code-expired", "the right code, after its 48 hours"
    CODE_REPLACED = "code-replaced", "the right code of an option that a later one has replaced"
    CODE_USED = "code-used", "the right code, used before"
    LOCKED_OUT = (
        "locked-out",
        "too many wrong tries for this address or number; this one was not checked",
    )
    TICKET_FORGED = "ticket-forged", "the request of the window carries no ticket of this browser"
    PASSWORD_WRONG = (
        "password-wrong",
        "the address has a space, and this is not its password",
    )
    SPACE_PENDING = "space-pending", "a space has requested this address, and has not been activated"
    NUMBER_UNKNOWN = "number-unknown", "no space has this subscriber number"
    NUMBER_WRONG = "number-wrong", "the address has a space, and this is not its number"
    ADDRESS_WRONG = "address-wrong", "the number belongs to a space, and this is not its e-mail on file"
    SIREN_WRONG = (
        "siren-wrong",
        "number and address belong to a space, and none of its companies has this SIREN",
    )
    ANSWER_WRONG = "answer-wrong", "address and number are right, the answer to the security question is not"
    ALREADY_CONVERTED = "already-converted", "the space with this number has been converted already"


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision against the person: which refusal, and the real reason where the sentence hides it."""

    refusal: Refusal
    reason: Reason | None = None
