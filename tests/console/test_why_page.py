"""« Pourquoi cette personne a-t-elle été refusée ? »: the real reason, in French, in one click."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest
from console_browser import ConsoleBrowser, words
from lxml import html
from visitor_walks import type_code

from maquette.fixtures.control import Control
from maquette.fixtures.rules import load_rules
from maquette.fixtures.visitor import HttpVisitor, Popups
from maquette.fixtures.walk import PASSWORD, enter, opt
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.operations.why_refused import RULES, read_refusal
from maquette.simulator.console.pages.texts import CATALOGUE, explain, rule_text
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.portal.exchange import PATHS
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord

LILA, NUMBER = "lila.rosemonde@courriel.example", "20111710000303"
NINE = parse_instant("2011-06-09T09:00:00+02:00")
Visit = Callable[..., Awaitable[HttpVisitor]]


class WhyPage(ConsoleBrowser):
    """A browser on the pages of one realm that explain refusals."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        super().__init__(api)
        self.realm = realm

    async def ask(self, persona: str) -> None:
        """Follow the link on the people's page."""
        await self.open(f"/realms/{self.realm.name}")
        (link,) = self.page.xpath(f"//a[@id='pourquoi-{persona}']/@href")
        await self.open(link)
        assert self.status == 200

    def refusals(self) -> list[html.HtmlElement]:
        return list(self.page.xpath("//main/article"))

    def nobodys(self) -> list[html.HtmlElement]:
        return list(self.page.xpath("//details//article"))

    def standing(self) -> str:
        return words(self.page.xpath("//*[@id='ou-elle-en-est']")[0])


@pytest.fixture
def window(
    api: aiohttp.ClientSession, realm_of_2011: Realm, set_clock: Callable[[Realm, str], None]
) -> WhyPage:
    """A realm whose clock stands still at nine o'clock on 9 June 2011."""
    set_clock(realm_of_2011, "2011-06-09T09:00:00+02:00")
    return WhyPage(api, realm_of_2011)


@pytest.fixture
async def visit(simulator: Simulator, realm_of_2011: Realm) -> AsyncIterator[Visit]:
    """Open a visitor with a persona's certificate."""
    async with AsyncExitStack() as stack, Control(realm_of_2011.api, simulator.doors.token) as control:

        async def open_visitor(persona: str, popups: Popups = Popups.ALLOWED) -> HttpVisitor:
            visitor = HttpVisitor(
                portal=realm_of_2011.portal,
                gate=realm_of_2011.gate,
                ca=simulator.doors.ca,
                certificate=await control.certificate(persona),
                popups=popups,
            )
            return await stack.enter_async_context(visitor)

        yield open_visitor


@pytest.fixture
def noted(simulator: Simulator, realm_of_2011: Realm) -> Callable[..., None]:
    """Write journal lines, each with another request."""

    def note(*lines: tuple[str, dict[str, object]], correlation: str = "c-0") -> None:
        simulator.journal.take(
            [
                JournalRecord(realm_of_2011.name, NINE, real_now(), kind, correlation, data)
                for kind, data in lines
            ]
        )

    return note


# The words


EXPLAINED = [
    (refusal, reason) for refusal in Refusal for reason in (None, *Reason) if explain(refusal, reason)
]


def test_every_refusal_and_every_reason_that_a_sentence_hides_is_explained() -> None:
    hiding = {
        Refusal.ACTIVATION_REFUSED,
        Refusal.LOGIN_REFUSED,
        Refusal.OUTSIDE_REFUSED,
        Refusal.RECOVERY_REFUSED,
    }
    assert {refusal for refusal, _ in EXPLAINED} == set(Refusal)
    assert {reason for _, reason in EXPLAINED} == {None, *Reason}
    assert {refusal for refusal, reason in EXPLAINED if reason is None} == set(Refusal) - hiding


def test_the_catalogue_explains_no_other_code() -> None:
    catalogue = CATALOGUE["refusals"]
    assert set(catalogue) == {refusal.code for refusal in Refusal}
    written = {
        (code, key) for code, texts in catalogue.items() for key in texts if key not in {"why", "then"}
    }
    assert written == {(refusal.code, reason.value) for refusal, reason in EXPLAINED if reason}


def test_every_rule_behind_a_refusal_has_its_french_sentence() -> None:
    cited = {refusal.rule for refusal in Refusal if refusal.rule} | set(RULES.values())
    assert cited <= {rule.id for rule in load_rules()}
    assert all(rule_text(rule).source for rule in cited)
    assert rule_text("ACT-6").quote is not None
    assert rule_text("ACT-9").source == "La fiche le dit (§\N{NO-BREAK SPACE}3)."
    assert rule_text("ACT-15").source == "La fiche n'en dit rien : c'est un choix du simulateur."


def test_a_reason_with_its_own_rule_is_explained() -> None:
    assert set(RULES) <= set(EXPLAINED)
    assert all(rule != refusal.rule for (refusal, _), rule in RULES.items())


def test_a_code_that_the_journal_never_holds_is_not_explained() -> None:
    assert read_refusal("never-heard-of", "x") is None
    assert read_refusal("activation-refused", "x") == (Refusal.ACTIVATION_REFUSED, None)
    assert explain(Refusal.ACTIVATION_REFUSED, None) is None
    assert explain(Refusal.ACTIVATION_REFUSED, Reason.PASSWORD_WRONG) is None


def test_every_screen_that_refuses_has_a_name() -> None:
    screens = set(CATALOGUE["screens"]) - {"other"}
    assert screens <= set(PATHS.values())
    forms = {path for path in PATHS.values() if path.startswith(("/espace", "/activation", "/inscription"))}
    assert forms <= screens


# Nothing was refused


@pytest.mark.rule("ACC-9")
async def test_a_person_without_refusals_is_shown_with_her_state(window: WhyPage) -> None:
    await window.ask("lila")
    assert window.text_of("aucun-refus").startswith("Rien n'a été refusé à cette personne")
    assert window.text_of("personne") == "Lila ROSEMONDE"
    assert not window.refusals()
    assert "Son certificat ouvre l'espace. Aucune option n'attend son activation." in window.standing()
    assert "dans sa période de validité, jusqu'au 27 novembre 2016 à 23:59:59." in window.standing()


async def test_an_unknown_person_is_a_problem_shown_as_a_page(window: WhyPage) -> None:
    await window.open(f"/realms/{window.realm.name}/personnes/nobody/pourquoi")
    assert window.status == 404
    assert "Cette personne n'existe pas" in words(window.page)


# The certificate


@pytest.mark.rule("ACC-3", "ACC-4")
@pytest.mark.parametrize(
    ("persona", "refusal", "rule", "why", "stands"),
    [
        ("francois", "certificate-expired", "ACC-3", "était passée", "n'est plus valable"),
        ("celeste", "certificate-not-yet-valid", "ACC-3", "n'avait pas commencé", "ne sera valable"),
        ("herve", "certificate-revoked", "ACC-4", "Le certificat a été révoqué", "le sien ne l'ouvre pas"),
        ("oceane", "certificate-unknown-issuer", "ACC-4", "une autorité que", "le sien ne l'ouvre pas"),
        ("zoe", "certificate-without-space", "ACC-3", "lié à aucun espace", "Aucun espace n'est lié"),
        ("clemence", "space-converted", "ACC-10", "L'espace a été transformé", "Son adresse et son mot"),
    ],
)  # fmt: skip
async def test_a_refused_certificate_is_explained_with_screen_sentence_reason_and_rule(
    window: WhyPage, visit: Visit, persona: str, refusal: str, rule: str, why: str, stands: str
) -> None:
    await enter(await visit(persona))
    await window.ask(persona)
    (told,) = window.refusals()
    assert told.get("data-refusal") == refusal
    assert words(told.xpath(".//h3")[0]) == "09/06/2011 à 09:00:00, « Accéder avec mon certificat »"
    sentence = next(each.sentence for each in Refusal if each.code == refusal)
    assert " ".join(sentence.split()) in words(told)
    assert why in words(told.xpath(".//*[@data-why]")[0])
    assert told.xpath(".//*[@data-then]")
    assert told.xpath(".//@data-rule") == [rule]
    assert stands in window.standing()
    await window.ask("lila")
    assert not window.refusals()
    assert not window.nobodys()


@pytest.mark.rule("ACC-6")
async def test_a_dropped_connection_is_explained_as_showing_nothing(
    window: WhyPage, noted: Callable[..., None]
) -> None:
    await window.api.patch(f"/api/realms/{window.realm.name}/policy", json={"gate.refusal": "abort"})
    refused = {"refusal": "certificate-revoked", "reason": "certificate-revoked"}
    noted(("refused", {**refused, "subscriber_number": "20100080000024"}))
    await window.ask("herve")
    assert "la connexion est coupée sans rien dire" in words(window.refusals()[0])


@pytest.mark.rule("ACC-4")
async def test_connections_refused_by_tls_are_shown_beside_every_persona(
    window: WhyPage, simulator: Simulator
) -> None:
    english = "The certificate presented was refused in the handshake: unsuitable certificate purpose."
    simulator.journal.take(
        [JournalRecord(None, None, real_now(), "handshake-failed", None, {"why": english})] * 6
    )
    await window.ask("leon")
    told = [words(each) for each in window.page.xpath("//*[@id='connexions']/li")]
    assert len(told) == 5
    assert all(
        each.endswith(": un certificat qui n'est pas fait pour authentifier une personne") for each in told
    )
    assert english not in words(window.page)


# The code


@pytest.mark.rule("ACT-14", "POP-6")
async def test_a_wrong_code_is_explained_although_the_portal_hides_the_reason(
    window: WhyPage, visit: Visit
) -> None:
    lila = await visit("lila")
    await opt(lila, LILA)
    await type_code(lila, "AAAABBBBCCCC", LILA.upper())
    await window.ask("lila")
    (told,) = window.refusals()
    assert "« Activer votre espace abonné »" in words(told.xpath(".//h3")[0])
    assert Refusal.ACTIVATION_REFUSED.sentence in words(told)
    assert words(told.xpath(".//*[@data-why]")[0]).startswith("L'adresse était la bonne, le code non")
    assert "AAAABBBBCCCC" not in words(window.page)
    assert "Son option attend son activation, jusqu'au 11 juin 2011 à 09:00:00." in window.standing()
    assert "Ce qu'est devenu son code : 1 code faux." in window.standing()
    await window.ask("theo")
    assert not window.refusals()


@pytest.mark.rule("ACT-14")
async def test_a_mistyped_address_is_shown_apart_on_every_page(window: WhyPage, visit: Visit) -> None:
    lila = await visit("lila")
    await opt(lila, LILA)
    await type_code(lila, "AAAABBBBCCCC", "lila.rosmonde@courriel.example")
    await type_code(lila, "AAAABBBBCCCC", "theo.loevenbruck@courriel.example")
    for persona in ("lila", "zoe"):
        await window.ask(persona)
        assert not window.refusals()
        (told,) = window.nobodys()
        assert "lila.rosmonde@courriel.example" in words(told)
        assert words(told.xpath(".//*[@data-why]")[0]).startswith("Personne n'a opté avec cette adresse")
    await window.ask("theo")
    assert [words(each.xpath(".//bdi")[0]) for each in window.refusals()] == [
        "theo.loevenbruck@courriel.example"
    ]


@pytest.mark.rule("ACT-15")
async def test_a_lockout_is_shown_with_its_end(window: WhyPage, visit: Visit) -> None:
    lila = await visit("lila")
    await opt(lila, LILA)
    for _ in range(6):
        await type_code(lila, "AAAABBBBCCCC", LILA)
    await window.ask("lila")
    newest, *others = window.refusals()
    assert words(newest.xpath(".//*[@data-why]")[0]).startswith("Il y avait eu trop d'essais faux")
    assert len(others) == 5
    assert "trop d'essais : bloqué jusqu'à 09:15:00" in window.standing()


@pytest.mark.rule("ACT-6")
async def test_a_lapsed_option_is_explained_as_starting_over(
    window: WhyPage, visit: Visit, set_clock: Callable[[Realm, str], None], simulator: Simulator
) -> None:
    lila = await visit("lila")
    await opt(lila, LILA)
    async with Control(window.realm.api, simulator.doors.token) as control:
        code = (await control.next_mail(LILA)).code
    set_clock(window.realm, "2011-06-11T09:00:01+02:00")
    await type_code(lila, code, LILA)
    await window.ask("lila")
    (told,) = window.refusals()
    assert "le délai d'activation était dépassé" in words(told.xpath(".//*[@data-why]")[0])
    assert told.xpath(".//@data-rule") == ["ACT-6"]
    assert "inopérant" in words(told)
    assert "Le délai de sa dernière option est dépassé" in window.standing()
    assert code not in words(window.page)


# The forms of the option


@pytest.mark.rule("CRED-6")
async def test_all_mistakes_of_a_form_are_shown_with_its_screen(window: WhyPage, visit: Visit) -> None:
    lila = await visit("lila")
    await enter(lila)
    await lila.click("Opter pour l'accès sans certificat")
    await lila.click("Opter pour l'accès sans certificat")
    await lila.fill("Confirmez votre nouvelle adresse électronique :", "autre@courriel.example")
    await lila.fill("Votre mot de passe :", "é")
    await lila.fill("Confirmez votre nouveau mot de passe :", "é")
    await lila.click("Valider")
    await window.ask("lila")
    assert {told.get("data-refusal") for told in window.refusals()} == {
        "email-mismatch",
        "password-characters",
    }
    assert all("« Créer vos identifiants »" in words(told.xpath(".//h3")[0]) for told in window.refusals())


@pytest.mark.rule("PWD-2")
async def test_a_wrong_password_is_explained_with_the_length_of_its_lockout(
    window: WhyPage, visit: Visit
) -> None:
    clemence = await visit("clemence")
    for _ in range(5):
        await clemence.open_home()
        await clemence.click("Professionnel")
        await clemence.fill("Adresse électronique", "clemence.hautefeuille@courriel.example")
        await clemence.fill("Mot de passe", PASSWORD)
        await clemence.click("Valider")
    await window.ask("clemence")
    assert len(window.refusals()) == 5
    told = words(window.refusals()[0])
    assert "L'adresse était la bonne, le mot de passe non." in told
    assert PASSWORD not in told
    assert "même le bon mot de passe est refusé jusqu'au 9 juin 2011 à 09:15:00" in window.standing()


# The letter


@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize(
    ("rule", "where", "told"),
    [
        (None, "inbox", "Le courriel du code est arrivé"),
        ({"spam": True}, "in-spam", "dans le courrier indésirable"),
        ({"delay": "PT2H"}, "delayed-until", "il arrivera le 9 juin 2011 à 11:00:00."),
        ({"delay": "PT2H", "spam": True}, "delayed-until", "à 11:00:00, dans le courrier indésirable."),
        ({"lose": True}, "lost", "s'est perdu en route"),
        ({"bounce": True}, "bounced", "est revenu"),
        ({"refuse_times": 1}, "retrying", "un nouvel essai est prévu le 9 juin 2011"),
    ],
)
async def test_a_pending_option_shows_where_its_letter_is(
    window: WhyPage,
    visit: Visit,
    simulator: Simulator,
    rule: dict[str, object] | None,
    where: str,
    told: str,
) -> None:
    rules = [rule] if rule else []
    await window.api.put(f"/api/realms/{window.realm.name}/delivery", json={"rules": rules})
    await opt(await visit("lila"), LILA)
    async with Control(window.realm.api, simulator.doors.token) as control:
        await control.wait_for_line("mail-refused" if where == "retrying" else "mail-sent")
    await window.ask("lila")
    (letter,) = window.page.xpath("//*[@id='courriel']")
    assert letter.get("data-mail") == where
    assert told in words(letter)


# Many


async def test_the_newest_ten_refusals_are_shown_and_older_ones_counted(
    window: WhyPage, noted: Callable[..., None]
) -> None:
    refused = {"refusal": "answer-missing", "reason": "answer-missing"}
    for number in range(11):
        noted(("refused", {**refused, "subscriber_number": NUMBER}), correlation=f"c-{number}")
    for _ in range(6):
        noted(("refused", {"refusal": "code-missing", "reason": "code-missing"}), correlation="n")
        noted(("refused", {"refusal": "page-unknown", "reason": "page-unknown", "why": "x"}))
    await window.ask("lila")
    assert len(window.refusals()) == 10
    assert "Il y en a eu d'autres avant" in words(window.page)
    assert {told.get("data-refusal") for told in window.nobodys()} == {"code-missing"}
    assert len(window.nobodys()) == 5


async def test_hostile_words_are_text(window: WhyPage, noted: Callable[..., None]) -> None:
    hostile = "<script>alert(1)</script>"
    noted(("refused", {"refusal": "email-missing", "reason": "email-missing", "email": hostile}))
    noted(("request", {"path": f"/r/{window.realm.name}/{hostile}", "method": "POST", "status": 422}))
    noted(("refused", {"refusal": "never-heard-of", "reason": "x"}))
    await window.ask("lila")
    assert hostile in words(window.nobodys()[0])
    assert not window.page.xpath("//main//script")
