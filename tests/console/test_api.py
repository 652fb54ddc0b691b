"""The control API: what scripts need to walk the procedure, and what it says to bad input."""

import asyncio
from collections.abc import Callable

import aiohttp
import pytest
import sqlalchemy as sa
from aiosmtplib import send
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from maquette.simulator.assembly import Realm, Simulator
from maquette.simulator.console.app import OPERATIONS
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Credentials
from maquette.simulator.procedure.passwords import password_is
from maquette.simulator.store.options import add_option, note_lapse
from maquette.simulator.store.spaces import get_space

LETTER = b"From: someone@shop.example\r\nTo: lila@courriel.example\r\nSubject: Bonjour\r\n\r\nUn mot.\r\n"


LILA = "20111710000303"


async def smtp(
    simulator: Simulator, letter: bytes = LETTER, *, realm: Realm, to: str = "Lila@courriel.example"
) -> None:
    host, port = simulator.doors.smtp.rsplit(":", 1)
    await send(
        letter,
        sender=f"ne.pas.repondre+{realm.name}@dgfip.finances.example",
        recipients=[to],
        hostname=host,
        port=int(port),
        start_tls=False,
    )


async def test_the_openapi_document_names_each_route_and_no_other(
    api: aiohttp.ClientSession, simulator: Simulator
) -> None:
    document = await (await api.get("/api/openapi.json")).json()
    documented = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert documented == {(operation.method, operation.path) for operation in OPERATIONS}


async def test_health_is_told_without_a_token(simulator: Simulator) -> None:
    async with aiohttp.ClientSession(simulator.doors.console) as nobody:
        assert await (await nobody.get("/livez")).json() == {"status": "ok"}
        assert await (await nobody.get("/readyz")).json() == {"status": "ok"}


async def test_a_persona_comes_with_its_certificate_key_and_bundle(
    api: aiohttp.ClientSession, realm: Realm
) -> None:
    base = f"/api/realms/{realm.name}/personas/lila"
    persona = await (await api.get(base)).json()
    certificate = await (await api.get(base + "/certificate.pem")).read()
    key = await (await api.get(base + "/key.pem")).read()
    bundle = load_pkcs12(
        await (await api.get(base + "/bundle.p12")).read(), persona["bundle_password"].encode()
    )
    assert persona["subscriber_number"] == "20111710000303"
    assert certificate.count(b"BEGIN CERTIFICATE") == 2
    assert b"PRIVATE KEY" in key
    assert bundle.cert is not None
    assert "Lila ROSEMONDE" in bundle.cert.certificate.subject.rfc4514_string()


@pytest.mark.rule("CRED-8")
async def test_a_space_never_shows_password_answer_or_code(api: aiohttp.ClientSession, realm: Realm) -> None:
    clemence = await (await api.get(f"/api/realms/{realm.name}/personas/clemence")).json()
    space = await (await api.get(f"/api/realms/{realm.name}/spaces/{clemence['subscriber_number']}")).json()
    assert space["state"] == space["access_mode"] == "password"
    assert not {"password", "password_hash", "answer", "question", "code", "credentials"} & set(space)


@pytest.mark.rule("CRED-8")
async def test_only_who_was_converted_from_the_start_comes_with_a_password_and_it_opens_her_space(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    listed = (await (await api.get(f"/api/realms/{realm.name}/personas")).json())["personas"]
    assert {each["id"] for each in listed if each["password"] is not None} == {"clemence"}
    assert {each["id"] for each in listed if each["email"] is None} == {"zoe"}
    clemence = await (await api.get(f"/api/realms/{realm.name}/personas/clemence")).json()
    with simulator.store.reading(realm.name) as transaction:
        space = get_space(transaction, clemence["subscriber_number"])
    assert space.credentials is not None
    assert password_is(clemence["password"], space.credentials.password_hash)
    assert clemence["email"] == space.email


@pytest.mark.parametrize(
    "path", ["", "/personas", "/personas/lila/key.pem", f"/spaces/{LILA}", "/mail", "/journal"]
)
async def test_a_call_looks_its_realm_up_once(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm, path: str
) -> None:
    looks: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "WHERE realms.realm" in statement:
            looks.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert (await api.get(f"/api/realms/{realm.name}{path}")).status == 200
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert len(looks) == 1


@pytest.mark.rule("ACT-6")
async def test_reading_a_lapsed_space_leaves_no_trace(
    api: aiohttp.ClientSession,
    simulator: Simulator,
    realm_of_2011: Realm,
    set_clock: Callable[[Realm, str], None],
) -> None:
    opted = parse_instant("2011-06-09T09:00:00+02:00")
    chosen = Credentials("lila@courriel.example", "hash", "question", "réponse")
    with simulator.store.writing(realm_of_2011.name) as transaction:
        add_option(transaction, Option("o-1", LILA, chosen, "Kd3Fh7PqRs2T", opted, opted))
    set_clock(realm_of_2011, "2011-06-11T09:00:01+02:00")
    path = f"/api/realms/{realm_of_2011.name}"
    assert (await (await api.get(f"{path}/spaces/{LILA}")).json())["state"] == "certificate"
    assert (await api.get(f"/realms/{realm_of_2011.name}")).status == 200
    assert (await (await api.get(f"{path}/journal")).json())["lines"] == []
    with simulator.store.writing(realm_of_2011.name) as transaction:
        assert note_lapse(transaction, "o-1"), "seen by nobody yet"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/realms/nowhere", "realm-unknown"),
        ("/api/realms/nowhere/mail/next?timeout=0", "realm-unknown"),
        ("/api/realms/default/personas/nobody", "persona-unknown"),
        ("/api/realms/default/personas/nobody/key.pem", "persona-unknown"),
        ("/api/realms/default/spaces/1", "space-unknown"),
        ("/api/realms/default/mail/999999999", "mail-unknown"),
        ("/api/realms/default/mail/x", "mail-unknown"),
        ("/api/realms/default/mail/9999999999999999999999", "mail-unknown"),
        ("/api/nothing", "route-unknown"),
        ("/api/realms/default/mail?after=x", "query-invalid"),
        ("/api/realms/default/mail?sideways=1", "query-invalid"),
        ("/api/realms/default/mail?to=a&to=b", "query-invalid"),
        ("/api/realms/default/mail?limit=0", "query-invalid"),
        ("/api/realms/default/mail?limit=1001", "query-invalid"),
        ("/api/realms/default/mail/next?timeout=nan", "query-invalid"),
        ("/api/realms/default/mail/next?timeout=121", "query-invalid"),
        ("/api/realms/default/journal?limit=0", "query-invalid"),
        ("/api/version?x=1", "query-invalid"),
    ],
)
async def test_bad_input_gets_a_problem_with_a_stable_code(
    api: aiohttp.ClientSession, path: str, code: str
) -> None:
    answer = await api.get(path)
    problem = await answer.json(content_type="application/problem+json")
    assert (problem["code"], problem["status"]) == (code, answer.status)
    assert problem["detail"]


async def test_a_method_that_is_none_is_a_problem(api: aiohttp.ClientSession) -> None:
    answer = await api.delete("/api/version")
    assert answer.status == 405


async def test_waiting_for_a_mail_ends_when_it_comes(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    url = f"/api/realms/{realm.name}/mail/next"
    waiting = asyncio.create_task(
        api.get(url, params={"to": "lila@courriel.example", "after": "now", "timeout": "30"})
    )
    while not waiting.done():
        await smtp(simulator, realm=realm)
        await asyncio.wait({waiting}, timeout=0.05)
    answer = await (await waiting).json()
    assert answer["message"]["subject"] == "Bonjour"
    assert answer["code"] is None


async def test_each_of_many_who_wait_gets_the_mail_to_their_own_address(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    people = [f"p{number}@courriel.example" for number in range(20)]
    url = f"/api/realms/{realm.name}/mail/next"
    waiting = [
        asyncio.create_task(api.get(url, params={"to": person, "timeout": "30"}))
        for person in [*people, *people]
    ]
    for person in people:
        await smtp(simulator, realm=realm, to=person.upper())
    answers = [await (await each).json() for each in waiting]
    assert [answer["message"]["recipients"] for answer in answers] == [
        [person.upper()] for person in [*people, *people]
    ]


async def test_waiting_for_one_address_goes_past_the_mails_to_others(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    for to in ("a@b.example", "LILA@courriel.example", "lila@courriel.example"):
        await smtp(simulator, realm=realm, to=to)
    url, query = f"/api/realms/{realm.name}/mail/next", {"to": "Lila@Courriel.Example", "timeout": "0"}
    first = await (await api.get(url, params=query)).json()
    second = await (await api.get(url, params={**query, "after": first["cursor"]})).json()
    third = await (await api.get(url, params={**query, "after": second["cursor"]})).json()
    assert [answer["message"]["recipients"] for answer in (first, second)] == [
        ["LILA@courriel.example"],
        ["lila@courriel.example"],
    ]
    assert third == {"timed_out": True, "reason": "not-sent", "cursor": second["cursor"]}


async def test_waiting_in_vain_says_why(api: aiohttp.ClientSession, realm: Realm) -> None:
    url = f"/api/realms/{realm.name}/mail/next"
    answer = await (await api.get(url, params={"to": "nobody@courriel.example", "timeout": "0"})).json()
    assert answer == {"timed_out": True, "reason": "not-sent", "cursor": "0"}


async def test_a_cursor_goes_on_behind_the_mail_that_gave_it(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    url = f"/api/realms/{realm.name}/mail"
    await smtp(simulator, realm=realm)
    first = await (await api.get(url)).json()
    await smtp(simulator, LETTER.replace(b"Bonjour", b"Encore"), realm=realm)
    second = await (await api.get(url, params={"after": first["cursor"]})).json()
    assert [mail["subject"] for mail in second["messages"]] == ["Encore"]


@pytest.mark.parametrize("to", [None, "LILA@courriel.example"])
async def test_a_cut_list_goes_on_behind_its_last_mail_and_misses_none(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm, to: str | None
) -> None:
    for number in range(5):
        await smtp(simulator, LETTER.replace(b"Bonjour", b"No %d" % number), realm=realm)
    await smtp(simulator, realm=realm, to="theo@courriel.example")
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
    await smtp(simulator, realm=realm)
    (listed,) = (await (await api.get(url)).json())["messages"]
    raw = await (await api.get(f"{url}/{listed['id']}/raw")).read()
    await api.get(f"{url}/{listed['id']}")
    (again,) = (await (await api.get(url)).json())["messages"]
    assert raw.endswith(LETTER)
    assert (listed["read"], again["read"]) == (False, True)


async def test_one_realm_never_sees_anothers_mail_or_journal(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm, realm_of_2011: Realm
) -> None:
    await smtp(simulator, realm=realm)
    for kind in ("mail", "journal"):
        other = await (await api.get(f"/api/realms/{realm_of_2011.name}/{kind}")).json()
        assert not other.get("messages", other.get("lines"))


async def test_the_journal_is_read_by_kind_and_cursor(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    url = f"/api/realms/{realm.name}/journal"
    await smtp(simulator, realm=realm)
    delivered = await (await api.get(url, params={"kind": "mail-delivered"})).json()
    assert [line["kind"] for line in delivered["lines"]] == ["mail-delivered"]
    behind = await (await api.get(url, params={"after": delivered["cursor"]})).json()
    assert behind["lines"] == []
