"""Mailpit's API over a realm's mailbox: its responses, and published clients that work unchanged."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiosmtplib import send
from cases import cases
from mailpit.client.api import API

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import opt
from maquette.simulator.console.api.mailpit import operations
from maquette.simulator.domain.letter import SUBJECT
from maquette.simulator.server.assembly import Realm, Simulator

DOCUMENT = Path(__file__).parents[2] / "docs" / "mailpit.md"
LILA = "lila.rosemonde@courriel.example"
CODE = re.compile(r"^[A-Za-z2-9]{12}$", re.MULTILINE)
LETTER = (
    b"Date: Thu, 09 Jun 2011 09:00:00 +0200\r\n"
    b"Message-ID: <%d@shop.example>\r\n"
    b"From: Une boutique <shop@shop.example>\r\n"
    b"To: Lila <lila@courriel.example>\r\n"
    b"Subject: Commande %d\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"Un mot.\r\n"
)
HTML = (
    b"Subject: HTML\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>d\xc3\xa9j\xc3\xa0 <b>vu</b></p>\r\n"
)

Mailpit = aiohttp.ClientSession


def as_client(simulator: Simulator, user: str, password: str | None = None) -> Mailpit:
    """A session with HTTP Basic, as Mailpit's clients open it."""
    given = aiohttp.encode_basic_auth(user, simulator.doors.token if password is None else password, "utf-8")
    return aiohttp.ClientSession(simulator.doors.console, headers={"Authorization": given})


@pytest.fixture
async def mailpit(simulator: Simulator, realm: Realm) -> AsyncIterator[Mailpit]:
    async with as_client(simulator, realm.name) as session:
        yield session


@pytest.fixture
def post(simulator: Simulator, realm: Realm) -> Callable[..., Awaitable[None]]:
    """Send a letter into the realm."""
    host, port = simulator.doors.smtp.rsplit(":", 1)

    async def post(letter: bytes = LETTER % (1, 1), *to: str, into: Realm = realm) -> None:
        await send(
            letter,
            sender=f"ne.pas.repondre+{into.name}@dgfip.finances.example",
            recipients=list(to) or ["lila@courriel.example"],
            hostname=host,
            port=int(port),
            start_tls=False,
        )

    return post


@pytest.fixture
async def code(simulator: Simulator, realm: Realm) -> str:
    """The code that the portal has sent to Lila, who has opted."""
    async with Control(realm.api, simulator.doors.token) as control:
        certificate = await control.certificate("lila")
        async with HttpVisitor(
            portal=realm.portal, gate=realm.gate, ca=simulator.doors.ca, certificate=certificate
        ) as lila:
            await opt(lila, LILA)
        code = (await control.next_mail(LILA)).code
    assert code is not None
    return code


def python_client(simulator: Simulator, user: str) -> API:
    return API(f"http://{user}:{simulator.doors.token}@{urlsplit(simulator.doors.console).netloc}")


async def get(mailpit: Mailpit, path: str, **query: str) -> dict[str, object]:
    answer = await mailpit.get(path, params=query)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def subjects(mailpit: Mailpit, path: str = "/api/v1/messages", **query: str) -> list[str]:
    return [message["Subject"] for message in (await get(mailpit, path, **query))["messages"]]


# Published clients


async def test_the_published_python_client_reads_the_activation_code(
    simulator: Simulator, realm: Realm, code: str
) -> None:
    client = python_client(simulator, realm.name)
    listed = await asyncio.to_thread(client.get_messages)
    assert (listed.total, listed.unread, listed.count) == (1, 1, 1)
    (summary,) = listed.messages
    assert [contact.address for contact in summary.to] == [LILA]
    message = await asyncio.to_thread(client.get_message, summary.id)
    assert CODE.findall(message.text) == [code]
    assert (message.subject, message.html) == (SUBJECT, "")
    assert message.message_id == summary.message_id
    assert "<" not in message.message_id


async def test_the_example_of_the_docs_reads_the_activation_code(
    simulator: Simulator, realm: Realm, code: str
) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    names: dict[str, Callable[..., str]] = {}
    exec(example, names)  # noqa: S102 - the documented example is what is tested
    console = urlsplit(simulator.doors.console).netloc
    assert (
        await asyncio.to_thread(names["activation_code"], realm.name, simulator.doors.token, console) == code
    )


async def test_each_method_of_the_published_python_client_works(
    simulator: Simulator, realm: Realm, post: Callable[..., Awaitable[None]], mailpit: Mailpit
) -> None:
    client = python_client(simulator, realm.name)
    for number in range(1, 5):
        await post(LETTER % (number, number))
    newest, *others = (await asyncio.to_thread(client.get_messages, limit=3)).messages
    assert [newest.subject, *(other.subject for other in others)] == [
        "Commande 4",
        "Commande 3",
        "Commande 2",
    ]
    headers = await asyncio.to_thread(client.get_message_headers, newest.id)
    assert headers.message_id == ["<4@shop.example>"]
    assert headers.delivered_to == ["lila@courriel.example"]
    await asyncio.to_thread(client.put_messages, [newest.id, others[0].id], key="Read", value=True)
    assert await subjects(mailpit, "/api/v1/search", query="is:unread") == ["Commande 2", "Commande 1"]
    await asyncio.to_thread(client.delete_messages, [newest.id, others[1].id])
    assert await subjects(mailpit) == ["Commande 3", "Commande 1"]
    await asyncio.to_thread(client.delete_messages, [])
    assert await subjects(mailpit) == []


async def test_the_requests_of_the_published_javascript_client_are_answered_as_it_expects(
    mailpit: Mailpit, code: str, post: Callable[..., Awaitable[None]]
) -> None:
    assert (await get(mailpit, "/api/v1/info"))["Messages"] == 1
    found = await get(mailpit, "/api/v1/search", query=f"to:{LILA} is:unread")
    assert (found["messages_count"], found["messages_unread"]) == (1, 1)
    message = await get(mailpit, f"/api/v1/message/{found['messages'][0]['ID']}")
    assert CODE.findall(message["Text"]) == [code]
    assert (await mailpit.get("/view/latest.txt")).status == 200
    await post()
    await mailpit.put("/api/v1/messages", json={})
    assert (await get(mailpit, "/api/v1/messages", start="0", limit="50"))["unread"] == 2
    await mailpit.put(
        "/api/v1/messages", json={"Search": "subject:commande", "Read": True}, params={"tz": "UTC"}
    )
    assert (await get(mailpit, "/api/v1/messages"))["unread"] == 1
    found = await get(mailpit, "/api/v1/search", query="-subject:nulle")
    assert (found["messages_count"], found["messages_unread"]) == (2, 1)
    await mailpit.delete("/api/v1/search", params={"query": "subject:commande"})
    assert await subjects(mailpit) == [SUBJECT]
    answer = await mailpit.delete("/api/v1/messages")
    assert (answer.status, await answer.text()) == (200, "ok")
    assert (await get(mailpit, "/api/v1/messages"))["total"] == 0


# Whose mailbox


async def test_the_basic_user_names_the_realm_and_mailboxes_are_separate(
    simulator: Simulator,
    realm: Realm,
    realm_of_2011: Realm,
    post: Callable[..., Awaitable[None]],
    mailpit: Mailpit,
) -> None:
    await post()
    async with as_client(simulator, realm_of_2011.name) as other:
        (mine,) = (await get(mailpit, "/api/v1/messages"))["messages"]
        assert (await get(other, "/api/v1/messages"))["total"] == 0
        for path in ("", "/raw", "/headers"):
            assert (await other.get(f"/api/v1/message/{mine['ID']}{path}")).status == 404
        await other.delete("/api/v1/messages", json={"IDs": [mine["ID"]]})
        await other.delete("/api/v1/messages")
        await other.put("/api/v1/messages", json={"Read": True})
    assert (await get(mailpit, "/api/v1/messages"))["unread"] == 1


async def test_without_a_user_or_with_a_bearer_the_realm_is_the_default_one(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm, post: Callable[..., Awaitable[None]]
) -> None:
    await post()
    async with as_client(simulator, "") as nobody, as_client(simulator, "default") as default:
        totals = {(await get(each, "/api/v1/info"))["Messages"] for each in (api, nobody, default)}
    mails = await (await api.get("/api/realms/default/mail")).json()
    assert totals == {len(mails["messages"])}


@pytest.mark.parametrize("user", ["nowhere", "no/where", "é", "Default"])
async def test_an_unknown_realm_as_user_is_a_problem(simulator: Simulator, user: str) -> None:
    async with as_client(simulator, user) as stranger:
        answer = await stranger.get("/api/v1/messages")
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (404, "realm-unknown")


async def test_a_wrong_token_opens_no_mailbox(simulator: Simulator, realm: Realm) -> None:
    async with as_client(simulator, realm.name, "wrong") as stranger:
        assert (await stranger.get("/api/v1/messages")).status == 401
        assert (await stranger.delete("/api/v1/messages")).status == 401
        assert (await stranger.get("/view/latest.txt")).status == 401


# Mails


async def test_a_message_has_what_mailpit_gives(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    await post(LETTER % (1, 1), "lila@courriel.example", "cachee@courriel.example")
    (summary,) = (await get(mailpit, "/api/v1/messages"))["messages"]
    message = await get(mailpit, "/api/v1/message/latest")
    common = {
        "MessageID": "1@shop.example",
        "From": {"Name": "Une boutique", "Address": "shop@shop.example"},
        "To": [{"Name": "Lila", "Address": "lila@courriel.example"}],
        "Cc": [],
        "Bcc": [{"Name": "", "Address": "cachee@courriel.example"}],
        "ReplyTo": [],
        "Subject": "Commande 1",
        "Tags": [],
        "Username": "",
        "Size": summary["Size"],
        "ID": summary["ID"],
    }
    assert {key: summary[key] for key in common} == common == {key: message[key] for key in common}
    assert (summary["Read"], summary["Attachments"], summary["Snippet"]) == (False, 0, "Un mot.")
    assert (message["Text"], message["HTML"]) == ("Un mot.\n", "")
    assert (message["Date"], message["Inline"], message["Attachments"]) == ("2011-06-09T07:00:00Z", [], [])


async def test_a_mail_without_date_or_sender_can_be_read(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    await post(b"From: personne\r\nX-Rien: 1\r\n\r\n")
    (summary,) = (await get(mailpit, "/api/v1/messages"))["messages"]
    message = await get(mailpit, "/api/v1/message/latest")
    assert message["From"] == {"Name": "personne", "Address": ""}
    assert message["Date"] == summary["Created"]
    assert message["Subject"] == message["MessageID"] == ""


async def test_an_attachment_is_listed(mailpit: Mailpit, post: Callable[..., Awaitable[None]]) -> None:
    await post(
        b'Subject: x\r\nContent-Type: multipart/mixed; boundary="l"\r\n\r\n--l\r\n\r\nUn mot.\r\n--l\r\n'
        b'Content-Type: application/pdf; name="recap.pdf"\r\n\r\n12345\r\n--l--\r\n'
    )
    message = await get(mailpit, "/api/v1/message/latest")
    assert message["Attachments"] == [
        {"PartID": "1", "FileName": "recap.pdf", "ContentType": "application/pdf", "ContentID": "", "Size": 5}
    ]
    assert (await get(mailpit, "/api/v1/messages"))["messages"][0]["Attachments"] == 1


async def test_reading_marks_as_read_and_looking_at_headers_or_source_does_not(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    paths = ("/api/v1/message/latest/headers", "/api/v1/message/latest/raw", "/api/v1/messages")
    for number, path in enumerate(paths):
        await post(LETTER % (number, number))
        assert (await mailpit.get(path)).status == 200
        assert (await get(mailpit, "/api/v1/info"))["Unread"] == 1
        await mailpit.delete("/api/v1/messages")
    for path, letter in (
        ("/api/v1/message/latest", LETTER % (8, 8)),
        ("/view/latest.txt", LETTER % (9, 9)),
        ("/view/latest.html", HTML),
    ):
        await post(letter)
        assert (await mailpit.get(path)).status == 200
        assert (await get(mailpit, "/api/v1/info"))["Unread"] == 0


async def test_latest_may_be_the_latest_of_a_search(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    for number in (1, 2):
        await post(LETTER % (number, number))
    assert (await get(mailpit, "/api/v1/message/latest"))["Subject"] == "Commande 2"
    asked = {"query": 'subject:"commande 1"'}
    assert (await get(mailpit, "/api/v1/message/latest", **asked))["Subject"] == "Commande 1"
    assert (await mailpit.get("/api/v1/message/latest", params={"query": "nulle"})).status == 404


async def test_the_source_is_the_mail_as_it_came(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    await post()
    answer = await mailpit.get("/api/v1/message/latest/raw")
    assert (await answer.read()).endswith(LETTER % (1, 1))
    assert answer.content_type == "text/plain"
    assert "Content-Disposition" not in answer.headers
    kept = await mailpit.get("/api/v1/message/latest/raw", params={"dl": "1"})
    assert kept.headers["Content-Disposition"].endswith('.eml"')


async def test_html_comes_as_a_file_that_no_browser_shows_on_the_consoles_origin(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    await post(HTML)
    answer = await mailpit.get("/view/latest.html", params={"embed": "1"})
    assert (answer.content_type, await answer.text()) == ("text/html", "<p>déjà <b>vu</b></p>\n")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    (summary,) = (await get(mailpit, "/api/v1/messages"))["messages"]
    assert summary["Snippet"] == "déjà vu"


# Lists


async def test_a_list_is_newest_first_and_given_in_pages(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    for number in range(1, 53):
        await post(LETTER % (number, number))
    first = await get(mailpit, "/api/v1/messages")
    assert (len(first["messages"]), first["total"], first["messages_count"]) == (50, 52, 52)
    assert await subjects(mailpit, start="50") == ["Commande 2", "Commande 1"]
    assert await subjects(mailpit, start="1", limit="2") == ["Commande 51", "Commande 50"]
    assert len(await subjects(mailpit, limit="0")) == 50
    assert await subjects(mailpit, start="52") == []
    search = {"query": "subject:commande", "start": "51", "limit": "5"}
    assert await subjects(mailpit, "/api/v1/search", **search) == ["Commande 1"]
    assert (await get(mailpit, "/api/v1/search", **search))["messages_count"] == 52


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"IDs": ["0"]}, [2]),
        ({"ids": ["0", "0"]}, [2]),
        ({"IDs": ["nobody", "99999999999999999999", "-1", "latest", "²"]}, [2, 1]),
        ({"IDs": []}, []),
        ({}, []),
    ],
)
async def test_named_mails_are_deleted_and_all_if_none_is_named(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]], body: dict[str, list[str]], left: list[int]
) -> None:
    for number in (1, 2):
        await post(LETTER % (number, number))
    oldest = (await get(mailpit, "/api/v1/messages"))["messages"][-1]["ID"]
    named = {key: [oldest if mail == "0" else mail for mail in mails] for key, mails in body.items()}
    assert (await mailpit.delete("/api/v1/messages", json=named)).status == 200
    assert await subjects(mailpit) == [f"Commande {number}" for number in left]


@cases(
    "body",
    [
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b'{"IDs": null}',
        b'{"IDs": "1"}',
        b'{"IDs": [1]}',
        b'{"IDs": [], "ids": []}',
        b'{"Ids_": ["1"]}',
        b'{"Search": "x"}',
        b"Search=x",
        b"&",
        b"\xff\xfe",
        b'{"IDs": [' + b'"1",' * 10_000 + b'"1"]}',
    ],
)
async def test_a_body_that_cannot_be_read_deletes_nothing(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]], body: bytes
) -> None:
    await post()
    answer = await mailpit.delete("/api/v1/messages", data=body)
    assert (answer.status, (await answer.json(content_type=None))["code"]) == (422, "body-invalid")
    assert len(await subjects(mailpit)) == 1


async def test_a_deleted_mails_number_is_never_given_again(
    mailpit: Mailpit, api: aiohttp.ClientSession, realm: Realm, post: Callable[..., Awaitable[None]]
) -> None:
    await post()
    before = (await get(mailpit, "/api/v1/message/latest"))["ID"]
    await mailpit.delete("/api/v1/messages")
    await post(LETTER % (2, 2))
    mails = await (await api.get(f"/api/realms/{realm.name}/mail", params={"after": before})).json()
    assert len(mails["messages"]) == 1


# What is not there, and what cannot be read


@cases(
    ("method", "path", "code"),
    [
        ("GET", "/api/v1/message/latest", "mail-unknown"),
        ("GET", "/api/v1/message/999999999", "mail-unknown"),
        ("GET", "/api/v1/message/4oRBnPtCXgAqZniRhzLNmS", "mail-unknown"),
        ("GET", "/view/latest.txt", "mail-unknown"),
        ("GET", "/api/v1/tags", "route-unknown"),
        ("PUT", "/api/v1/tags", "route-unknown"),
        ("GET", "/api/v1/webui", "route-unknown"),
        ("GET", "/api/v1/chaos", "route-unknown"),
        ("POST", "/api/v1/send", "route-unknown"),
        ("POST", "/api/v1/message/latest/release", "route-unknown"),
        ("GET", "/api/v1/message/latest/part/1", "route-unknown"),
        ("GET", "/api/v1/message/latest/sa-check", "route-unknown"),
        ("GET", "/view/latest", "route-unknown"),
        ("POST", "/api/v1/messages", "method-unknown"),
        ("GET", "/api/v1/messages?start=-1", "query-invalid"),
        ("GET", "/api/v1/messages?limit=many", "query-invalid"),
        ("GET", "/api/v1/messages?sideways=1", "query-invalid"),
        ("GET", "/api/v1/search", "query-invalid"),
        ("GET", "/api/v1/search?query=", "query-invalid"),
        ("GET", "/api/v1/search?query=to:", "query-invalid"),
        ("DELETE", "/api/v1/search?query=to:", "query-invalid"),
        ("DELETE", "/api/v1/search?query=before:soon", "query-invalid"),
        ("GET", "/api/v1/search?query=x&tz=Nowhere/Here", "query-invalid"),
        ("GET", "/api/v1/search?query=x&tz=../../passwd", "query-invalid"),
        ("GET", "/api/v1/search?query=x&tz=Europe", "query-invalid"),
    ],
)
async def test_missing_mails_and_invalid_requests_are_problems(
    mailpit: Mailpit, method: str, path: str, code: str
) -> None:
    answer = await mailpit.request(method, path)
    problem = await answer.json(content_type="application/problem+json")
    assert (problem["code"], problem["status"]) == (code, answer.status)


async def test_ids_and_a_search_at_once_are_refused(
    mailpit: Mailpit, post: Callable[..., Awaitable[None]]
) -> None:
    await post()
    answer = await mailpit.put("/api/v1/messages", json={"IDs": ["1"], "Search": "commande", "Read": True})
    assert answer.status == 422
    answer = await mailpit.put("/api/v1/messages", json={"Search": "to:", "Read": True})
    assert answer.status == 422
    assert (await get(mailpit, "/api/v1/info"))["Unread"] == 1


def test_the_documented_routes_are_the_existing_ones() -> None:
    rows = re.findall(r"^\| `([A-Z]+)` \| `([^`]+)` \|", DOCUMENT.read_text(), re.MULTILINE)
    assert rows == [(operation.method, operation.path) for operation in operations]
