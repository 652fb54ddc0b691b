"""The letter with the code: its text, how many there are, when it is given up.

The line of safety at its foot is no decision: `mail` adds it to every letter. This module must not know how a
letter travels. Source: fiche §3 (the e-mail's picture); rules ACT-1, MAIL-1 to MAIL-6.
"""

from dataclasses import dataclass

MAIL_DOMAIN = "dgfip.finances.example"
SENDER = f"ne.pas.repondre@{MAIL_DOMAIN}"
"""The fiche's local part at a reserved domain (MAIL-4)."""

SUBJECT = "ESPACE ABONNE DES PROFESSIONNELS"

FOR_GOOD = 500
"""The least SMTP reply code that says that a further attempt is useless."""

_TEXT = """\
Vous avez demandé la création d'un espace abonné professionnel ou vous y avez apporté une modification. \
Cette demande a bien été prise en compte. Votre espace abonné sera actif lorsque vous aurez saisi le code \
suivant :

{code}

Remarque : ce code n'est pas un mot de passe. Il ne doit être utilisé qu'une seule fois pour activer votre \
espace abonné.

Pour activer votre espace abonné, veuillez suivre la procédure suivante :

1. connectez vous sur le site impots.gouv.fr
2. cliquez sur "Professionnels" puis sur "Création Espace Abonné"
3. cliquez sur le lien "Création d'espace abonné sans certificat / 2ème partie : Activez votre espace sans \
certificat"
4. puis saisissez le code d'activation reçu ci-dessus et validez

Vous disposez d'un délai de {delay} pour activer votre espace abonné à compter de l'envoi de ce message.

L'Administration Fiscale vous remercie de l'intérêt que vous portez à ses services.

Si vous avez une question particulière, nous vous invitons à ne pas répondre à l'adresse électronique de ce \
message mais à vous connecter sur notre site impots.gouv.fr où vous trouverez les réponses aux questions les \
plus fréquentes.

Pour votre sécurité, l'administration fiscale ne vous adresse jamais de messages contenant un logo ou un \
lien renvoyant sur un site Internet. Si vous recevez un tel message, merci de ne pas utiliser ce lien.
"""


@dataclass(frozen=True, slots=True)
class ActivationLetter:
    """Sender, subject and text of a letter."""

    sender: str
    subject: str
    text: str


class LetterRules:
    """The decisions on letters."""

    def write(self, code: str, delay: str) -> ActivationLetter:
        """The letter with the code and the delay in words: plain text, no link, no logo.

        Source: fiche §3, rules MAIL-1 to MAIL-4.
        """
        return ActivationLetter(SENDER, SUBJECT, _TEXT.format(code=code, delay=delay))

    def names(self, option_id: str) -> tuple[str, ...]:
        """The names of an option's letters: one letter, however many attempts it takes (ACT-1, MAIL-6)."""
        return (option_id,)

    def refused_for_good(self, reply: int) -> bool:
        """Whether a letter is given up after that SMTP reply (MAIL-5)."""
        return reply >= FOR_GOOD
