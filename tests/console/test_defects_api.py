"""Deliberate defects over the control API: active in one realm or in all."""

import ssl
from collections.abc import Callable

import aiohttp
import pytest
from console_browser import ConsoleBrowser
from lxml import html
from realm_api import NUMBER, START, RealmApi, visitor_of
from visitor_walks import EMAIL, type_code

from maquette.fixtures.control import Control
from maquette.fixtures.rules import load_rules
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import enter, go_to_question, opt
from maquette.simulator.base.french import SAFETY_LINE
from maquette.simulator.base.settings import Settings, read_settings
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.realms import find_realm

EXPIRY, LINK, ALIVE = "code-never-expires", "mail-has-a-link", "certificate-works-after-activation"
NUMBER_OF_ANOTHER = "helpdesk-another-number"


async def defects_of(realm_api: RealmApi, realm: str) -> list[str]:
    on: list[str] = (await realm_api.done("GET", f"/{realm}/defects"))["defects"]
    return on


async def put(realm_api: RealmApi, *names: str, realm: str | None = None) -> None:
    await realm_api.done("PUT", f"/{realm or realm_api.realm.name}/defects", {"defects": names})


async def test_the_catalogue_names_each_defect_s_rule_and_effect(api: aiohttp.ClientSession) -> None:
    listed = (await (await api.get("/api/defects")).json())["defects"]
    assert [each["name"] for each in listed] == list(DEFECTS)
    assert {each["rule"] for each in listed} <= {rule.id for rule in load_rules()}
    (told,) = (each for each in listed if each["name"] == EXPIRY)
    assert (told["title"], told["title_fr"]) == ("The code never expires", "Le code n'expire jamais")
    assert told["why"].endswith("still opens the space.")
    assert told["why_fr"].endswith("ouvre encore l'espace.")


async def test_a_realm_has_only_the_defects_put_last(realm_api: RealmApi) -> None:
    assert await realm_api.done("GET", f"/{realm_api.realm.name}/defects") == {
        "defects": [],
        "installation": [],
    }
    assert await realm_api.done(
        "PUT", f"/{realm_api.realm.name}/defects", {"defects": [LINK, EXPIRY, LINK]}
    ) == {
        "defects": [EXPIRY, LINK],
        "installation": [],
    }
    await put(realm_api, LINK)
    assert await defects_of(realm_api, realm_api.realm.name) == [LINK]
    await put(realm_api)
    assert await defects_of(realm_api, realm_api.realm.name) == []


async def test_a_change_is_in_the_journal(realm_api: RealmApi, control: Control) -> None:
    await put(realm_api, LINK, EXPIRY)
    await put(realm_api)
    lines = (await control.journal(kind="defects-changed")).lines
    assert [line.data for line in lines] == [{"defects": [EXPIRY, LINK]}, {"defects": []}]


@pytest.mark.parametrize("names", [["no-such"], [EXPIRY, "no-such"], [""], ["Code-Never-Expires"]])
async def test_an_unknown_defect_is_refused_and_the_active_ones_stay(
    realm_api: RealmApi, names: list[str]
) -> None:
    await put(realm_api, LINK)
    path = f"/{realm_api.realm.name}/defects"
    told = await realm_api.refused(422, "defect-unknown", "PUT", path, {"defects": names})
    assert repr(next(name for name in names if name != EXPIRY)) in told
    assert await defects_of(realm_api, realm_api.realm.name) == [LINK]


@pytest.mark.parametrize(
    "body", [{}, {"defects": None}, {"defects": EXPIRY}, {"defects": [1]}, {"defects": [], "more": 1}, []]
)
async def test_a_body_that_names_no_defects_is_refused(realm_api: RealmApi, body: object) -> None:
    await put(realm_api, LINK)
    await realm_api.refused(422, "body-invalid", "PUT", f"/{realm_api.realm.name}/defects", body)
    assert await defects_of(realm_api, realm_api.realm.name) == [LINK]


async def test_a_missing_realm_has_no_defects(realm_api: RealmApi) -> None:
    await realm_api.refused(404, "realm-unknown", "GET", "/nowhere/defects")
    await realm_api.refused(404, "realm-unknown", "PUT", "/nowhere/defects", {"defects": []})


# How a realm comes by them, and loses them


async def test_a_realm_can_be_made_with_defects(realm_api: RealmApi) -> None:
    made = await realm_api.done("POST", "", {"defects": [LINK, EXPIRY]})
    assert await defects_of(realm_api, made["name"]) == [EXPIRY, LINK]


@pytest.mark.parametrize("beside", [{}, {"at": "pending"}])
async def test_a_realm_with_an_unknown_defect_is_not_made(
    realm_api: RealmApi, beside: dict[str, str]
) -> None:
    before = await realm_api.names()
    await realm_api.refused(422, "defect-unknown", "POST", "", {"defects": ["no-such"], **beside})
    assert await realm_api.names() == before


async def test_a_realm_at_a_named_point_has_the_defects_from_there_on(realm_api: RealmApi) -> None:
    """With the first defect active, Sylvain, who shares a mailbox, could not reach the point."""
    on = ["shared-mailbox-refused", ALIVE]
    made = await realm_api.done("POST", "", {"at": "converted", "personas": ["sylvain"], "defects": on})
    assert await defects_of(realm_api, made["name"]) == [ALIVE, "shared-mailbox-refused"]


async def test_a_reset_removes_the_defects(realm_api: RealmApi) -> None:
    made = await realm_api.done("POST", "", {"defects": [LINK]})
    await realm_api.done("POST", f"/{made['name']}/reset")
    assert await defects_of(realm_api, made["name"]) == []


async def test_snapshots_and_forks_keep_defects_and_a_restored_realm_has_those_of_its_snapshot(
    realm_api: RealmApi,
) -> None:
    await put(realm_api, LINK)
    snapshot = await realm_api.snapshot()
    assert (await realm_api.document(snapshot))["realm"]["defects"] == [LINK]
    (forked,) = (await realm_api.done("POST", f"/{realm_api.realm.name}/fork", {"count": 1}))["realms"]
    made = await realm_api.done("POST", "", {"from_snapshot": snapshot})
    bare = await realm_api.done("POST", "", {"from_snapshot": snapshot, "defects": []})
    other = await realm_api.done("POST", "", {"from_snapshot": snapshot, "defects": [EXPIRY]})
    on = [await defects_of(realm_api, each["name"]) for each in (forked, made, bare, other)]
    assert on == [[LINK], [LINK], [], [EXPIRY]]
    await put(realm_api, EXPIRY)
    await realm_api.done("POST", f"/{realm_api.realm.name}/snapshots/{snapshot}/restore")
    assert await defects_of(realm_api, realm_api.realm.name) == [LINK]


async def test_a_document_older_than_defects_has_none_and_one_with_an_unknown_defect_is_refused(
    realm_api: RealmApi,
) -> None:
    document = await realm_api.document(await realm_api.snapshot())
    realm = {key: value for key, value in document["realm"].items() if key != "defects"}
    made = await realm_api.done("POST", "", {"from_snapshot": {**document, "realm": realm}})
    assert await defects_of(realm_api, made["name"]) == []
    foreign = {**document, "realm": {**realm, "defects": ["no-such"]}}
    told = await realm_api.refused(422, "body-invalid", "POST", "", {"from_snapshot": foreign})
    assert "no-such" in told


@pytest.mark.parametrize(
    ("defect", "field"),
    [
        ("code-of-11-characters", "code"),
        ("malformed-email-accepted", "email"),
        ("empty-answer-accepted", "answer"),
    ],
)
async def test_a_snapshot_with_an_invalid_value_is_refused_and_not_stored(
    realm_api: RealmApi, lila: HttpVisitor, defect: str, field: str
) -> None:
    await put(realm_api, defect)
    await go_to_question(lila, "pas-une-adresse" if field == "email" else EMAIL)
    await lila.fill("Saisissez la réponse à la question de confiance :", "" if field == "answer" else "Lilou")
    await lila.click("Valider")
    assert await lila.screen() == "pending"
    for path, body in (("snapshots", {}), ("fork", {"count": 1})):
        told = await realm_api.refused(
            409, "snapshot-refused", "POST", f"/{realm_api.realm.name}/{path}", body
        )
        assert field in told
    assert (await realm_api.done("GET", f"/{realm_api.realm.name}/snapshots"))["snapshots"] == []


async def test_the_snapshots_page_says_why_a_snapshot_is_refused(
    realm_api: RealmApi, lila: HttpVisitor
) -> None:
    await put(realm_api, "code-of-11-characters")
    await opt(lila, EMAIL)
    window = ConsoleBrowser(realm_api.api)
    await window.open(f"/realms/{realm_api.realm.name}/instantanes")
    await window.press("prendre")
    assert window.text_of("message").startswith(
        "L'instantané n'est pas pris. Un défaut volontaire y a laissé"
    )


async def test_realms_made_in_python_have_defects_too(simulator: Simulator, realm_api: RealmApi) -> None:
    realm = await simulator.realm(defects=[LINK])
    assert await defects_of(realm_api, realm.name) == [LINK]
    pending = await simulator.realm(at="pending", defects=[LINK])
    assert await defects_of(realm_api, pending.name) == [LINK]
    snapshot = await realm_api.snapshot(realm.name)
    kept = await simulator.realm(from_snapshot=snapshot)
    bare = await simulator.realm(from_snapshot=snapshot, defects=[])
    assert [await defects_of(realm_api, each.name) for each in (kept, bare)] == [[LINK], []]
    with pytest.raises(ValueError, match="no-such"):
        await simulator.realm(defects=["no-such"])


async def test_the_python_client_switches_defects(control: Control) -> None:
    assert (await control.set_defects([LINK])).defects == (LINK,)
    assert (await control.list_defects()).defects == (LINK,)
    assert (await control.set_defects([])).defects == ()


# What people meet


async def convert(lila: HttpVisitor, control: Control) -> None:
    await opt(lila, EMAIL)
    await type_code(lila, (await control.next_mail(EMAIL)).code or "")
    await lila.turn_to_new_window()


@pytest.fixture
async def other_realm_api(
    api: aiohttp.ClientSession, simulator: Simulator, set_clock: Callable[[Realm, str], None]
) -> RealmApi:
    """A second realm, beside the first."""
    realm = await simulator.realm(clock=START)
    set_clock(realm, START)
    return RealmApi(api, realm)


@pytest.mark.rule("ACC-10")
async def test_a_defect_acts_in_its_realm_and_in_no_other(
    simulator: Simulator, realm_api: RealmApi, other_realm_api: RealmApi
) -> None:
    await put(realm_api, ALIVE)
    met = {}
    for each in (realm_api, other_realm_api):
        async with (
            Control(each.realm.api, simulator.doors.token) as control,
            visitor_of(simulator, each.realm, await control.certificate("lila")) as lila,
        ):
            await convert(lila, control)
            await enter(lila)
            met[each.realm.name] = await lila.screen()
    assert met == {realm_api.realm.name: "space", other_realm_api.realm.name: "refused"}


@pytest.mark.rule("ACC-10")
async def test_once_switched_off_the_rules_hold_again(
    realm_api: RealmApi, lila: HttpVisitor, control: Control
) -> None:
    await convert(lila, control)
    await put(realm_api, ALIVE)
    await enter(lila)
    assert await lila.screen() == "space"
    await put(realm_api)
    await lila.click("Quitter")
    await enter(lila)
    assert await lila.screen() == "refused"


@pytest.mark.rule("ACT-5", "ACT-6")
@pytest.mark.parametrize(
    ("defect", "moment", "screen"),
    [
        (None, "just-before:code-expiry", "registration"),
        (None, "code-expiry", "activation"),
        ("code-expires-at-47-hours", "just-before:code-expiry", "activation"),
        ("code-works-a-second-longer", "code-expiry", "registration"),
        (EXPIRY, "code-expiry", "registration"),
    ],
)
async def test_the_clock_s_named_moments_stay_those_of_the_rules(
    realm_api: RealmApi, lila: HttpVisitor, control: Control, defect: str | None, moment: str, screen: str
) -> None:
    await put(realm_api, *([defect] if defect else []))
    await opt(lila, EMAIL)
    mail = await control.next_mail(EMAIL)
    await control.advance_to(moment, "lila")
    await type_code(lila, mail.code or "")
    if screen == "registration":
        await lila.turn_to_new_window()
    assert await lila.screen() == screen


@pytest.mark.rule("ACT-5")
async def test_the_invariants_use_the_rules_without_defects(
    realm_api: RealmApi, lila: HttpVisitor, control: Control
) -> None:
    await put(realm_api, EXPIRY)
    await opt(lila, EMAIL)
    code = (await control.next_mail(EMAIL)).code or ""
    await control.advance("PT49H")
    await type_code(lila, code)
    await lila.turn_to_new_window()
    broken = [each for each in await control.invariants() if not each.holds]
    assert [each.name for each in broken] == ["no-dead-code-used"]
    assert NUMBER in broken[0].offenders[0]


@pytest.mark.rule("ACT-1")
async def test_a_mail_that_is_sent_twice_comes_twice(
    realm_api: RealmApi, lila: HttpVisitor, control: Control
) -> None:
    await put(realm_api, "mail-sent-twice")
    await opt(lila, EMAIL)
    first = await control.next_mail(EMAIL)
    second = await control.next_mail(EMAIL, after=first.cursor)
    assert (first.code, len({first.message.id, second.message.id})) == (second.code, 2)


@pytest.mark.rule("POP-3", "REG-5")
async def test_a_result_for_everybody_does_not_exist_before_the_activation(
    realm_api: RealmApi, lila: HttpVisitor, control: Control
) -> None:
    await put(realm_api, "result-for-everybody")
    await convert(lila, control)
    assert await lila.screen() == "registration"
    assert (await control.space(NUMBER)).state == "password"


@pytest.mark.rule("MAIL-2")
async def test_the_line_of_safety_stands_at_the_foot_of_a_mail_that_a_defect_wrote(
    realm_api: RealmApi, lila: HttpVisitor, control: Control
) -> None:
    await put(realm_api, LINK)
    await opt(lila, EMAIL)
    text = (await control.next_mail(EMAIL)).message.text
    assert "https://" in text
    assert text.rstrip().endswith(SAFETY_LINE)


# That every page says so


async def read(simulator: Simulator, realm: Realm, path: str) -> html.HtmlElement:
    trusting = ssl.create_default_context(cafile=str(simulator.doors.ca))
    async with aiohttp.ClientSession() as session, session.get(realm.portal + path, ssl=trusting) as answer:
        return html.fromstring(await answer.text())


@pytest.mark.parametrize("path", ["/", "/mon-espace", "/activation", "/assistance", "/nowhere"])
async def test_every_page_of_the_portal_names_the_active_defects_at_its_top_and_at_its_foot(
    simulator: Simulator, realm_api: RealmApi, path: str
) -> None:
    page = await read(simulator, realm_api.realm, path)
    assert page.xpath("//body/@data-defects") == []
    assert [" ".join(line.text_content().split()) for line in page.find_class("safety")] == [SAFETY_LINE] * 2
    await put(realm_api, LINK, EXPIRY)
    page = await read(simulator, realm_api.realm, path)
    said = (
        f"{SAFETY_LINE} Défauts volontaires activés : Le code n'expire jamais ; Le courriel contient un lien."
    )
    assert [" ".join(line.text_content().split()) for line in page.find_class("safety")] == [said] * 2
    assert page.xpath("//body/@data-defects") == [f"{EXPIRY} {LINK}"]


# Those of the installation


def settings(**more: object) -> Settings:
    doors = {f"{door}_port": 0 for door in ("portal", "gate", "console", "smtp")}
    return Settings.model_validate({"ephemeral": True, **doors, **more})


async def test_defects_of_the_installation_are_on_in_every_realm_and_a_realm_cannot_switch_them_off() -> None:
    async with Simulator(settings(defect=(EXPIRY, NUMBER_OF_ANOTHER))) as simulator:
        headers = {"Authorization": f"Bearer {simulator.doors.token}"}
        async with aiohttp.ClientSession(simulator.doors.console, headers=headers) as api:
            made = RealmApi(api, await simulator.realm(defects=[LINK]))
            installed = [EXPIRY, NUMBER_OF_ANOTHER]
            both = {"defects": [LINK], "installation": installed}
            assert await made.done("GET", f"/{made.realm.name}/defects") == both
            none = {"defects": [], "installation": installed}
            assert await made.done("GET", "/default/defects") == none
            assert await made.done("PUT", f"/{made.realm.name}/defects", {"defects": []}) == none
            await made.done("POST", f"/{made.realm.name}/reset")
            page = await read(simulator, made.realm, "/assistance")
            assert page.xpath("//body/@data-defects") == [" ".join(installed)]
            assert "0\u00a0810\u00a0006\u00a0883" in page.text_content()
            answer = await api.get(f"/realms/{made.realm.name}/defauts", headers={"Accept": "text/html"})
            (box,) = html.fromstring(await answer.text()).xpath(f"//input[@name='{EXPIRY}']")
            assert (box.get("checked"), box.get("disabled")) == ("checked", "disabled")
        with simulator.store.reading(made.realm.name) as transaction:
            kept = find_realm(transaction)
        assert kept is not None
        assert kept.defects == ()


def test_an_unknown_defect_of_the_installation_does_not_start() -> None:
    with pytest.raises(ValueError, match="no-such"):
        Simulator(settings(defect=("no-such",)))


def test_the_environment_has_a_list_with_commas() -> None:
    assert read_settings({}, {"MAQUETTE_DEFECT": f"{EXPIRY},{LINK}"}).defect == (EXPIRY, LINK)


def test_a_flag_comes_before_the_environment() -> None:
    assert read_settings({"defect": (LINK,)}, {"MAQUETTE_DEFECT": EXPIRY}).defect == (LINK,)
