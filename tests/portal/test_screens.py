"""Each screen as in the fiche: its elements in order, its hooks and its headers.

One walk through the procedure on 9 and 10 June 2011 collects all pages for all tests.
"""

import email.policy
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from io import BytesIO

import aiohttp
import pytest
from cases import cases
from lxml.html import HtmlElement
from pypdf import PdfReader
from raw_browser import (
    ACTIVATION,
    CREDENTIALS,
    QUESTION,
    RESULT,
    RESULT_RECAP,
    WRONG_CODE,
    Answer,
    Browse,
    RawBrowser,
    code_sent_to,
    credentials,
    open_browser,
    recap_of,
)

from maquette.fixtures.page_reader import plain
from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.portal.outside import TYPED
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.realms import find_realm, save_realm

LILA, NUMBER = "lila.rosemonde@courriel.example", "20111710000303"
NOTICE = "Vous allez choisir un certificat."
SAFETY_LINE = (
    "Simulateur de formation et de test — ce site n'est pas impots.gouv.fr ; "
    "n'y saisissez aucune donnée réelle."
)
APPLICATION, NEW_PASSWORD = "/creation/votre-espace", "/espace/nouveau-mot-de-passe"
FRANCOIS = "francois.beaumache@courriel.example"
APPLICANT = {
    "civility": "Monsieur", "last_name": "Aubépin", "first_name": "Côme", "phone": "01 99 00 12 34",
    "street": "3 rue des Églantiers", "postcode": "75011", "town": "Paris", "country": "FRANCE",
    "sirens": "732829320",
}  # fmt: skip
SCREENS = (
    "home", "professionals", "access", "notice", "space", "irrevocable", "credentials", "question",
    "pending", "activation", "creation", "registration", "coordinates", "forgotten", "helpdesk",
    "outside", "out-of-scope", "refused", "session-ended", "error",
)  # fmt: skip


@dataclass(frozen=True)
class Gallery:
    """The pages of one walk by name, with its letter, its recap and its cookies."""

    realm: Realm
    pages: dict[str, Answer] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    headers: list[Answer] = field(default_factory=list)

    def text(self, name: str) -> str:
        return plain(self.pages[name].page.text())


@pytest.fixture(scope="module")
async def gallery(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gallery]:
    """The pages of all screens, collected on the days of the fiche."""
    realm = await simulator.realm(clock="2011-06-09T09:00:00+02:00", policy={"gate.notice": NOTICE})
    _stop_clock(simulator, realm, "2011-06-09T09:00:00+02:00")
    trusting = ssl.create_default_context(cafile=str(simulator.doors.ca))
    folder = tmp_path_factory.mktemp("certificates")
    gallery = Gallery(realm)
    async with AsyncExitStack() as stack:

        async def browse(persona: str | None = None) -> RawBrowser:
            browser = await open_browser(simulator, realm, trusting, folder, persona)
            return await stack.enter_async_context(browser)

        await _walk(gallery, browse, simulator)
        yield gallery


async def _walk(gallery: Gallery, browse: Browse, simulator: Simulator) -> None:
    pages, realm = gallery.pages, gallery.realm
    nobody, lila = await browse(), await browse("lila")
    for name, path in {
        "home": "/", "professionals": "/professionnels", "access": "/mon-espace", "notice": "/avis",
        "activation": ACTIVATION, "creation": "/creation", "forgotten": "/mot-de-passe-oublie",
        "helpdesk": "/assistance", "outside": "/hors-espace", "out-of-scope": "/hors-du-champ",
        "creation, simplified": APPLICATION, "creation, expert": f"{APPLICATION}?mode=expert",
        "forgotten, done": "/mot-de-passe-oublie?fait=1",
        "another's recap": RESULT_RECAP, "error": "/nulle-part",
    }.items():  # fmt: skip
        pages[name] = await nobody.get(path)
    pages["helpdesk, refused"] = await nobody.submit("/assistance", name="", email="", message="")
    pages["helpdesk, sent"] = await nobody.get("/assistance?envoye=1")
    pages["access, refused"] = await nobody.log_in(LILA)
    empty = {"subscriber_number": "", "email": ""}
    pages["outside, refused"] = await nobody.submit("/hors-espace", **empty, siren="")
    pages["forgotten, refused"] = await nobody.submit("/mot-de-passe-oublie", **empty, answer="")
    pages["creation, refused"] = await nobody.submit(APPLICATION, **dict.fromkeys(TYPED, ""))
    pages["activation, refused"] = await nobody.submit(ACTIVATION, email=LILA, code=WRONG_CODE)
    pages["error, forged"] = await nobody.post("/mon-espace", {"email": "", "password": "", "csrf": "x"})
    pages["error, method"] = await nobody.request("PUT", "/mon-espace")
    pages["error, host"] = await nobody.request("GET", "/", headers={"Host": "evil.example"})
    for persona in ("francois", "celeste", "herve", "oceane", "zoe", "clemence"):
        pages[f"refused, {persona}"] = await (await browse(persona)).get("/certificat")
    pages["refused"] = await nobody.get("/certificat", door="gate")
    for persona, name in (("theo", "space, none"), ("berengere", "space, several")):
        browser = await browse(persona)
        gallery.headers.append(await browser.get("/certificat"))
        pages[name] = await browser.get("/espace")
        pages[f"{name}, page 2"] = await browser.get("/espace?page=2")
        chosen = pages[name].page.document.xpath("//a[starts-with(@id, 'dossier-')]/@id")
        if chosen:
            pages["space, chosen"] = await browser.get(
                f"/espace?dossier={chosen[0].removeprefix('dossier-')}"
            )
    gallery.headers.append(await lila.get("/certificat"))
    pages["space"] = await lila.get("/espace")
    pages["coordinates"] = await lila.get("/espace/coordonnees")
    pages["irrevocable"] = await lila.get("/espace/option")
    gallery.headers.append(await lila.submit("/espace/option"))
    pages["credentials"] = await lila.get(CREDENTIALS)
    pages["credentials, refused"] = await lila.submit(CREDENTIALS, **credentials("x", "court"))
    gallery.headers.append(await lila.submit(CREDENTIALS, **credentials(LILA)))
    pages["question"] = await lila.get(QUESTION)
    pages["question, refused"] = await lila.submit(QUESTION, question="", answer="")
    gallery.headers.append(await lila.submit(QUESTION, question=QUESTIONS[0], answer="Lilou"))
    code = await code_sent_to(simulator, realm, LILA)
    pages["pending"] = await lila.get("/espace/attente")
    pages["space, pending"] = await lila.get("/espace")

    _stop_clock(simulator, realm, "2011-06-10T10:00:00+02:00")
    pages["activation, accepted"] = await nobody.submit(ACTIVATION, email=LILA, code=code)
    ticket = pages["activation, accepted"].hidden("ticket")
    await lila.enter()
    opened = await nobody.submit(RESULT, ticket=ticket)
    gallery.headers.append(opened)
    pages["session-ended"] = await lila.get("/espace")
    pages["registration"] = await nobody.get(opened.location)
    recap = await nobody.get(recap_of(opened))
    gallery.headers.append(recap)
    gallery.files["recap"] = recap.body
    gallery.headers.append(await nobody.log_in(LILA))
    pages["space, password"] = await nobody.get("/espace")
    pages["coordinates, password"] = await nobody.get("/espace/coordonnees")
    gallery.headers.append(await nobody.submit("/espace/quitter"))
    headers = {"Authorization": f"Bearer {simulator.doors.token}"}
    async with aiohttp.ClientSession(headers=headers) as api:
        (mail,) = (await (await api.get(f"{realm.api}/mail")).json())["messages"]
        gallery.files["mail"] = await (await api.get(f"{realm.api}/mail/{mail['id']}/raw")).read()
    pages |= await _pages_outside_the_space(await browse())


async def _pages_outside_the_space(someone: RawBrowser) -> dict[str, Answer]:
    """Pages of HORS espace, of a new space and of a new password."""
    pages = {}
    await someone.submit(
        "/hors-espace", subscriber_number="20080930001593", email=FRANCOIS, siren="140986951"
    )
    pages["irrevocable, from outside"] = await someone.get("/espace/option")
    await someone.submit(APPLICATION, **APPLICANT)
    pages["credentials, new space"] = await someone.get(CREDENTIALS)
    csrf = pages["credentials, new space"].hidden("csrf")
    await someone.post(CREDENTIALS, {**credentials("come.aubepin@courriel.example"), "csrf": csrf})
    pages["question, new space"] = await someone.get(QUESTION)
    await someone.post(QUESTION, {"question": QUESTIONS[0], "answer": "Lilou", "csrf": csrf})
    pages["pending, new space"] = await someone.get("/espace/attente")
    await someone.submit("/mot-de-passe-oublie", email=LILA, subscriber_number=NUMBER, answer="lilou")
    pages["forgotten, new password"] = await someone.get(NEW_PASSWORD)
    short = {
        "password": "court",
        "password_confirmation": "court",
        "csrf": pages["forgotten, new password"].hidden("csrf"),
    }
    pages["forgotten, new password, refused"] = await someone.post(NEW_PASSWORD, short)
    return pages


def _stop_clock(simulator: Simulator, realm: Realm, instant: str) -> None:
    with simulator.store.writing(realm.name) as transaction:
        record = find_realm(transaction)
        assert record is not None
        clock = Clock(ClockMode.FROZEN, parse_instant(instant), datetime.now(UTC))
        save_realm(transaction, replace(record, clock=clock))


# What stands on each screen, in its order; what is quoted there is the fiche's, word for word.

SITE = [
    "un site de la direction générale des finances publiques",
    "Mon espace",
    "Accéder à mes services en ligne",
    "Particulier",
    "Professionnel",
    "Particuliers",
    "Professionnels",
    "Documentation",
]
PERSON = [
    "Civilité :",
    "Nom :",
    "Prénom :",
    "Téléphone professionnel :",
    "Adresse professionnelle :",
    "Code postal :",
    "Ville :",
    "Pays :",
]
COLUMN = [
    "Abonné: 20111710000303 Rosemonde Lila Paris FRANCE",
    "Date de validité du certificat: 27/11/2016",
    "Quitter",
]
LEFT = [
    "Mme Lila ROSEMONDE",
    "Date de validité du certificat 27/11/2016",
    "Opter pour l'accès sans certificat",
]
CONTENTS = {
    "home": [
        *SITE,
        "Particuliers",
        "Je souhaite...",
        "accéder à Mon espace",
        "Une question ?",
        "rubrique des Particuliers",
        "Professionnels",
        "Je souhaite...",
        "Créer mon espace / adhérer aux services en ligne",
        "Déclarer et payer ma TVA",
        "Déclarer et payer l'impôt sur les sociétés",
        "Déclarer mes données sociales",
        "accéder à Mon espace",
        "Une question ?",
        "Créer mon espace / adhérer aux services en ligne",
        "rubrique des Professionnels",
        "RECHERCHE",
        "Recherche détaillée",
        "Recherche de formulaires",
        "Les autres services de la DGFP",
        "Le plan cadastral",
        "Simulateurs",
        "Questions fréquentes",
        "Calendrier fiscal",
        "Vous êtes à l'étranger",
        "Nous connaître",
        "Nous rejoindre",
    ],
    "professionals": [
        *SITE,
        "Professionnels",
        "Téléprocédures",
        "Aide et informations utiles",
        "FOCUS",
        "je contacte mon assistance informatique",
    ],
    "access": [
        "< retour",
        "Mon espace Professionnel",
        "? Aide",
        "J'accède avec mon mot de passe",
        "Adresse électronique",
        "Mot de passe",
        "Mot de passe oublié ?",
        (
            "Rappel : il ne s'agit pas du code d'activation mais du mot de passe que vous avez "
            "choisi lors de votre inscription"
        ),
        "Valider",
        "J'accède avec mon certificat électronique",
        "Accéder avec mon certificat",
        (
            "Même si votre certificat est encore valide, nous vous proposons d'opter dès à présent "
            "pour l'accès avec un mot de passe."
        ),
        (
            "En cas de perte, de révocation, ou d'invalidité de votre certificat, vous devez opter "
            "pour l'accès avec un mot de passe."
        ),
        "J'opte pour l'accès avec un mot de passe",
        "Je crée mon espace professionnel",
        "Je crée mon espace professionnel",
        "Je paye ma taxe foncière à partir de la référence de mon avis",
        "Je paye en ligne",
    ],
    "notice": [
        NOTICE,
        "OK",
    ],
    "space, none": [
        "ESPACE ABONNÉ",
        "GÉRER",
        "DÉMARCHES",
        "Date de validité du certificat",
        "Opter pour l'accès sans certificat",
        "Bienvenue,",
        (
            "Vous avez créé votre espace abonné, vous pouvez maintenant adhérer aux services en "
            "ligne dont vous avez besoin : déclarer, payer vos impôts professionnels, consulter "
            "votre compte fiscal, effectuer et suivre une démarche."
        ),
        "MON ESPACE",
        "0 message",
        "Gérer mes services",
        "Poser une question générale",
        "MES SERVICES",
        "Je souhaite adhérer",
        "J'adhère",
        "En savoir plus",
        "MA PAGE PERSONNALISÉE",
        "Gérer mon agenda fiscal, mon information fiscale, mon classeur",
    ],
    "space": [
        "ESPACE ABONNÉ",
        "GÉRER",
        "CONSULTER",
        "DÉCLARER",
        "PAYER",
        "DÉMARCHES",
        *LEFT,
        "DOSSIER COURANT",
        "SIREN 123456782 SARL MARTIN DISTRIBUTION",
        "MON ESPACE",
        "0 message",
        "Gérer mes services",
        "MES SERVICES",
        "Consulter",
        "Compte fiscal",
        "Déclarer",
        "T.V.A.",
        "Impôt sur les sociétés",
        "Taxe sur les salaires",
        "C.V.A.E.",
        "Payer",
        "T.V.A.",
        "Impôt sur les sociétés",
        "Taxe sur les salaires",
        "C.V.A.E.",
        "Autres impôts",
        "Démarches",
        "Effectuer une démarche",
        "Suivre mes démarches",
        "MA PAGE PERSONNALISÉE",
    ],
    "space, several": [
        "ESPACE ABONNÉ",
        "GÉRER",
        "Date de validité du certificat",
        "Opter pour l'accès sans certificat",
        "Choisissez un dossier",
        "SIREN",
        "Page 1 sur 2",
        "Page suivante",
        "MON ESPACE",
        "MES SERVICES",
        "MA PAGE PERSONNALISÉE",
    ],
    "space, chosen": [
        "ESPACE ABONNÉ",
        "GÉRER",
        "Opter pour l'accès sans certificat",
        "DOSSIER COURANT",
        "SIREN",
        "Choisir un autre dossier",
        "MES SERVICES",
    ],
    "space, pending": [
        "ESPACE ABONNÉ",
        *LEFT,
        "11 juin 2011 à 09:00:00",
        "Activez votre espace abonné",
    ],
    "irrevocable": [
        *COLUMN,
        (
            'Le passage du mode d\'accès "avec certificat" au mode d\'accès "sans certificat" est '
            "irrévocable ; ainsi vous ne pourrez pas effectuer l'opération inverse c'est à dire "
            "revenir à votre espace accessible avec un certificat numérique."
        ),
        "Retour",
        "Opter pour l'accès sans certificat",
    ],
    "credentials": [
        "PROFESSIONNELS",
        *COLUMN,
        "Créer vos identifiants",
        "Votre adresse électronique :",
        ("Important : cette adresse électronique ne pourra être utilisée que pour un seul et unique espace"),
        "Confirmez votre nouvelle adresse électronique :",
        "Votre mot de passe :",
        "(8 caractères minimum et 20 caractères maximum. Les chiffres et les lettres sont autorisés)",
        "Pensez à noter votre mot de passe.",
        "Confirmez votre nouveau mot de passe :",
        "Retour",
        "Valider",
        "Rappel :",
        "une adresse électronique ne peut être associée qu'à un seul espace abonné sans certificat.",
        "Conseil :",
        (
            "Notez votre mot de passe car pour préserver la confidentialité de votre espace, il "
            "est stocké de façon cryptée : l'administration fiscale ne pourra donc pas vous le "
            "communiquer en cas d'oubli."
        ),
    ],
    "question": [
        "PROFESSIONNELS",
        *COLUMN,
        "Créer vos identifiants",
        "Option pour l'accès sans certificat",
        "Votre adresse électronique :",
        LILA,
        "Sélectionnez une question de confiance :",
        "Quel est votre surnom ?",
        "Saisissez la réponse à la question de confiance :",
        "Retour",
        "Valider",
    ],
    "pending": [
        "PROFESSIONNELS",
        *COLUMN,
        "Activation de votre espace abonné",
        "Madame Rosemonde Lila",
        (
            "Vous allez recevoir le code d'activation dans votre messagerie. Si vous ne le recevez "
            "pas, vérifiez que l'adresse que vous avez saisie (lila.rosemonde@courriel.example) "
            'est correcte, et consultez la rubrique "Courrier indésirable" ou "Spam" de votre '
            "messagerie personnelle."
        ),
        (
            "Remarque : Ce code n'est pas un mot de passe. Il ne doit être utilisé qu'une seule "
            "fois pour activer votre espace abonné."
        ),
        "Après réception de ce code, vous devez cliquer sur le lien ci-dessous :",
        "Activez votre espace abonné",
        (
            "Vous pouvez retrouver ce lien sur le site impots.gouv.fr en cliquant sur : "
            '"Professionnels", puis sur "Créer mon espace abonné" et dans "2ème partie : '
            'activation de l\'espace abonné" sur "Activez votre espace abonné".'
        ),
        (
            "Vous disposez d'un délai de 48h, à compter de l'envoi du code ci-dessus, pour activer "
            "votre espace abonné."
        ),
        "11 juin 2011 à 09:00:00",
        "OK",
    ],
    "activation": [
        "PROFESSIONNELS",
        "Activer votre espace abonné",
        (
            "Veuillez saisir votre adresse électronique et le code d'activation que vous avez reçu "
            "par courrier électronique à l'issue de la procédure d'inscription en respectant les "
            "majuscules et les minuscules."
        ),
        "Saisissez votre adresse électronique",
        "Entrez le code d'activation (12 caractères)",
        "Valider",
        "Effacer",
    ],
    "activation, accepted": [
        (
            "Si vous restez bloqué sur la page ci-dessus après avoir cliqué sur le bouton "
            "\"Valider\", la création de votre espace n'a pas abouti ; veuillez vérifier si l'option "
            '"Bloquer les fenêtres publicitaires intempestives" de votre navigateur internet est '
            "activée :"
        ),
        "Si oui, vous devez ajouter",
        "dans la liste des sites autorisés. Ensuite, fermez toutes les pages du navigateur",
        "Si non, contactez l'assistance",
    ],
    "creation": [
        "PROFESSIONNELS",
        (
            "Pour accéder à vos services en ligne, vous devez d'abord créer votre espace: "
            "choisissez la procédure qui vous convient."
        ),
        (
            "Quelle que soit la procédure choisie, vous devrez mentionner une adresse électronique "
            "ainsi que le ou les SIREN concernés."
        ),
        "mode simplifié",
        "1ère étape : Créez votre espace",
        "2ème étape : Activez votre espace",
        "mode expert",
        "1ère étape : Créez votre espace",
        "2ème étape : Activez votre espace",
        "Quitter",
    ],
    "registration": [
        "PROFESSIONNELS",
        "Votre espace avec certificat a bien été transformé en espace sans certificat.",
        "Vous conservez le même numéro d'abonné.",
        "Votre inscription",
        "Madame Rosemonde Lila",
        "Votre inscription a été réalisée le 10 juin 2011 sous le numéro 20111710000303",
        "Ce numéro d'abonné vous est personnel et doit le rester.",
        "Sauvegardez ou imprimez votre formulaire",
        "Il vous sera indispensable en cas de perte de votre mot de passe.",
        "Vos services en ligne",
        "Accédez à votre espace abonné",
    ],
    "coordinates": [
        "Gérer mes services",
        "Gérer vos coordonnées",
        "Madame",
        "Rosemonde",
        "Lila",
        NUMBER,
    ],
    "coordinates, password": [
        "Gérer vos coordonnées",
        NUMBER,
        LILA,
        "Récapitulatif",
    ],
    "helpdesk": [
        "8h00 à 19h30 du lundi au vendredi",
        "prix d'un appel local",
        "0 810 006 882",
        "L'assistance est ouverte en ce moment.",
        "Votre message :",
        "Envoyer",
    ],
    "forgotten": [
        "Mot de passe oublié",
        "Munissez-vous du récapitulatif de votre espace",
        "Votre adresse électronique :",
        "Votre numéro d'abonné :",
        "Saisissez la réponse à la question de confiance :",
        "la question n'est pas affichée ici",
        "Retour",
        "Valider",
    ],
    "forgotten, done": [
        "Mot de passe oublié",
        "Votre nouveau mot de passe est enregistré.",
        "Accédez à votre espace abonné",
    ],
    "forgotten, new password": [
        "Choisissez un nouveau mot de passe",
        "Votre nouveau mot de passe :",
        "(8 caractères minimum et 20 caractères maximum. Les chiffres et les lettres sont autorisés)",
        "Confirmez votre nouveau mot de passe :",
        "Retour",
        "Valider",
    ],
    "creation, simplified": [
        "Créez votre espace",
        "1ère étape du mode simplifié",
        *PERSON,
        "SIREN de votre entreprise :",
        "Retour",
        "Valider",
        "un nouvel espace ne reprend ni les dossiers ni les services d'un autre",
        "La fiche ne montre pas cette page",
    ],
    "creation, expert": [
        "Créez votre espace",
        "1ère étape du mode expert",
        *PERSON,
        "SIREN des entreprises concernées (un par ligne) :",
        "Retour",
        "Valider",
    ],
    "irrevocable, from outside": [
        "Abonné: 20080930001593 Beaumâche François",
        "Quitter",
        "est irrévocable ; ainsi vous ne pourrez pas effectuer l'opération inverse",
        "Retour",
        "Opter pour l'accès sans certificat",
    ],
    "credentials, new space": [
        "Abonné: Aubépin Côme Paris FRANCE Quitter",
        "Créer vos identifiants",
        "cette adresse électronique ne pourra être utilisée que pour un seul et unique espace",
    ],
    "question, new space": [
        "Abonné: Aubépin Côme Paris FRANCE Quitter",
        "Création de votre espace",
        "come.aubepin@courriel.example",
    ],
    "pending, new space": [
        "Abonné: Aubépin Côme Paris FRANCE Quitter",
        "Monsieur Aubépin Côme",
        "l'adresse que vous avez saisie (come.aubepin@courriel.example)",
        "Activez votre espace abonné",
        "Vous disposez d'un délai de 48h, à compter de l'envoi du code ci-dessus",
    ],
    "outside": [
        "Opter pour l'accès sans certificat HORS espace abonné",
        "En cas de perte, de révocation, ou d'invalidité de votre certificat",
        "Votre numéro d'abonné :",
        "Votre adresse électronique :",
        "(celle qui figure dans les coordonnées de votre espace)",
        "SIREN de votre entreprise :",
        "Retour",
        "Valider",
        "n'est pas celle que le simulateur reproduit",
    ],
    "out-of-scope": [
        "Hors du champ du simulateur",
        "Retour à l'accueil",
    ],
    "refused": [
        "Accès refusé",
        "Aucun certificat électronique",
        "J'opte pour l'accès avec un mot de passe",
        "jusqu'à sa fermeture",
        "Mon espace Professionnel",
    ],
    "session-ended": [
        "Fin de session",
        "Vous pouvez accéder de nouveau à votre espace",
    ],
    "error": [
        "Page introuvable",
        "Cette page n'existe pas.",
        "Retour à l'accueil",
    ],
}


@cases("name", CONTENTS)
async def test_a_screens_elements_stand_on_it_in_their_order(name: str, gallery: Gallery) -> None:
    text, position = gallery.text(name), 0
    for element in CONTENTS[name]:
        position = text.find(element, position) + len(element)
        assert position >= len(element), f"« {element} » is missing or out of order in: {text}"


async def test_the_walk_saw_every_screen(gallery: Gallery) -> None:
    assert {answer.screen for answer in gallery.pages.values()} == set(SCREENS)
    for name, answer in gallery.pages.items():
        assert answer.screen == name.partition(",")[0] or name == "another's recap", name


@pytest.mark.rule("HOME-0")
@pytest.mark.rule("HOME-1")
@pytest.mark.rule("HOME-N")
@pytest.mark.rule("HOME-4")
async def test_each_welcome_screen_shows_name_certificate_and_option(gallery: Gallery) -> None:
    names = {
        "space": "Mme Lila ROSEMONDE",
        "space, none": "M. Théo LŒVENBRUCK",
        "space, several": "D'AUBRÉCOURT",
    }
    for name, holder in names.items():
        text, page = gallery.text(name), gallery.pages[name].page
        assert holder in text
        assert re.search(r"Date de validité du certificat \d\d/\d\d/201\d", text)
        assert page.find_target("Opter pour l'accès sans certificat").get("id") == "opter"
    assert "CONSULTER" not in gallery.text("space, none")
    assert "DOSSIER COURANT" not in gallery.text("space, none") + gallery.text("space, several")


@pytest.mark.rule("HOME-5")
@pytest.mark.rule("ACC-12")
async def test_a_password_space_shows_neither_certificate_nor_option_and_the_rest_as_before(
    gallery: Gallery,
) -> None:
    for name in ("space, password", "coordinates, password"):
        text = gallery.text(name)
        assert "certificat" not in text
        assert gallery.pages[name].page.element("opter") is None
    before, after = gallery.pages["space"].page, gallery.pages["space, password"].page
    assert after.text(within="MES SERVICES") == before.text(within="MES SERVICES")
    assert "SIREN 123456782 SARL MARTIN DISTRIBUTION" in after.text()


@pytest.mark.rule("HOME-N")
async def test_files_are_paged_by_ten_and_each_stands_on_one_page(gallery: Gallery) -> None:
    def files(name: str) -> list[str]:
        return gallery.pages[name].page.document.xpath("//a[starts-with(@id, 'dossier-')]/@id")

    first, second = files("space, several"), files("space, several, page 2")
    assert (len(first), len(set(first + second))) == (10, 10 + len(second))
    assert 0 < len(second) <= 10
    last = gallery.pages["space, several, page 2"].page
    assert "Page 2 sur 2" in last.text()
    assert (last.element("suivante"), last.element("precedente") is None) == (None, False)


# What holds for every page


async def test_the_safety_line_stands_at_the_top_and_at_the_foot_of_every_page(gallery: Gallery) -> None:
    for name, answer in gallery.pages.items():
        document = answer.page.document
        for place in ("header", "footer"):
            lines = [plain(each.text_content()) for each in document.xpath(f"//{place}//*[@class='safety']")]
            assert lines == [SAFETY_LINE], name
        assert gallery.text(name).count(SAFETY_LINE) == 2
        assert gallery.text(name).removeprefix("Aller au contenu ").startswith(SAFETY_LINE)


async def test_the_letter_and_the_recap_carry_the_safety_line_too(gallery: Gallery) -> None:
    letter = message_from_bytes(gallery.files["mail"], policy=email.policy.SMTP)
    text = PdfReader(BytesIO(gallery.files["recap"])).pages[0].extract_text()
    assert SAFETY_LINE in plain(letter.get_content())
    assert SAFETY_LINE in plain(text)


async def test_every_page_has_its_hooks(gallery: Gallery) -> None:
    refusals = {refusal.code: refusal for refusal in Refusal}
    for name, answer in gallery.pages.items():
        body = answer.page.document.find("body")
        assert body.get("data-realm") == gallery.realm.name, name
        for element in answer.page.document.xpath("//*[@data-refusal]"):
            refusal = refusals[element.get("data-refusal")]
            assert (element.get("data-rule"), plain(element.text_content())) == (
                refusal.rule,
                plain(refusal.sentence),
            )


@pytest.mark.parametrize(
    "name",
    [
        "credentials, refused",
        "question, refused",
        "activation, refused",
        "access, refused",
        "helpdesk, refused",
        "outside, refused",
        "forgotten, refused",
        "creation, refused",
        "forgotten, new password, refused",
    ],
)
async def test_a_refusal_is_tied_to_its_field(name: str, gallery: Gallery) -> None:
    page, fields = gallery.pages[name].page, {refusal.code: refusal.field for refusal in Refusal}
    assert page.refusals
    for code in page.refusals:
        control = page.element(fields[code] or "")
        assert control is not None, code
        assert control.get("aria-invalid") == "true"
        (element,) = page.document.xpath(f"//*[@data-refusal='{code}']")
        described_by = [page.element(id_) for id_ in control.get("aria-describedby").split()]
        assert any(each is not None and element in each.iter() for each in described_by)


IDS = {
    "home": "professionnel creer-espace acceder-professionnel onglet-professionnels rubrique-professionnels",
    "access": "email password valider certificat hors-espace creer-espace oubli retour aide",
    "notice": "ok",
    "space": "opter quitter validite-certificat siren denomination gerer-services",
    "space, pending": "activer opter",
    "irrevocable": "opter retour avertissement",
    "credentials": "email email_confirmation password password_confirmation valider retour numero-abonne",
    "question": "question answer valider retour adresse",
    "pending": "activer ok adresse fin-du-delai",
    "activation": "email code valider effacer",
    "activation, accepted": "popup-form ouvrir aide-fenetre",
    "creation": "activer-simplifie activer-expert creer-simplifie creer-expert quitter",
    "registration": "recapitulatif espace numero-abonne date-inscription",
    "coordinates, password": "recapitulatif retour quitter",
    "helpdesk": "name email message envoyer ouverture",
    "outside": "subscriber_number email siren valider retour etapes-du-simulateur",
    "creation, expert": f"{' '.join(TYPED)} valider retour etapes-du-simulateur",
    "forgotten": "email subscriber_number answer valider retour",
    "forgotten, done": "mot-de-passe-change espace",
    "forgotten, new password": "password password_confirmation valider retour",
}


@cases("name", IDS)
async def test_important_elements_of_a_screen_have_stable_ids(name: str, gallery: Gallery) -> None:
    page = gallery.pages[name].page
    assert [id_ for id_ in IDS[name].split() if page.element(id_) is None] == []


async def test_every_page_is_sound_html_for_assistive_technology(gallery: Gallery) -> None:
    for name, answer in gallery.pages.items():
        document = answer.page.document
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids)), name
        assert document.get("lang") == "fr"
        assert document.findtext(".//title").endswith(" — simulateur impots.gouv.fr"), name
        assert len(document.xpath("//h1")) == 1, name
        for landmark in ("header", "main", "footer"):
            assert len(document.xpath(f"//body//{landmark}")) == 1, name
        assert document.xpath("//a[@class='skip']/@href") == ["#contenu"]
        for control in _typed_into(document):
            assert document.xpath(f"//label[@for='{control.get('id')}']"), (name, control.get("name"))
        for attribute in ("aria-describedby", "aria-labelledby"):
            for value in document.xpath(f"//@{attribute}"):
                assert set(value.split()) <= set(ids), (name, value)


def _typed_into(document: HtmlElement) -> list[HtmlElement]:
    return document.xpath("//input[@type!='hidden'] | //select | //textarea")


async def test_titles_tell_screens_apart_and_refusals_too(gallery: Gallery) -> None:
    titles = {name: answer.page.document.findtext(".//title") for name, answer in gallery.pages.items()}
    assert len({titles[name] for name in SCREENS}) == len(SCREENS)
    told = (
        "credentials",
        "question",
        "activation",
        "access",
        "helpdesk",
        "outside",
        "forgotten",
        "forgotten, new password",
    )
    for name in told:
        assert titles[f"{name}, refused"].startswith("Erreur")


async def test_every_link_stays_in_the_realm_and_no_url_leads_outside(gallery: Gallery) -> None:
    realm = gallery.realm
    prefix = f"/r/{realm.name}"
    inside = re.compile(
        rf"(?:{re.escape(prefix)}|{re.escape(realm.portal)}|{re.escape(realm.gate)})(?:[/?#]|$)|/static/[\w.]+$|#"
    )
    for name, answer in gallery.pages.items():
        document = answer.page.document
        urls = document.xpath("//@href | //@src | //@action | //@formaction | //@data-report | //@srcset")
        assert [url for url in urls if not inside.match(url)] == [], name
        assert not document.xpath("//base | //iframe | //object | //embed | //meta[@http-equiv]")
        rest = answer.body.decode().replace(realm.portal, "").replace(realm.gate, "")
        origin = realm.portal.removesuffix(prefix)
        assert "://" not in rest.replace(origin, ""), name


async def test_there_is_no_inline_script_or_style(gallery: Gallery) -> None:
    for name, answer in gallery.pages.items():
        document = answer.page.document
        assert not document.xpath("//script[not(@src)] | //style | //@style"), name
        assert not [each for each in document.xpath("//@*") if each.attrname.startswith("on")], name
        scripts = document.xpath("//script/@src")
        assert scripts == (["/static/popup.js"] if name == "activation, accepted" else []), name


async def test_every_form_that_changes_something_is_a_post_with_its_token(gallery: Gallery) -> None:
    for name, answer in gallery.pages.items():
        for form in answer.page.document.xpath("//form[not(@id='effacement')]"):
            assert form.get("method") == "post", name
            assert form.get("enctype") is None
            assert len(form.xpath(".//input[@name='csrf' and @type='hidden']/@value")) == 1, name


async def test_every_page_has_its_headers(gallery: Gallery, simulator: Simulator) -> None:
    doors = f"{simulator.doors.portal} {simulator.doors.gate}"
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self' {doors}; base-uri 'none'; frame-ancestors 'none'"
    )
    for name, answer in gallery.pages.items():
        headers = answer.headers
        assert headers["Content-Type"] == "text/html; charset=utf-8", name
        assert headers["Content-Security-Policy"] == policy, name
        assert answer.page.document.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow"]
    for answer in (*gallery.pages.values(), *gallery.headers):
        headers = answer.headers
        assert headers["Cache-Control"] == ("private, no-cache" if answer.method == "POST" else "no-store")
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert not {"Expires", "ETag", "Last-Modified", "Strict-Transport-Security"} & set(headers)


async def test_cookies_are_of_the_session_of_the_realm_and_out_of_reach_of_scripts(gallery: Gallery) -> None:
    cookies = [each for answer in (*gallery.pages.values(), *gallery.headers) for each in answer.cookies]
    kinds = set()
    for cookie in cookies:
        pair, *attributes = cookie.split("; ")
        name, _, value = pair.partition("=")
        kinds.add(name.removesuffix(f"-{gallery.realm.name}"))
        lasting = {each for each in attributes if each.lower().startswith(("expires", "max-age"))}
        assert {"Secure", "HttpOnly", "SameSite=Lax", f"Path=/r/{gallery.realm.name}"} == set(
            attributes
        ) - lasting
        assert bool(lasting) == (value in {"", '""'}), cookie
    assert kinds == {"maquette-session", "maquette-visitor"}


async def test_passwords_and_codes_are_never_given_back(gallery: Gallery) -> None:
    for name, answer in gallery.pages.items():
        assert answer.page.document.xpath("//input[@type='password']/@value") == [], name


async def test_static_files_name_no_other_place(simulator: Simulator, trusting: ssl.SSLContext) -> None:
    async with aiohttp.ClientSession(simulator.doors.portal) as session:
        for file in ("portal.css", "popup.js", "favicon.svg"):
            answer = await session.get(f"/static/{file}", ssl=trusting)
            text = await answer.text()
            assert answer.status == 200
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in answer.headers
            assert "@import" not in text
            assert [url for url in re.findall(r"\w+://[^\s\"')]+", text) if "www.w3.org" not in url] == []


async def test_the_default_realm_is_at_the_root(simulator: Simulator, trusting: ssl.SSLContext) -> None:
    async with aiohttp.ClientSession(simulator.doors.portal) as session:
        answer = await session.get("/mon-espace", ssl=trusting)
        text = await answer.text()
    assert 'data-realm="default"' in text
    assert "/r/" not in text
    assert all("; Path=/;" in f"{cookie};" for cookie in answer.headers.getall("Set-Cookie"))


# The realm's dates


async def test_pages_letter_registration_and_recap_are_all_of_2011(gallery: Gallery) -> None:
    years = {name: set(re.findall(r"\b20[12]\d\b", gallery.text(name))) for name in gallery.pages}
    assert years["registration"] == years["pending"] - {"2016"} == {"2011"}
    this_year = str(datetime.now(UTC).year)
    assert [name for name in years if this_year in years[name]] == []

    letter = message_from_bytes(gallery.files["mail"], policy=email.policy.SMTP)
    assert letter["Date"].datetime == datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
    assert letter["Date"].datetime.utcoffset() == timedelta(hours=2)

    recap = PdfReader(BytesIO(gallery.files["recap"]))
    text = plain(recap.pages[0].extract_text())
    assert this_year not in text
    assert recap.metadata is not None
    for instant in (recap.metadata.creation_date, recap.metadata.modification_date):
        assert instant is None or (instant.year, instant.month, instant.day) == (2011, 6, 10)


@pytest.mark.rule("HELP-2")
@pytest.mark.parametrize(
    ("instant", "says"),
    [
        ("2011-06-09T07:59:59+02:00", "fermée"),
        ("2011-06-09T08:00:00+02:00", "ouverte"),
        ("2011-06-09T08:00:01+02:00", "ouverte"),
        ("2011-06-11T10:00:00+02:00", "fermée"),
    ],
)
async def test_the_helpdesk_says_whether_it_is_open_on_the_realms_clock(
    instant: str, says: str, simulator: Simulator, realm: Realm, trusting: ssl.SSLContext
) -> None:
    _stop_clock(simulator, realm, instant)
    async with RawBrowser(realm, trusting) as nobody:
        assert f"L'assistance est {says} en ce moment." in (await nobody.get("/assistance")).page.text()
