"""The control API: the calls for a walk through the procedure, and problems for bad input."""

from collections.abc import Callable

import aiohttp
import pytest
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from maquette.simulator.console.api.table import OPERATIONS
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Credentials
from maquette.simulator.procedure.passwords import password_is
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.options import add_option, note_lapse
from maquette.simulator.store.spaces import get_space

LILA = "20111710000303"


async def test_the_openapi_document_names_each_route_and_no_other(
    api: aiohttp.ClientSession, simulator: Simulator
) -> None:
    document = await (await api.get("/api/openapi.json")).json()
    documented = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert documented == {(operation.method, operation.path) for operation in OPERATIONS}


async def test_health_needs_no_token(simulator: Simulator) -> None:
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
async def test_only_a_persona_converted_from_the_start_has_a_password_and_it_opens_her_space(
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

    def note(statement: str) -> None:
        if "FROM realms WHERE realm =" in statement:
            looks.append(statement)

    with simulator.store.reading("") as transaction:
        driver = transaction.database.connection
    driver.set_trace_callback(note)
    try:
        assert (await api.get(f"/api/realms/{realm.name}{path}")).status == 200
    finally:
        driver.set_trace_callback(None)
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
    lines = (await (await api.get(f"{path}/journal")).json())["lines"]
    assert [line["kind"] for line in lines] == ["realm-made"]
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


async def test_an_unknown_method_is_a_problem(api: aiohttp.ClientSession) -> None:
    answer = await api.delete("/api/version")
    assert answer.status == 405
