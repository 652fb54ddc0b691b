"""The pages of people and clock with thousands of subscribers: they list few at a time, and search."""

import aiohttp
import pytest
from console_browser import ConsoleBrowser, words

from maquette.simulator.console.operations.people import search_people
from maquette.simulator.server.assembly import Realm, Simulator

ADDED = 2000
LILA, THEO = "20111710000303", "20111500000412"


async def with_subscribers(simulator: Simulator, count: int) -> Realm:
    realm = await simulator.realm()
    headers = {"Authorization": f"Bearer {simulator.doors.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.post(f"{realm.api}/personas", json={"count": count, "seed": 7})
        assert answer.status == 200
    return realm


@pytest.fixture(scope="module")
async def crowd(simulator: Simulator) -> Realm:
    """A realm with two thousand more subscribers."""
    return await with_subscribers(simulator, ADDED)


@pytest.fixture(scope="module")
async def class_of_many(simulator: Simulator) -> Realm:
    """A realm with enough subscribers to fill each kind of page."""
    return await with_subscribers(simulator, 150)


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ("lila", ["lila"]),
        ("LILA rosemonde", ["lila"]),
        ("rosemonde lila", ["lila"]),
        ("theo", ["theo"]),
        ("Théo LŒVENBRUCK", ["theo"]),
        ("loevenbruck", ["theo"]),
        ("perignon", ["maelle"]),
        ("FLEURY-ÇELIK", ["aurore"]),
        ("fleury-celik", ["aurore"]),
        ("helene", []),
        ("d'aubrécourt", ["berengere"]),
        (LILA, ["lila"]),
        (LILA[4:9], ["lila"]),
        ("cabinet@", ["sylvain", "maelle", "aurore"]),
        ("lila theo", []),
        ("none", []),
        ("%", []),
        ("_", []),
    ],
)
async def test_people_are_found_by_their_name_number_or_address_without_regard_to_accents(
    simulator: Simulator, realm: Realm, looked_for: str, found: list[str]
) -> None:
    with simulator.store.reading(realm.name) as transaction:
        people, total = search_people(transaction, looked_for, skip=0, most=50)
    assert ([person.id for person in people], total) == (found, len(found))


async def test_few_people_fit_on_one_page_without_a_search(api: aiohttp.ClientSession, realm: Realm) -> None:
    window = ConsoleBrowser(api)
    await window.open(f"/realms/{realm.name}")
    assert not window.page.xpath("//*[@role='search']|//*[@id='pages']")
    assert len(window.page.xpath("//tbody/tr")) > 10


async def test_thousands_of_people_are_listed_on_linked_pages(
    api: aiohttp.ClientSession, crowd: Realm
) -> None:
    window, seen = ConsoleBrowser(api), []
    await window.open(f"/realms/{crowd.name}")
    total = int(window.text_of("combien").split()[0])
    assert total > ADDED
    for _ in range(3):
        seen += window.page.xpath("//tbody/tr/@id")
        await window.open(window.page.xpath("//a[@id='page-suivante']/@href")[0])
    assert len(set(seen)) == 150
    assert seen[0] == "personne-lila"
    last = -(-total // 50)
    assert f"Page 4 sur {last}" in window.text_of("pages")
    await window.open(f"/realms/{crowd.name}?page={last}")
    assert 1 <= len(window.page.xpath("//tbody/tr")) <= 50
    assert not window.page.xpath("//a[@id='page-suivante']")
    assert window.page.xpath("//a[@id='page-precedente']")


async def test_a_page_beyond_the_last_is_empty_and_leads_back(
    api: aiohttp.ClientSession, crowd: Realm
) -> None:
    window = ConsoleBrowser(api)
    await window.open(f"/realms/{crowd.name}?page=999999")
    assert window.status == 200
    assert "Cette page est vide." in words(window.page)


@pytest.mark.parametrize("page", ["x", "-1", "", "1" * 16, "%D9%A1"])
async def test_an_invalid_page_number_is_a_problem(
    api: aiohttp.ClientSession, realm: Realm, page: str
) -> None:
    assert (await api.get(f"/realms/{realm.name}?page={page}")).status == 422


async def test_a_search_lists_the_people_found_or_says_that_there_are_none(
    api: aiohttp.ClientSession, crowd: Realm
) -> None:
    window = ConsoleBrowser(api)
    await window.open(f"/realms/{crowd.name}?qui=lila+rosemonde")
    assert "personne-lila" in window.page.xpath("//tbody/tr/@id")
    await window.open(f"/realms/{crowd.name}?qui=<script>")
    assert window.text_of("combien") == "Aucune personne ne correspond à « <script> »."
    assert not window.page.xpath("//script|//tbody/tr")
    assert window.page.xpath("//a[@id='tout-le-monde']")


async def test_the_clocks_page_offers_a_hundred_certificates_and_finds_the_others(
    api: aiohttp.ClientSession, crowd: Realm
) -> None:
    window = ConsoleBrowser(api)
    await window.open(f"/realms/{crowd.name}/horloge")
    offered = window.page.xpath("//*[@id='personne-certificat']/option/@value")
    assert len(offered) == 100
    personas = await (await api.get(f"/api/realms/{crowd.name}/personas?limit=1000")).json()
    other = next(each for each in personas["personas"] if each["id"] not in offered)
    await window.open(f"/realms/{crowd.name}/horloge?qui={other['subscriber_number']}")
    assert window.page.xpath("//*[@id='personne-certificat']/option/@value") == [other["id"]]
    await window.press("fin-du-certificat", personne=other["id"])
    assert window.text_of("message").startswith("L'horloge est passée")


@pytest.mark.parametrize("path", ["", "?qui=a", "/horloge", "/horloge?qui=a", "/acheminement", "/journal"])
async def test_no_page_needs_more_statements_for_thousands_of_people(
    simulator: Simulator, api: aiohttp.ClientSession, crowd: Realm, class_of_many: Realm, path: str
) -> None:
    async def statements(realm: Realm) -> int:
        await api.get(f"{realm.api}/journal")  # so that no line still has to be written
        asked: list[str] = []
        database = simulator.store._database.connection
        database.set_trace_callback(asked.append)
        try:
            assert (await api.get(f"/realms/{realm.name}{path}")).status == 200
        finally:
            database.set_trace_callback(None)
        return len(asked)

    assert 0 < await statements(crowd) <= await statements(class_of_many)
