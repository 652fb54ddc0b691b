"""« Instantanés »: saving a realm, restoring it, and making another realm from it, without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import aiohttp
import pytest
from console_browser import ConsoleBrowser, words

from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.mailbox import ArrivingMail, add_mail
from maquette.simulator.store.snapshots import add_snapshot

NINE = parse_instant("2011-06-09T09:00:00+02:00")
LILA = "20111710000303"


class SnapshotsPage(ConsoleBrowser):
    """A browser on a realm's snapshots page."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        super().__init__(api)
        self.realm = realm

    async def look(self) -> None:
        await self.open(f"/realms/{self.realm.name}/instantanes")
        assert self.status == 200

    def listed(self) -> list[str]:
        return [words(row.xpath("./th/bdi")[0]) for row in self.page.xpath("//tbody/tr")]

    def links(self, action: str) -> list[str]:
        return [link.get("href") for link in self.page.xpath("//tbody//a") if words(link) == action]

    async def follow(self, action: str) -> None:
        await self.open(self.links(action)[0])

    async def mails(self, realm: str) -> int:
        return len((await (await self.api.get(f"/api/realms/{realm}/mail")).json())["messages"])


@pytest.fixture
async def window(
    api: aiohttp.ClientSession, realm_of_2011: Realm, set_clock: Callable[[Realm, str], None]
) -> SnapshotsPage:
    """The snapshots of a realm whose clock stands still at nine o'clock on 9 June 2011."""
    set_clock(realm_of_2011, "2011-06-09T09:00:00+02:00")
    window = SnapshotsPage(api, realm_of_2011)
    await window.look()
    return window


@pytest.fixture
def mailed(simulator: Simulator, realm_of_2011: Realm) -> Callable[[], None]:
    def mail() -> None:
        arriving = ArrivingMail(None, "", ("a@b.example",), "Un", "", Folder.INBOX, b"\r\n")
        with simulator.store.writing(realm_of_2011.name) as transaction:
            add_mail(transaction, arriving, NINE)

    return mail


async def test_a_snapshot_is_taken_under_its_name_and_listed_newest_first(window: SnapshotsPage) -> None:
    assert window.text_of("aucun-instantane")
    await window.press("prendre", nom=" avant <b> ")
    assert window.text_of("message") == "L'instantané est pris."
    await window.press("prendre")
    assert window.listed()[1] == "avant <b>"
    assert window.listed()[0].startswith("n° ")
    assert "09/06/2011 à 09:00:00" in words(window.page.xpath("//tbody/tr")[0])
    assert not window.page.xpath("//b|//script")


async def test_going_back_is_confirmed_first_and_restores_the_realm(
    window: SnapshotsPage, mailed: Callable[[], None]
) -> None:
    await window.press("prendre", nom="avant")
    mailed()
    await window.follow("Y revenir")
    assert "L'horloge revient au 9 juin 2011 à 09:00:00." in words(window.page)
    assert await window.mails(window.realm.name) == 1
    await window.press("confirmer")
    assert window.text_of("message").startswith("L'environnement est revenu à l'instantané.")
    assert await window.mails(window.realm.name) == 0
    assert window.listed() == ["avant"]


async def test_the_confirmation_names_the_certificates_that_a_restore_removes_or_changes(
    window: SnapshotsPage,
) -> None:
    api, realm = window.api, f"/api/realms/{window.realm.name}"

    async def certificate() -> bytes:
        return await (await api.get(f"{realm}/personas/abonne-000002/certificate.pem")).read()

    await window.press("prendre", nom="sans eux")
    await api.post(f"{realm}/personas", json={"count": 2, "seed": 1})
    await window.look()
    await window.press("prendre", nom="avec eux")
    imported = await certificate()

    await window.follow("Y revenir")  # the newest: with them
    assert window.text_of("ajoutes") == ""
    await window.press("confirmer")
    assert await certificate() == imported

    await window.open(window.links("Y revenir")[1])
    assert "les abonnés ajoutés depuis (2) et leurs certificats" in window.text_of("ajoutes")
    await window.press("confirmer")

    await window.follow("Y revenir")
    assert "Reviennent des abonnés (2) qui n'y sont plus, avec de nouveaux certificats" in window.text_of(
        "ajoutes"
    )
    await window.press("confirmer")
    assert await certificate() != imported


async def test_another_realm_begins_with_a_snapshot(
    window: SnapshotsPage, mailed: Callable[[], None]
) -> None:
    mailed()
    await window.press("prendre", nom="un courriel")
    await window.follow("Nouvel environnement à partir de là")
    assert "Il part de l'instantané « un courriel »" in window.text_of("depuis-instantane")
    assert not window.page.xpath("//input[@name='depart' or @name='situation']")
    await window.press("creer", nom="Mauvais nom")
    assert window.text_of("depuis-instantane")
    name = f"de-{window.realm.name}"
    await window.press("creer", nom=name)
    assert (window.status, window.path) == (200, f"/realms/{name}")
    assert await window.mails(name) == 1
    await window.api.delete(f"/api/realms/{name}")


@pytest.mark.parametrize("number", ["999999999", "0", "x", "-1", "1" * 15])
async def test_an_unknown_snapshot_begins_no_realm(window: SnapshotsPage, number: str) -> None:
    await window.open(f"/realms?instantane={number}")
    gone = number == "999999999"
    assert (window.status == 404) == gone
    assert bool(window.page.xpath("//*[@data-not-made='snapshot']")) == gone
    assert not window.page.xpath("//*[@id='depuis-instantane']")


async def test_a_snapshot_can_be_kept_as_a_file(window: SnapshotsPage) -> None:
    await window.press("prendre")
    (link,) = [link for link in window.page.xpath("//tbody//a") if words(link) == "Télécharger"]
    assert link.get("download", "").endswith(".json")
    document = await (await window.api.get(link.get("href"))).json()
    assert document["format"] == 1


async def test_a_snapshot_is_deleted_when_that_is_confirmed(window: SnapshotsPage) -> None:
    await window.press("prendre", nom="avant")
    await window.follow("Supprimer")
    asked = window.path
    await window.look()
    assert window.listed() == ["avant"]
    await window.open(asked)
    await window.press("confirmer")
    assert window.text_of("message") == "L'instantané est supprimé."
    assert window.listed() == []
    await window.open(asked)
    assert window.status == 404
    assert "Cet instantané n'existe pas" in words(window.page)


async def test_one_snapshot_too_many_is_refused_in_words(window: SnapshotsPage, simulator: Simulator) -> None:
    with simulator.store.writing(window.realm.name) as transaction:
        for _ in range(50):
            add_snapshot(transaction, name=None, made_at=NINE, document="{}", mail_ids=[])
    await window.press("prendre")
    assert window.page.xpath("//*[@id='message']/@data-refused") == ["trop"]
    assert len(window.listed()) == 50


@pytest.mark.rule("ACT-5", "ACT-6", "ACC-10")
@pytest.mark.parametrize(
    ("situation", "state", "hours"),
    [
        ("", "certificate", 0),
        ("pending", "pending", 0),
        ("last-second", "pending", 48),
        ("lapsed", "certificate", 48),
        ("converted", "password", 0),
    ],
)
async def test_a_realm_can_begin_at_a_named_point_for_lila(
    api: aiohttp.ClientSession, situation: str, state: str, hours: int
) -> None:
    window, name = ConsoleBrowser(api), f"depart-{situation or 'debut'}"
    await window.open("/realms")
    await window.press("creer", nom=name, depart="fiche", situation=situation)
    assert (window.status, window.path) == (200, f"/realms/{name}")
    space = await (await api.get(f"/api/realms/{name}/spaces/{LILA}")).json()
    assert space["state"] == state
    now = parse_instant((await (await api.get(f"/api/realms/{name}")).json())["now"])
    assert timedelta(seconds=-1) <= now - NINE - timedelta(hours=hours) < timedelta(minutes=1)
    await api.delete(f"/api/realms/{name}")
