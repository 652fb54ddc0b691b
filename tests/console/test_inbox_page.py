"""The inbox and the spam folder on the console: two folders, deleting, looking for words."""

from collections.abc import Callable

import aiohttp
import pytest
from console_browser import ConsoleBrowser, words

from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.mailbox import ArrivingMail, add_mail

NINE = parse_instant("2011-06-09T09:00:00+02:00")
Filed = Callable[..., int]


class InboxPage(ConsoleBrowser):
    """A browser on a realm's mail pages."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        super().__init__(api)
        self.root = f"/realms/{realm.name}/mail"
        self.journal = f"/api/realms/{realm.name}/journal"

    async def look(self, query: str = "") -> list[str]:
        await self.open(self.root + query)
        assert self.status == 200
        return self.subjects()

    def subjects(self) -> list[str]:
        return [words(link) for link in self.page.xpath("//tbody//a")]

    async def lines(self, kind: str) -> list[dict[str, object]]:
        answer = await (await self.api.get(f"{self.journal}?kind={kind}")).json()
        return [line["data"] for line in answer["lines"]]


@pytest.fixture
def window(api: aiohttp.ClientSession, realm_of_2011: Realm) -> InboxPage:
    return InboxPage(api, realm_of_2011)


@pytest.fixture
def filed(simulator: Simulator, realm_of_2011: Realm) -> Filed:
    """Store a mail with that subject and text."""

    def file(subject: str, folder: Folder = Folder.INBOX, text: str = "Un mot.") -> int:
        raw = f"From: a@b.example\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()
        to = ("lila@courriel.example",)
        mail = ArrivingMail(None, "a@b.example", to, subject, "a@b.example", folder, raw)
        with simulator.store.writing(realm_of_2011.name) as transaction:
            return add_mail(transaction, mail, NINE)

    return file


@pytest.mark.rule("MAIL-5")
async def test_each_folder_has_its_own_mails_and_says_how_many_the_other_has(
    window: InboxPage, filed: Filed
) -> None:
    filed("Un")
    filed("Deux", Folder.SPAM)
    filed("Trois", Folder.SPAM)
    assert await window.look() == ["Un"]
    assert window.text_of("dossier-boite") == "Boîte de réception (1, dont 1 non lu)"
    assert window.text_of("dossier-indesirables") == "Courrier indésirable (2, dont 2 non lus)"
    assert window.page.xpath("//*[@aria-current='true']/@id") == ["dossier-boite"]
    (link,) = window.page.xpath("//*[@id='dossier-indesirables']/@href")
    await window.open(link)
    assert window.subjects() == ["Trois", "Deux"]
    assert window.page.xpath("//*[@aria-current='true']/@id") == ["dossier-indesirables"]
    await window.open(window.page.xpath("//tbody//a/@href")[0])
    assert window.page.xpath("//a[@id='retour']/@href") == [f"{window.root}?dossier=indesirables"]
    assert (await window.lines("mail-read"))[0]["by"] == "console"


async def test_older_mails_are_those_of_the_same_folder(window: InboxPage, filed: Filed) -> None:
    for number in range(101):
        filed(f"No {number}", Folder.SPAM)
    filed("Un")
    await window.look("?dossier=indesirables")
    await window.open(window.page.xpath("//a[@id='plus-anciens']/@href")[0])
    assert window.subjects() == ["No 0"]


async def test_one_mail_is_deleted_and_the_others_stay(window: InboxPage, filed: Filed) -> None:
    filed("Un")
    gone = filed("Deux", Folder.SPAM)
    filed("Trois", Folder.SPAM)
    await window.open(f"{window.root}/{gone}")
    await window.press("supprimer")
    assert window.text_of("message") == "Le courriel est supprimé."
    assert window.subjects() == ["Trois"]
    assert await window.look() == ["Un"]
    assert await window.lines("mail-deleted") == [{"count": 1, "mails": [gone], "by": "console"}]
    await window.send(f"{window.root}/{gone}/supprimer")
    assert window.status == 404


@pytest.mark.parametrize(("query", "rest"), [("", ["Deux"]), ("?dossier=indesirables", ["Un"])])
async def test_a_folder_is_emptied_when_that_is_confirmed_and_the_other_one_stays(
    window: InboxPage, filed: Filed, query: str, rest: list[str]
) -> None:
    filed("Un")
    filed("Deux", Folder.SPAM)
    await window.look(query)
    await window.open(window.page.xpath("//a[@id='vider']/@href")[0])
    assert "1 courriel disparaît, dont 1 non lu." in words(window.page)
    assert len(await window.look()) == 1
    await window.open(f"{window.root}/vider{query}")
    await window.press("confirmer")
    assert window.text_of("message") == "Le dossier est vidé."
    assert window.subjects() == []
    assert await window.look("" if query else "?dossier=indesirables") == rest


async def test_mails_are_found_by_their_words_in_the_folder_looked_at(
    window: InboxPage, filed: Filed
) -> None:
    for number in range(11):
        filed(f"No {number}", text=f"Bonjour, voici l'objet {number}.")
    filed("No 3 encore", Folder.SPAM)
    await window.look()
    assert window.page.xpath("//*[@id='cherche']")
    assert await window.look("?cherche=objet+3") == ["No 3"]
    assert await window.look("?cherche=no+3&dossier=indesirables") == ["No 3 encore"]
    for nothing in ("personne", '"', "to:", "<>"):
        assert await window.look(f"?cherche={nothing}") == []
        assert "Aucun de ces courriels ne contient ces mots." in window.text_of("vide")


async def test_the_fragment_has_only_the_rows_after_a_mail(window: InboxPage, filed: Filed) -> None:
    first = filed("Un")
    filed("Deux", Folder.SPAM)
    filed("<b>Trois</b>")
    answer = await window.api.get(f"{window.root}?fragment&after={first}")
    text = await answer.text()
    assert text.lstrip().startswith("<tr")
    assert text.count("<tr") == 1
    assert "&lt;b&gt;Trois" in text
    empty = await window.api.get(f"{window.root}?fragment&after=999999999")
    assert (await empty.text()).strip() == ""
    assert (await window.api.get(f"{window.root}?fragment&after=x")).status == 422
