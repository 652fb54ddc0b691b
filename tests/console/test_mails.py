"""Mail in the control API: waiting, listing, searching, deleting, and its journal lines."""

import asyncio

import aiohttp
import pytest
from smtp_client import LETTER, LILA, about, open_waits, post

from maquette.simulator.server.assembly import Realm, Simulator

SPAM = {"rules": [{"to": "theo@courriel.example", "spam": True}]}
THEO = "theo@courriel.example"

Api = aiohttp.ClientSession


async def listed(api: Api, realm: Realm, **query: str) -> list[str]:
    """The subjects of the mails that the query finds."""
    answer = await api.get(f"{realm.api}/mail", params=query)
    assert answer.status == 200, await answer.text()
    return [mail["subject"] for mail in (await answer.json())["messages"]]


async def lines(api: Api, realm: Realm, kind: str) -> list[dict[str, object]]:
    """The data of the journal lines of that kind."""
    answer = await (await api.get(f"{realm.api}/journal", params={"kind": kind})).json()
    return [line["data"] for line in answer["lines"]]


async def fill(api: Api, simulator: Simulator, realm: Realm) -> list[int]:
    """Store four mails: to Lila, to Théo as spam, to Lila, to Zoé. Return their ids."""
    await api.put(f"{realm.api}/delivery", json=SPAM)
    for subject, to in (("un", LILA), ("deux", THEO), ("trois", LILA), ("quatre", "zoe@courriel.example")):
        await post(simulator, realm, about(subject), to=to)
    answer = await (await api.get(f"{realm.api}/mail")).json()
    return [mail["id"] for mail in answer["messages"]]


def as_mailpit_client(simulator: Simulator, realm: Realm) -> Api:
    """HTTP Basic, whose user names the realm."""
    basic = aiohttp.encode_basic_auth(realm.name, simulator.doors.token, "utf-8")
    return aiohttp.ClientSession(simulator.doors.console, headers={"Authorization": basic})


# Waiting for a mail


async def test_waiting_for_a_mail_ends_when_it_comes(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    url = f"/api/realms/{realm.name}/mail/next"
    waiting = asyncio.create_task(api.get(url, params={"to": LILA, "after": "now", "timeout": "30"}))
    while not waiting.done():
        await post(simulator, realm)
        await asyncio.wait({waiting}, timeout=0.05)
    answer = await (await waiting).json()
    assert answer["message"]["subject"] == "Bonjour"
    assert answer["code"] is None


async def test_each_of_many_waiting_calls_gets_the_mail_to_its_address(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    people = [f"p{number}@courriel.example" for number in range(20)]
    url = f"/api/realms/{realm.name}/mail/next"
    waiting = [
        asyncio.create_task(api.get(url, params={"to": person, "timeout": "30"}))
        for person in [*people, *people]
    ]
    for person in people:
        await post(simulator, realm, to=person.upper())
    answers = [await (await each).json() for each in waiting]
    assert [answer["message"]["recipients"] for answer in answers] == [
        [person.upper()] for person in [*people, *people]
    ]


async def test_waiting_for_one_address_goes_past_the_mails_to_others(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    for to in ("a@b.example", "LILA@courriel.example", "lila@courriel.example"):
        await post(simulator, realm, to=to)
    url, query = f"/api/realms/{realm.name}/mail/next", {"to": "Lila@Courriel.Example", "timeout": "0"}
    first = await (await api.get(url, params=query)).json()
    second = await (await api.get(url, params={**query, "after": first["cursor"]})).json()
    third = await (await api.get(url, params={**query, "after": second["cursor"]})).json()
    assert [answer["message"]["recipients"] for answer in (first, second)] == [
        ["LILA@courriel.example"],
        ["lila@courriel.example"],
    ]
    assert third == {"timed_out": True, "reason": "not-sent", "until": None, "cursor": second["cursor"]}


async def test_a_wait_without_mail_says_why(api: aiohttp.ClientSession, realm: Realm) -> None:
    url = f"/api/realms/{realm.name}/mail/next"
    answer = await (await api.get(url, params={"to": "nobody@courriel.example", "timeout": "0"})).json()
    assert answer == {"timed_out": True, "reason": "not-sent", "until": None, "cursor": "0"}


async def test_waiting_is_for_a_mail_in_the_inbox(api: Api, simulator: Simulator, realm: Realm) -> None:
    await fill(api, simulator, realm)
    answer = await (await api.get(f"{realm.api}/mail/next", params={"to": THEO, "timeout": "0"})).json()
    assert (answer["timed_out"], answer["reason"]) == (True, "in-spam")


async def test_waiting_in_a_realm_ends_when_it_is_deleted(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    waiting = asyncio.create_task(api.get(f"{realm.api}/mail/next", params={"timeout": "60"}))
    while not await open_waits(simulator):
        pass
    await api.delete(realm.api)
    answer = await waiting
    assert (answer.status, (await answer.json())["code"]) == (404, "realm-unknown")


async def test_a_wait_ends_with_its_client(simulator: Simulator, realm: Realm) -> None:
    before = await open_waits(simulator)
    headers = {"Authorization": f"Bearer {simulator.doors.token}"}
    async with aiohttp.ClientSession(headers=headers) as leaving:
        waiting = asyncio.create_task(leaving.get(f"{realm.api}/mail/next", params={"timeout": "100"}))
        while await open_waits(simulator) == before:
            pass
        waiting.cancel()
    async with asyncio.timeout(20):
        while await open_waits(simulator) > before:
            pass


# Listing and searching


async def test_a_cursor_continues_after_its_mail(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    url = f"/api/realms/{realm.name}/mail"
    await post(simulator, realm)
    first = await (await api.get(url)).json()
    await post(simulator, realm, about("Encore"))
    second = await (await api.get(url, params={"after": first["cursor"]})).json()
    assert [mail["subject"] for mail in second["messages"]] == ["Encore"]


@pytest.mark.parametrize("to", [None, "LILA@courriel.example"])
async def test_a_cut_list_continues_after_its_last_mail_without_gaps(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm, to: str | None
) -> None:
    for number in range(5):
        await post(simulator, realm, about(f"No {number}"))
    await post(simulator, realm, to="theo@courriel.example")
    url, query = f"/api/realms/{realm.name}/mail", {"limit": "2"} | ({"to": to} if to else {})
    cursor, pages = "0", []
    while not pages or pages[-1]:
        answer = await (await api.get(url, params={**query, "after": cursor})).json()
        cursor = answer["cursor"]
        pages.append([mail["subject"] for mail in answer["messages"]])
    last = [["No 4"]] if to else [["No 4", "Bonjour"]]
    assert pages == [["No 0", "No 1"], ["No 2", "No 3"], *last, []]
    newest = await (await api.get(url)).json()
    assert cursor == newest["cursor"] == newest["messages"][-1]["cursor"]


async def test_mail_is_kept_raw_and_marked_when_read(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    url = f"/api/realms/{realm.name}/mail"
    await post(simulator, realm)
    (listed,) = (await (await api.get(url)).json())["messages"]
    raw = await (await api.get(f"{url}/{listed['id']}/raw")).read()
    await api.get(f"{url}/{listed['id']}")
    (again,) = (await (await api.get(url)).json())["messages"]
    assert raw.endswith(LETTER)
    assert (listed["read"], again["read"]) == (False, True)


async def test_mail_is_listed_by_folder_and_says_where_it_is(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    await fill(api, simulator, realm)
    assert await listed(api, realm) == ["un", "deux", "trois", "quatre"]
    assert await listed(api, realm, folder="inbox") == ["un", "trois", "quatre"]
    assert await listed(api, realm, folder="spam") == ["deux"]
    answer = await (await api.get(f"{realm.api}/mail")).json()
    assert [mail["folder"] for mail in answer["messages"]] == ["inbox", "spam", "inbox", "inbox"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "subject:trois"}, ["trois"]),
        ({"q": "-subject:trois", "to": LILA}, ["un"]),
        ({"q": "from:someone", "folder": "spam"}, ["deux"]),
        ({"q": "from:someone", "limit": "2"}, ["un", "deux"]),
        ({"q": "is:read"}, []),
    ],
)
async def test_mail_is_searched_as_mailpit_s_clients_do(
    api: Api, simulator: Simulator, realm: Realm, query: dict[str, str], found: list[str]
) -> None:
    await fill(api, simulator, realm)
    assert await listed(api, realm, **query) == found


async def test_a_search_goes_through_all_of_a_long_mailbox_and_its_cursor_misses_none(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    for number in range(102):
        await post(simulator, realm, about("pair" if number % 2 == 0 else "impair"))
    assert await listed(api, realm, q="subject:impair") == ["impair"] * 51
    answer = await (await api.get(f"{realm.api}/mail", params={"q": "subject:impair", "limit": "50"})).json()
    assert await listed(api, realm, q="subject:impair", after=answer["cursor"]) == ["impair"]
    answer = await (await api.get(f"{realm.api}/mail", params={"q": "subject:impair", "limit": "51"})).json()
    assert await listed(api, realm, after=answer["cursor"]) == []


@pytest.mark.parametrize(
    "query",
    [{"q": ""}, {"q": "larger:huge"}, {"folder": "attic"}, {"after": "now"}, {"after": "-1"}, {"limit": "2"}],
)
async def test_a_query_that_cannot_be_read_deletes_nothing(
    api: Api, simulator: Simulator, realm: Realm, query: dict[str, str]
) -> None:
    await fill(api, simulator, realm)
    answer = await api.delete(f"{realm.api}/mail", params=query)
    assert (answer.status, (await answer.json())["code"]) == (422, "query-invalid")
    assert len(await listed(api, realm)) == 4


# Deleting


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({}, []),
        ({"to": LILA.upper()}, ["deux", "quatre"]),
        ({"folder": "spam"}, ["un", "trois", "quatre"]),
        ({"q": "subject:trois"}, ["un", "deux", "quatre"]),
        ({"to": LILA, "q": "subject:quatre"}, ["un", "deux", "trois", "quatre"]),
        ({"to": ""}, ["un", "deux", "trois", "quatre"]),
    ],
)
async def test_only_the_chosen_mails_are_deleted(
    api: Api, simulator: Simulator, realm: Realm, realm_of_2011: Realm, query: dict[str, str], left: list[str]
) -> None:
    await post(simulator, realm_of_2011)
    ids = await fill(api, simulator, realm)
    answer = await (await api.delete(f"{realm.api}/mail", params=query)).json()
    assert answer == {"deleted": 4 - len(left)}
    assert await listed(api, realm) == left
    assert await listed(api, realm_of_2011) == ["Bonjour"]
    told = await lines(api, realm, "mail-deleted")
    assert [(each["count"], each["by"]) for each in told] == (
        [(4 - len(left), "api")] if len(left) < 4 else []
    )
    assert {mail for each in told for mail in each["mails"]} <= set(ids)


async def test_the_mails_after_a_cursor_are_deleted(api: Api, simulator: Simulator, realm: Realm) -> None:
    _, second, *_ = await fill(api, simulator, realm)
    assert await (await api.delete(f"{realm.api}/mail", params={"after": str(second)})).json() == {
        "deleted": 2
    }
    assert await listed(api, realm) == ["un", "deux"]


async def test_one_mail_is_deleted_once(api: Api, simulator: Simulator, realm: Realm) -> None:
    first, *_ = await fill(api, simulator, realm)
    assert await (await api.delete(f"{realm.api}/mail/{first}")).json() == {"deleted": 1}
    again = await api.delete(f"{realm.api}/mail/{first}")
    assert (again.status, (await again.json())["code"]) == (404, "mail-unknown")
    assert await listed(api, realm) == ["deux", "trois", "quatre"]
    assert await lines(api, realm, "mail-deleted") == [{"count": 1, "mails": [first], "by": "api"}]


async def test_another_realm_s_mail_cannot_be_deleted(
    api: Api, simulator: Simulator, realm: Realm, realm_of_2011: Realm
) -> None:
    first, *_ = await fill(api, simulator, realm)
    assert (await api.delete(f"{realm_of_2011.api}/mail/{first}")).status == 404
    assert len(await listed(api, realm)) == 4


async def test_a_line_of_the_journal_names_a_hundred_deleted_mails_at_most(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    for _ in range(101):
        await post(simulator, realm)
    await api.delete(f"{realm.api}/mail")
    (told,) = await lines(api, realm, "mail-deleted")
    assert (told["count"], len(told["mails"])) == (101, 100)


# What the journal tells


DOORS = {
    "api": "/api/realms/{realm}/mail/{mail}",
    "mailpit": "/api/v1/message/{mail}",
    "console": "/realms/{realm}/mail/{mail}",
}


@pytest.mark.parametrize("by", DOORS)
async def test_the_journal_records_the_first_reading_of_a_mail_by_any_door(
    simulator: Simulator, realm: Realm, api: Api, by: str
) -> None:
    first, *_ = await fill(api, simulator, realm)
    path = DOORS[by].format(realm=realm.name, mail=first)
    async with as_mailpit_client(simulator, realm) as session:
        answers = [await session.get(path) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    answer = await (await api.get(f"{realm.api}/journal", params={"kind": "mail-read"})).json()
    (line,) = answer["lines"]
    assert line["data"] == {"mail": first, "message_id": None, "to": [LILA], "by": by}
    assert line["correlation"] == answers[0].headers["X-Maquette-Correlation"]


async def test_fetching_a_mail_s_octets_does_not_mark_it_as_read(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    first, *_ = await fill(api, simulator, realm)
    await api.get(f"{realm.api}/mail/{first}/raw")
    await api.get(f"{realm.api}/mail")
    assert await lines(api, realm, "mail-read") == []


async def test_the_journal_records_mails_marked_or_deleted_by_a_mailpit_client(
    simulator: Simulator, realm: Realm, api: Api
) -> None:
    first, _, third, fourth = await fill(api, simulator, realm)
    async with as_mailpit_client(simulator, realm) as mailpit:
        for _ in range(2):
            await mailpit.put("/api/v1/messages", json={"IDs": [str(first)], "Read": True})
        await mailpit.put("/api/v1/messages", json={"Read": True})
        await mailpit.delete("/api/v1/search", params={"query": "subject:un"})
        await mailpit.delete("/api/v1/messages", json={"IDs": []})
    assert await lines(api, realm, "mail-marked") == [
        {"read": True, "count": 1, "mails": [first], "by": "mailpit"},
        {"read": True, "count": 2, "mails": [third, fourth], "by": "mailpit"},
    ]
    assert await lines(api, realm, "mail-deleted") == [
        {"count": 1, "mails": [first], "by": "mailpit"},
        {"count": 2, "mails": [third, fourth], "by": "mailpit"},
    ]
    assert await listed(api, realm) == ["deux"], "the spam is not Mailpit's to see"
