"""The console's pages: their content, and mails that are shown without running or loading anything."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiosmtplib import send
from cases import cases
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from lxml import html

from maquette.simulator.base.french import SAFETY_LINE
from maquette.simulator.console.door.problems import Problem, problem_response
from maquette.simulator.console.pages.page import problem_page, wants_page
from maquette.simulator.console.pages.texts import CATALOGUE
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Credentials
from maquette.simulator.mail.letters import activation_letter, message_id_of, stamped
from maquette.simulator.realm.lifecycle import make_realm, new_realm_name
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.helpdesk import add_helpdesk_message
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.mailbox import ArrivingMail, add_mail
from maquette.simulator.store.options import add_option
from maquette.simulator.store.tries import Lock, add_wrong_try

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOSTILE = b"""\
From: "<script>alert(0)</script>" <shop@shop.example>
To: lila.rosemonde@courriel.example
Subject: <b>Gagnez</b> sur https://gagnez.example/
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=border

--border
Content-Type: text/plain

Voyez https://gagnez.example/ <a href="https://gagnez.example/">ici</a></pre><script>alert(1)</script>
--border
Content-Type: text/html

<body onload="alert(2)"><img src="https://gagnez.example/x.png"><form action="https://gagnez.example/"></form>
--border
Content-Type: application/pdf
Content-Disposition: attachment; filename="<img src=x>.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--border--
""".replace(b"\n", b"\r\n")


async def mail(simulator: Simulator, realm: Realm, letter: bytes) -> None:
    host, port = simulator.doors.smtp.rsplit(":", 1)
    await send(
        letter.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        sender=f"ne.pas.repondre+{realm.name}@dgfip.finances.example",
        recipients=["Lila@courriel.example"],
        hostname=host,
        port=int(port),
        start_tls=False,
    )


def a_letter(subject: str) -> bytes:
    return f"From: a@b.example\r\nTo: lila@courriel.example\r\nSubject: {subject}\r\n\r\nUn mot.\r\n".encode()


def a_filed_mail(subject: str, folder: Folder = Folder.INBOX) -> ArrivingMail:
    return ArrivingMail(None, "", ("lila@courriel.example",), subject, "", folder, b"")


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


class Pages:
    """The pages of one realm, read by a browser with access."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        self.api = api
        self.path = f"/realms/{realm.name}"

    async def read(self, path: str = "") -> html.HtmlElement:
        answer = await self.api.get(self.path + path, headers=BROWSER)
        assert answer.status == 200
        assert answer.content_type == "text/html"
        return html.fromstring(await answer.text())

    async def mails(self) -> list[html.HtmlElement]:
        return (await self.read("/mail")).xpath("//tbody/tr")

    async def newest_mail(self) -> html.HtmlElement:
        (link, *_) = (await self.read("/mail")).xpath("//tbody//a/@href")
        return await self.read(link.removeprefix(self.path))

    async def state_of(self, persona: str) -> str:
        (row,) = (await self.read()).xpath(f"//tr[@id='personne-{persona}']")
        return words(row.xpath("./td")[2])


@pytest.fixture
def pages(api: aiohttp.ClientSession, realm: Realm) -> Pages:
    return Pages(api, realm)


@pytest.fixture
def pages_of_2011(api: aiohttp.ClientSession, realm_of_2011: Realm) -> Pages:
    return Pages(api, realm_of_2011)


async def test_the_personas_are_listed_with_case_number_and_state_in_words(pages: Pages) -> None:
    rows = [
        [words(cell) for cell in row.xpath("./th|./td")[:4]]
        for row in (await pages.read()).xpath("//tbody/tr")
    ]
    assert rows[0] == [
        "Lila ROSEMONDE La personne de la fiche, une seule entreprise",
        "valide",
        "20111710000303 lila.rosemonde@courriel.example",
        "certificat",
    ]
    by_name = {row[0].split(" Certificat ")[0]: row[1:] for row in rows}
    assert by_name["François BEAUMÂCHE"] == [
        "expiré",
        "20080930001593 francois.beaumache@courriel.example",
        "certificat",
    ]
    assert by_name["Zoé LACHÈZE"] == ["valide, lié à aucun espace", "aucun", "aucun espace"]
    assert rows[-1][1] == "valide, d'un espace déjà converti"
    assert rows[-1][3].startswith("mot de passe au départ : ")


async def test_only_the_persona_converted_from_the_start_is_listed_with_her_password(
    pages: Pages,
) -> None:
    clemence = await (await pages.api.get(f"/api{pages.path}/personas/clemence")).json()
    page = await pages.read()
    (password,) = page.xpath("//*[@class='password']")
    assert words(password) == clemence["password"]
    assert password.xpath("./ancestor::tr/@id") == ["personne-clemence"]


@cases("case", CertificateCase)
async def test_no_certificate_case_is_without_words(pages: Pages, case: CertificateCase) -> None:
    personas = await (await pages.api.get(f"/api{pages.path}/personas")).json()
    person = next(each["id"] for each in personas["personas"] if each["case"] == case.value)
    (row,) = (await pages.read()).xpath(f"//tr[@id='personne-{person}']")
    assert words(row.xpath("./td")[0]).strip()


@pytest.mark.rule("ACT-5", "ACC-9")
@pytest.mark.parametrize(
    ("instant", "state"),
    [
        ("2011-06-11T08:59:59+02:00", "en attente d'activation jusqu'au 11/06/2011 à 09:00:00"),
        ("2011-06-11T09:00:00+02:00", "en attente d'activation jusqu'au 11/06/2011 à 09:00:00"),
        ("2011-06-11T09:00:01+02:00", "certificat"),
    ],
)
async def test_a_space_waits_for_its_activation_until_the_last_second(
    simulator: Simulator,
    realm_of_2011: Realm,
    pages_of_2011: Pages,
    set_clock: Callable[[Realm, str], None],
    instant: str,
    state: str,
) -> None:
    opted = parse_instant("2011-06-09T09:00:00+02:00")
    chosen = Credentials("lila@courriel.example", "hash", "question", "réponse secrète")
    with simulator.store.writing(realm_of_2011.name) as transaction:
        add_option(transaction, Option("o-1", "20111710000303", chosen, "Kd3Fh7PqRs2T", opted, opted))
    set_clock(realm_of_2011, instant)
    assert (await pages_of_2011.state_of("lila")).partition(", à l'adresse")[0] == state
    text = words(await pages_of_2011.read())
    assert "réponse secrète" not in text
    assert "Kd3Fh7PqRs2T" not in text


OPTED = parse_instant("2011-06-09T09:00:00+02:00")
CODE_ACCEPTED = ("code-accepted", {"option": "o-1", "email": "lila@courriel.example"})
BLOCKED = ("window-blocked", {"option": "o-1"})
NOON_AND_HALF = "2011-06-11T10:30:00+00:00"
WRONG = (
    "refused",
    {"refusal": "activation-refused", "reason": "code-wrong", "email": "Lila@Courriel.example"},
)


@pytest.fixture
def noted(simulator: Simulator, realm_of_2011: Realm) -> Callable[..., None]:
    """Lila's option, and lines of the journal at instants after nine o'clock."""
    chosen = Credentials("lila@courriel.example", "hash", "question", "réponse")
    with simulator.store.writing(realm_of_2011.name) as transaction:
        add_option(transaction, Option("o-1", "20111710000303", chosen, "Kd3Fh7PqRs2T", OPTED, OPTED))

    def note(*lines: tuple[str, dict[str, object]], minutes: int = 46) -> None:
        at = OPTED + timedelta(minutes=minutes)
        simulator.journal.take(
            [JournalRecord(realm_of_2011.name, at, at, kind, "c", data) for kind, data in lines]
        )

    return note


@pytest.mark.rule("POP-6")
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], ""),
        ([CODE_ACCEPTED], "code accepté à 09:46, fenêtre jamais venue"),
        ([CODE_ACCEPTED, BLOCKED], "code accepté à 09:46, fenêtre bloquée"),
        ([CODE_ACCEPTED, BLOCKED, CODE_ACCEPTED], "code accepté à 09:46, fenêtre jamais venue"),
        ([WRONG], "1 code faux"),
        ([WRONG, WRONG, WRONG], "3 codes faux"),
        ([WRONG, WRONG, CODE_ACCEPTED, BLOCKED], "code accepté à 09:46, fenêtre bloquée"),
        ([CODE_ACCEPTED, WRONG], "code accepté à 09:46, fenêtre jamais venue ; 1 code faux"),
        ([(WRONG[0], {**WRONG[1], "email": "theo@courriel.example"})], ""),
        ([(BLOCKED[0], {"option": "o-2"}), (CODE_ACCEPTED[0], {"option": "o-2"})], ""),
    ],
)
async def test_the_page_distinguishes_a_missing_window_from_a_wrong_code(
    pages_of_2011: Pages,
    realm_of_2011: Realm,
    set_clock: Callable[[Realm, str], None],
    noted: Callable[..., None],
    lines: list[tuple[str, dict[str, object]]],
    told: str,
) -> None:
    noted(*lines)
    set_clock(realm_of_2011, "2011-06-09T10:00:00+02:00")
    trails = (await pages_of_2011.read()).xpath("//tr[@id='personne-lila']//*[@data-trail]")
    assert [words(trail) for trail in trails] == ([told] if told else [])
    assert not (await pages_of_2011.read()).xpath("//tr[@id!='personne-lila']//*[@data-trail]")


@pytest.mark.rule("POP-6")
async def test_tries_before_the_option_or_on_an_earlier_day_are_marked_as_such(
    simulator: Simulator,
    pages_of_2011: Pages,
    realm_of_2011: Realm,
    set_clock: Callable[[Realm, str], None],
    noted: Callable[..., None],
) -> None:
    theos = Credentials("theo@courriel.example", "hash", "question", "réponse")
    with simulator.store.writing(realm_of_2011.name) as transaction:
        earlier = OPTED - timedelta(hours=1)
        add_option(transaction, Option("o-2", "20111500000412", theos, "Kd3Fh7PqRs2T", earlier, earlier))
    noted(WRONG, minutes=-1)
    set_clock(realm_of_2011, "2011-06-09T09:45:00+02:00")
    assert "faux" not in await pages_of_2011.state_of("lila")
    noted(CODE_ACCEPTED)
    set_clock(realm_of_2011, "2011-06-10T10:00:00+02:00")
    assert (await pages_of_2011.state_of("lila")).endswith(
        " code accepté le 09/06/2011 à 09:46, fenêtre jamais venue"
    )


@pytest.mark.rule("ACT-15", "POP-6")
@pytest.mark.parametrize(
    ("instant", "told"),
    [
        ("2011-06-09T10:00:59+02:00", "trop d'essais : bloqué jusqu'à 10:01:00"),
        ("2011-06-09T10:01:00+02:00", "5 codes faux"),
        ("2011-06-09T10:01:01+02:00", "5 codes faux"),
    ],
)
async def test_a_locked_out_persona_is_shown_as_such_until_the_lockout_ends(
    simulator: Simulator,
    pages_of_2011: Pages,
    realm_of_2011: Realm,
    set_clock: Callable[[Realm, str], None],
    noted: Callable[..., None],
    instant: str,
    told: str,
) -> None:
    noted(*[WRONG] * 5)
    with simulator.store.writing(realm_of_2011.name) as transaction:
        for _ in range(5):
            at = OPTED + timedelta(minutes=46)
            add_wrong_try(transaction, Lock.ACTIVATION, "lila@courriel.example", at)
    set_clock(realm_of_2011, instant)
    assert (await pages_of_2011.state_of("lila")).endswith(f"@courriel.example {told}")


async def test_a_bundle_is_linked_and_opens_with_the_password_on_the_page(pages: Pages) -> None:
    page = await pages.read()
    (row,) = page.xpath("//tr[@id='personne-lila']")
    files = {words(link): link.get("href") for link in row.xpath(".//td[@class='files']/a")}
    assert list(files) == ["lila.p12", "lila-certificate.pem", "lila-key.pem"]
    for name, path in files.items():
        answer = await pages.api.get(path)
        assert (answer.status, answer.content_disposition and answer.content_disposition.filename) == (
            200,
            name,
        )
    (password,) = page.xpath("//*[@id='mot-de-passe']")
    bundle = load_pkcs12(await (await pages.api.get(files["lila.p12"])).read(), words(password).encode())
    assert bundle.cert is not None


async def test_the_page_shows_the_realms_time_in_paris(
    pages_of_2011: Pages, realm_of_2011: Realm, set_clock: Callable[[Realm, str], None]
) -> None:
    set_clock(realm_of_2011, "2011-06-09T22:30:00Z")
    (clock,) = (await pages_of_2011.read()).xpath("//*[@id='horloge']")
    assert "il est 00:30:00 le 10 juin 2011, heure de Paris. Son horloge est arrêtée." in words(clock)


async def test_the_page_leads_to_the_realms_own_portal(
    api: aiohttp.ClientSession, pages: Pages, simulator: Simulator, realm: Realm
) -> None:
    default = html.fromstring(await (await api.get("/realms/default")).text())
    assert (await pages.read()).xpath("//a[@id='portail']/@href") == [realm.portal + "/"]
    assert default.xpath("//a[@id='portail']/@href") == [simulator.doors.portal + "/"]


async def test_the_root_can_be_downloaded_where_no_command_names_it(
    pages: Pages, simulator: Simulator
) -> None:
    (link,) = (await pages.read()).xpath("//a[@id='racine']/@href")
    answer = await pages.api.get(link)
    assert await answer.read() == simulator.doors.ca.read_bytes()


async def test_an_empty_inbox_says_so_in_words(pages: Pages) -> None:
    page = await pages.read("/mail")
    assert not page.xpath("//table[not(@hidden)]|//tbody/tr")
    assert words(page.xpath("//*[@id='vide']")[0]).startswith("Aucun courriel n'est encore arrivé.")
    assert page.xpath("//a[@id='actualiser']/@href") == [pages.path + "/mail"]


async def test_mails_stand_newest_first_and_are_marked_until_they_are_read(
    simulator: Simulator, realm: Realm, pages: Pages
) -> None:
    for subject in ("Un", "Deux"):
        await mail(simulator, realm, a_letter(subject))
    assert [words(row.xpath("./th")[0]) for row in await pages.mails()] == ["non lu Deux", "non lu Un"]
    await pages.newest_mail()
    assert [words(row.xpath("./th")[0]) for row in await pages.mails()] == ["Deux", "non lu Un"]
    assert "2 courriels, dont 1 non lu," in words(await pages.read("/mail"))


async def test_an_inbox_shows_a_hundred_mails_and_leads_to_the_older_ones(
    simulator: Simulator, realm: Realm, pages: Pages
) -> None:
    with simulator.store.writing(realm.name) as transaction:
        for number in range(201):
            add_mail(transaction, a_filed_mail(f"No {number}"), OPTED)
    shown, path = [], "/mail"
    for links in (["plus-anciens"], ["plus-recents", "plus-anciens"], ["plus-recents"]):
        page = await pages.read(path)
        shown.append([words(link) for link in page.xpath("//tbody//a")])
        assert "201 courriels, dont 201 non lus," in words(page)
        assert page.xpath("//p[@class='leaves']/a/@id") == links
        path = "/mail" + page.xpath("//p[@class='leaves']/a/@href")[-1].partition("/mail")[2]
    assert path == "/mail"
    assert [len(leaf) for leaf in shown] == [100, 100, 1]
    assert [subject for leaf in shown for subject in leaf] == [
        f"No {number}" for number in range(200, -1, -1)
    ]
    assert "Il n'y a pas de courriel plus ancien." in words(await pages.read("/mail?avant=1"))


@pytest.mark.parametrize("asked", ["x", "-1", "1" * 16, "%D9%A1", ""])
async def test_an_inbox_with_an_invalid_mail_number_is_a_problem(pages: Pages, asked: str) -> None:
    assert (await pages.api.get(f"{pages.path}/mail?avant={asked}")).status == 422


async def test_one_realms_inbox_never_shows_anothers_mail(
    simulator: Simulator, realm: Realm, pages: Pages, pages_of_2011: Pages
) -> None:
    await mail(simulator, realm, a_letter("Bonjour"))
    (link,) = (await pages.read("/mail")).xpath("//tbody//a/@href")
    assert await pages_of_2011.mails() == []
    elsewhere = pages_of_2011.path + link.removeprefix(pages.path)
    assert (await pages.api.get(elsewhere)).status == 404


@pytest.mark.rule("MAIL-1", "MAIL-2")
async def test_an_activation_letter_is_shown_whole_and_without_a_link(
    simulator: Simulator, realm: Realm, pages: Pages
) -> None:
    letter = activation_letter(to="lila@courriel.example", code="Kd3Fh7PqRs2T", window=timedelta(hours=48))
    await mail(
        simulator,
        realm,
        stamped(letter, message_id_of("o-1"), parse_instant("2011-06-09T09:00:00+02:00"), "c0ffee"),
    )
    page = await pages.newest_mail()
    (text,) = page.xpath("//pre[@id='texte']")
    assert "\nKd3Fh7PqRs2T\n" in text.text
    assert len(text) == 0
    assert "Daté du 09/06/2011 à 09:00:00" in words(page)


@pytest.mark.rule("MAIL-2")
@pytest.mark.parametrize("where", ["inbox", "mail"])
async def test_a_hostile_mail_is_text_and_nothing_of_it_runs_loads_or_links(
    simulator: Simulator, realm: Realm, pages: Pages, where: str
) -> None:
    await mail(simulator, realm, HOSTILE)
    page = await pages.read("/mail") if where == "inbox" else await pages.newest_mail()
    assert not page.xpath("//main//script|//img|//iframe|//b|//*[@onload]|//*[@style]|//meta[@http-equiv]")
    assert set(page.xpath("//script/@src")) <= {"/static/live.js"}
    assert all(link.startswith(("/", "#")) for link in page.xpath("//@href|//@src|//@action"))
    assert "<b>Gagnez</b> sur https://gagnez.example/" in words(page)


async def test_the_source_of_an_html_mail_stands_as_text_beside_a_remark(
    simulator: Simulator, realm: Realm, pages: Pages
) -> None:
    await mail(simulator, realm, HOSTILE)
    page = await pages.newest_mail()
    (source,) = page.xpath("//pre[@id='html']")
    assert source.text.startswith('\n<body onload="alert(2)"><img src=')
    assert "La console ne l'exécute pas" in words(page)


async def test_attachments_are_listed_by_name_and_size_and_are_no_links(
    simulator: Simulator, realm: Realm, pages: Pages
) -> None:
    await mail(simulator, realm, HOSTILE)
    (listed,) = (await pages.newest_mail()).xpath("//*[@id='pieces-jointes']/li")
    assert words(listed) == "<img src=x>.pdf application/pdf, 9 octets"
    assert not listed.xpath(".//a")


async def test_the_source_link_gives_the_mail_as_it_came(
    simulator: Simulator, realm: Realm, pages: Pages
) -> None:
    await mail(simulator, realm, HOSTILE)
    (source,) = (await pages.newest_mail()).xpath("//a[@id='source']/@href")
    answer = await pages.api.get(source)
    assert answer.content_type == "message/rfc822"
    assert (await answer.read()).endswith(HOSTILE)


@pytest.mark.parametrize(
    ("letter", "subject"),
    [
        (b"\n", "(sans objet)"),
        (
            b"Subject: =?utf-8?q?cass=C3?= =?x?\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n--",
            "cass",
        ),
        (b"Subject: x\nContent-Type: text/plain; charset=none\nDate: never\n\n\xff\x80\n", "x"),
        (a_letter("\r\n ".join(["interminable" * 70] * 3)), "interminable" * 13 + "int…"),
    ],
)
async def test_a_broken_or_endless_mail_is_shown_all_the_same(
    simulator: Simulator, realm: Realm, pages: Pages, letter: bytes, subject: str
) -> None:
    await mail(simulator, realm, letter)
    (row,) = await pages.mails()
    assert words(row.xpath(".//a")[0]).startswith(subject)
    await pages.newest_mail()


@pytest.mark.rule("HELP-2")
async def test_messages_to_the_helpdesk_are_read_newest_first_as_text(
    simulator: Simulator, realm: Realm, pages: Pages
) -> None:
    assert "Personne n'a encore écrit à l'assistance." in words(await pages.read("/assistance"))
    at = parse_instant("2011-06-09T09:00:00+02:00")
    with simulator.store.writing(realm.name) as transaction:
        for name, message in (
            ("Lila", "Bonjour"),
            ("<b>Théo</b>", "<script>alert(1)</script>\nhttps://a.example"),
        ):
            add_helpdesk_message(transaction, name=name, email="a@b.example", message=message, at=at)
    page = await pages.read("/assistance")
    assert [words(each) for each in page.xpath("//article/h2")] == ["<b>Théo</b>", "Lila"]
    assert "a@b.example, le 09/06/2011 à 09:00:00" in words(page.xpath("//article")[1])
    assert not page.xpath("//article//a|//script")


def test_every_kind_and_every_reason_has_its_french_words_and_there_is_no_other() -> None:
    assert set(CATALOGUE["journal"]) == {kind.value for kind in Kind}
    assert set(CATALOGUE["reasons"]) == {reason.value for reason in Reason}


async def test_the_journal_tells_what_happened_to_whom_newest_first_with_the_raw_kind(
    pages_of_2011: Pages, noted: Callable[..., None]
) -> None:
    lila = await (await pages_of_2011.api.get(f"/api{pages_of_2011.path}/personas/lila")).json()
    hostile = "<script>alert(1)</script>https://a.example"
    noted(
        ("session-opened", {"subscriber_number": lila["subscriber_number"], "access": "certificate"}),
        ("mail-queued", {"option": "o-1", "to": "lila@courriel.example"}),
        ("mail-delivered", {"mail": 1, "to": ["a@b.example", "c@d.example"]}),
        WRONG,
        ("refused", {"refusal": "email-missing", "reason": "email-missing", "email": hostile}),
        ("warning-taken", {"subscriber_number": "42"}),
        ("clock-moved", {"from": NOON_AND_HALF, "to": NOON_AND_HALF, "mode": "frozen"}),
        ("clock-moved", {"from": "2011-06-09T07:46:00+00:00", "to": NOON_AND_HALF, "mode": "running"}),
    )
    page = await pages_of_2011.read("/journal")
    rows = [[words(cell) for cell in row.xpath("./td|./th")] for row in page.xpath("//tbody/tr")]
    assert rows.pop() == ["09/06/2011 à 09:00:00", "environnement créé", "—", "realm-made"]
    assert {row[0] for row in rows} == {"09/06/2011 à 09:46:00"}
    sentence = Refusal.ACTIVATION_REFUSED.sentence
    assert [row[1:] for row in rows] == [
        ["horloge déplacée au 11 juin 2011 à 12:30:00", "—", "clock-moved"],
        ["horloge arrêtée", "—", "clock-moved"],
        ["avertissement lu, l'option est irrévocable", "abonné n° 42", "warning-taken"],
        [f"refusé : {Refusal.EMAIL_MISSING.sentence}", hostile, "refused"],
        [f"refusé (code faux) : {sentence}", "Lila@Courriel.example", "refused"],
        ["courriel arrivé", "a@b.example, c@d.example", "mail-delivered"],
        ["courriel du code prêt à partir", "Lila ROSEMONDE lila@courriel.example", "mail-queued"],
        ["entrée dans l'espace par certificat", "Lila ROSEMONDE", "session-opened"],
    ]
    assert not page.xpath("//tbody//a|//main//script")


async def test_an_empty_journal_says_so(api: aiohttp.ClientSession, simulator: Simulator) -> None:
    made = make_realm(simulator.store, RULES, new_realm_name())
    answer = await api.get(f"/realms/{made.name}/journal", headers=BROWSER)
    assert "Il ne s'est encore rien passé" in await answer.text()


async def test_the_journal_shows_its_newest_two_hundred_lines(
    pages_of_2011: Pages, noted: Callable[..., None]
) -> None:
    for minutes in range(201):
        noted(("warning-taken", {}), minutes=minutes)
    times = (await pages_of_2011.read("/journal")).xpath("//tbody//time/@datetime")
    assert len(times) == 200
    assert times == sorted(times, reverse=True)
    assert times[0] == (OPTED + timedelta(minutes=200)).isoformat()


async def test_the_start_page_leads_to_the_only_realm_and_lets_choose_among_several() -> None:
    async with Simulator() as alone:
        headers = {"Authorization": f"Bearer {alone.doors.token}"}
        async with aiohttp.ClientSession(alone.doors.console, headers=headers) as session:
            answer = await session.get("/", allow_redirects=False)
            assert (answer.status, answer.headers["Location"]) == (303, "/realms/default")
            await alone.realm("classe-b", clock="2011-06-09T09:00:00+02:00")
            page = html.fromstring(await (await session.get("/")).text())
    rows = {words(row.xpath("./th")[0]): words(row.xpath("./td")[0]) for row in page.xpath("//tbody/tr")}
    assert set(rows) == {"default", "classe-b"}
    assert rows["classe-b"].startswith("09/06/2011 à 09:00:0")
    assert "/realms/classe-b" in page.xpath("//tbody//a/@href")


@pytest.mark.parametrize(
    "path", ["", "/horloge", "/mail", "/acheminement", "/defauts", "/assistance", "/journal", "/instantanes"]
)
async def test_a_page_has_language_title_landmarks_and_its_place_in_the_navigation(
    pages: Pages, path: str
) -> None:
    page = await pages.read(path)
    assert page.get("lang") == "fr"
    assert page.findtext(".//title", "").endswith("— console de Maquette")
    assert [len(page.xpath(f"//{landmark}")) for landmark in ("header", "nav", "main", "footer", "h1")] == [
        1
    ] * 5
    assert page.xpath("//nav//a[@aria-current='page']/@href") == [pages.path + path]
    assert words(page.xpath("//footer")[0]) == SAFETY_LINE
    assert page.xpath("//a[@class='skip']/@href") == ["#" + page.xpath("//main/@id")[0]]


@pytest.fixture
async def problems() -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A console that answers each path with the problem of that code."""

    async def answer(request: web.Request) -> web.Response:
        problem = next(each for each in Problem if each.code == request.path.rpartition("/")[2])
        if wants_page(request):
            return problem_page(problem, "<i>detail</i>")
        return problem_response(problem, "detail")

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    async with TestClient(TestServer(app)) as client:
        yield client


@cases("problem", Problem)
async def test_every_problem_is_a_page_for_a_person(
    problems: TestClient[web.Request, web.Application], problem: Problem
) -> None:
    answer = await problems.get(f"/{problem.code}", headers=BROWSER)
    assert answer.status == problem.status
    page = html.fromstring(await answer.text())
    assert words(page.xpath("//h1")[0])
    assert page.xpath("//*[@id='probleme']/@data-problem") == [problem.code]
    assert not page.xpath("//i|//nav")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("token-missing", "Demandez un lien : sur la machine où tourne le simulateur, tapez maquette link"),
        ("link-used", "Demandez un autre lien : tapez maquette link"),
        ("route-unknown", "Cette page n'existe pas"),
        ("mail-unknown", "Ce courriel n'existe pas"),
        ("realm-unknown", "Cet environnement n'existe pas"),
    ],
)
async def test_a_problem_page_says_what_to_do(
    problems: TestClient[web.Request, web.Application], code: str, sentence: str
) -> None:
    page = html.fromstring(await (await problems.get(f"/{code}", headers=BROWSER)).text())
    assert sentence in words(page.xpath("//main")[0])


async def test_a_browser_without_access_sees_the_page_and_no_password_form(
    problems: TestClient[web.Request, web.Application],
) -> None:
    person = await problems.get("/token-missing", headers=BROWSER)
    script = await problems.get("/token-missing")
    assert person.headers["WWW-Authenticate"].startswith("Bearer ")
    assert script.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("path", "headers", "told_as"),
    [
        ("/", BROWSER, "text/html"),
        ("/", {"Accept": "*/*"}, "application/problem+json"),
        ("/", {"Accept": "application/json"}, "application/problem+json"),
        ("/api/", BROWSER, "application/problem+json"),
        ("/api/", {**BROWSER, "Sec-Fetch-Mode": "navigate"}, "text/html"),
        ("/api/", {"Accept": "application/json", "Sec-Fetch-Mode": "navigate"}, "application/problem+json"),
    ],
)
async def test_scripts_get_the_problem_document_and_persons_the_page(
    problems: TestClient[web.Request, web.Application], path: str, headers: dict[str, str], told_as: str
) -> None:
    answer = await problems.get(f"{path}token-missing", headers=headers)
    assert answer.content_type == told_as


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/", 401, "maquette link"),
        ("/realms/default/mail", 401, "maquette link"),
        ("/login?key=1.2.3", 403, "maquette link"),
    ],
)
async def test_a_browser_without_access_is_told_how_to_get_a_link(
    simulator: Simulator, path: str, status: int, sentence: str
) -> None:
    async with aiohttp.ClientSession(simulator.doors.console, headers=BROWSER) as stranger:
        answer = await stranger.get(path)
        assert (answer.status, answer.content_type) == (status, "text/html")
        assert sentence in words(html.fromstring(await answer.text()))


@pytest.mark.parametrize("path", ["/nothing", "/realms/nowhere", "/realms/default/mail/999999999999999"])
async def test_an_unknown_page_is_a_problem_page(api: aiohttp.ClientSession, path: str) -> None:
    answer = await api.get(path, headers=BROWSER)
    assert (answer.status, answer.content_type) == (404, "text/html")
    assert "Retour à la console" in await answer.text()
