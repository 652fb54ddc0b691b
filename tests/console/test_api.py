"""The control API: what scripts need to walk the procedure, and what it says to bad input."""

import asyncio

import aiohttp
import pytest
from aiosmtplib import send
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from maquette.simulator.assembly import Realm, Simulator
from maquette.simulator.console.api import OPERATIONS

LETTER = b"From: someone@shop.example\r\nTo: lila@courriel.example\r\nSubject: Bonjour\r\n\r\nUn mot.\r\n"


async def smtp(simulator: Simulator, letter: bytes = LETTER, *, realm: Realm) -> None:
    host, port = simulator.doors.smtp.rsplit(":", 1)
    await send(
        letter,
        sender=f"ne.pas.repondre+{realm.name}@dgfip.finances.example",
        recipients=["Lila@courriel.example"],
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
