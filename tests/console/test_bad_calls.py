"""Bad input at the control API: the response is a problem with the reason, and nothing changes."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import aiohttp
import pytest
from cases import cases
from realm_state import nothing_changes
from refused_calls import Caller, start_call
from yarl import URL

from maquette.simulator.console.api.openapi import PATH_PARAMETERS
from maquette.simulator.console.api.operation import Operation
from maquette.simulator.console.api.table import OPERATIONS
from maquette.simulator.server.assembly import Realm, Simulator

START = "2011-06-09T09:00:00+02:00"
ADVANCE = "/api/realms/{realm}/clock/advance"

WITH_BODY = [each for each in OPERATIONS if each.body is not None]
WITHOUT_BODY = [each for each in OPERATIONS if each.body is None and each.method != "GET"]


def name_of(operation: Operation) -> str:
    return operation.name


def concrete(operation: Operation, realm: Realm) -> str:
    """The operation's path in the realm, with the document's examples for all other names."""
    names = {name: each.get("example", "1") for name, each in PATH_PARAMETERS.items()} | {"realm": realm.name}
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: names[found[1]], operation.path)


@pytest.fixture(scope="module")
async def caller(simulator: Simulator) -> AsyncIterator[Caller]:
    """One realm for all tests, because each test checks that the realm is unchanged."""
    realm = await simulator.realm(clock=START)
    headers = {"Authorization": f"Bearer {simulator.doors.token}"}
    async with aiohttp.ClientSession(headers=headers) as api:
        yield Caller(simulator, api, realm)


# Bodies

BODIES = {
    "nothing": b"",
    "no JSON": b"by=PT48H",
    "half": b'{"by": "PT48H"',
    "more than one": b"{} {}",
    "NaN": b'{"by": NaN}',
    "infinity": b'{"by": -Infinity}',
    "no UTF-8": b'{"by": "\xff"}',
    "half a character": b'{"by": "\\ud800"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"by": "PT48H"}'.encode("utf-16"),
    "deep": b'{"by": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a text": b'"PT48H"',
    "a number": b"1e999",
    "null": b"null",
    "a list": b"[]",
    "an unknown key": b'{"bye": "PT48H"}',
    "an unknown key of no letters": b'{"\\u0000": 1}',
    "a key twice": b'{"by": "PT1H", "by": "PT2H"}',
    "a key twice, within": b'{"policy": {"popup.mode": "click", "popup.mode": "automatic"}}',
}
MAY_BE = {"/api/v1/messages": {"nothing", "null"}}
"""Bodies that an operation takes: Mailpit's clients leave them out."""


@cases(
    ("operation", "body"),
    [
        (operation, body)
        for operation in WITH_BODY
        for body in BODIES
        if body not in MAY_BE.get(operation.path, ())
    ],
)
async def test_a_body_that_cannot_be_read_changes_nothing(
    caller: Caller, operation: Operation, body: str
) -> None:
    path = concrete(operation, caller.realm)
    json_type = {"Content-Type": "application/json"}
    await caller.refused(operation.method, path, 422, "body-invalid", data=BODIES[body], headers=json_type)


async def test_a_duplicate_key_among_very_many_is_found_without_delay(caller: Caller) -> None:
    body = b"{" + b"".join(b'"k%d":1,' % number for number in range(50_000)) + b'"k7":2}'
    async with asyncio.timeout(5):
        detail = await caller.refused("PATCH", "/api/realms/{realm}/policy", 422, "body-invalid", data=body)
    assert detail == "given more than once: k7"


@pytest.mark.parametrize("packed", [False, True], ids=["as it is", "packed"])
async def test_a_body_too_large_is_not_read_to_its_end(caller: Caller, *, packed: bool) -> None:
    body = b'{"by": "' + b"x" * (17 * 1024 * 1024) + b'"}'
    sent, headers = (gzip.compress(body, 1), {"Content-Encoding": "gzip"}) if packed else (body, {})
    detail = await caller.refused("POST", ADVANCE, 413, "too-large", data=sent, headers=headers)
    assert str(8 * 1024 * 1024 + 64 * 1024) in detail


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Content-Encoding: gzip", b"422"),
        ("Content-Encoding: deflate", b"400"),
        ("Transfer-Encoding: chunked", b"400"),
    ],
)
async def test_a_body_with_a_wrong_content_encoding_is_refused(
    simulator: Simulator, caller: Caller, caplog: pytest.LogCaptureFixture, header: str, status: bytes
) -> None:
    length = "" if "chunked" in header else "Content-Length: 14\r\n"
    call = f"POST {URL(caller.realm.api).path}/clock/advance HTTP/1.1\r\n"
    with nothing_changes(simulator, caller.realm) as noted:
        reader, writer = await start_call(simulator, f"{call}{header}\r\n{length}", b'{"by": "PT1H"}')
        answered = (await reader.readline()).split()[1]
        writer.close()
    assert (answered, noted) == (status, [])
    assert "a call failed" not in caplog.text


@cases("operation", WITHOUT_BODY)
async def test_a_call_that_takes_no_body_says_so_and_does_nothing(
    caller: Caller, operation: Operation
) -> None:
    path = concrete(operation, caller.realm)
    if operation.query is not None and "query" in operation.query.model_fields:
        path += "?query=lila"
    detail = await caller.refused(operation.method, path, 422, "body-invalid", json={"clock": START})
    assert "takes no body" in detail


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "no type at all", ""])
async def test_a_body_is_read_as_json_whatever_its_content_type(
    api: aiohttp.ClientSession, realm_of_2011: Realm, kind: str
) -> None:
    """`curl --data` sends JSON with a form's content type."""
    answer = await api.post(
        f"{realm_of_2011.api}/clock/advance", data=b'{"by": "PT48H"}', headers={"Content-Type": kind}
    )
    assert (await answer.json())["now"][:10] == "2011-06-11"


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded"])
async def test_a_form_is_no_body(caller: Caller, kind: str) -> None:
    form = aiohttp.FormData({"by": "PT48H"}, default_to_multipart=kind.startswith("multipart"))
    await caller.refused("POST", ADVANCE, 422, "body-invalid", data=form)


# Instants and durations

NO_INSTANTS = [
    "2016-12-31T23:59:60Z",  # a leap second
    "2011-06-09T24:00:00+02:00",
    "2011-02-29T09:00:00+01:00",
    "2011-06-31T09:00:00+02:00",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z",
    "-2011-06-09T09:00:00Z",
    "2000-01-01T00:00:00+14:00",  # in UTC, the year before
    "2100-12-31T23:59:59-12:00",  # in UTC, the year after
    "2011-06-09T09:00:00",
    "2011-06-09",
    "2011-06-09T09:00:00+25:00",
    "2011-06-09T09:00:00 Europe/Paris",
    "２０１１-06-09T09:00:00Z",
    "2011-06-09T09:00:00Z\0",
    " 2011-06-09T09:00:00Z",
    "now",
    "",
    "x" * 100_000,
    1307602800,
    1307602800.5,
    True,
    [START],
    {"now": START},
]


@cases("instant", NO_INSTANTS)
async def test_an_invalid_instant_moves_no_clock_and_makes_no_realm(caller: Caller, instant: object) -> None:
    moved, made = {"mode": "frozen", "now": instant}, {"name": "jamais", "clock": instant}
    detail = await caller.refused("PUT", "/api/realms/{realm}/clock", 422, "body-invalid", json=moved)
    assert detail.startswith("now: ")
    detail = await caller.refused("POST", "/api/realms", 422, "body-invalid", json=made)
    assert detail.startswith("clock: ")


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2011-06-09T09:00:00.999999999+02:00", "2011-06-09T07:00:00Z"),
        ("2100-12-31T23:59:59Z", "2100-12-31T23:59:59Z"),
        ("2012-02-29T00:00:00+01:00", "2012-02-28T23:00:00Z"),
        ("2011-03-27T02:30:00+01:00", "2011-03-27T01:30:00Z"),
    ],
)
async def test_an_instant_is_truncated_to_the_second(
    simulator: Simulator, api: aiohttp.ClientSession, instant: str, shown: str
) -> None:
    realm = await simulator.realm(clock="2000-01-01T00:00:00Z")
    answer = await api.put(f"{realm.api}/clock", json={"mode": "frozen", "now": instant})
    assert (await answer.json())["now"] == shown


NO_DURATIONS = [
    "", "P", "PT", "-PT", "P1DT", "--PT1H", "PT-1H", "+PT1H", "-P", "P1Y", "P1M", "P1Y2M3DT4H", "PT0.5S",
    "PT1,5H", "PT1H ", " PT1H", "PT1H\0", "PT１H", "pt1h", "1H", "PT1S1M", "PT1H1H", "P1H", "PT1D",
    "PT0,000000001S", "P0001-00-00T00:00:00", "PT" + "9" * 10_000 + "S", "x" * 100_000, "−PT1H",
    48, 48.0, True, None, ["PT48H"], {"hours": 48},
]  # fmt: skip


@cases("duration", NO_DURATIONS)
async def test_an_invalid_duration_moves_no_clock(caller: Caller, duration: object) -> None:
    await caller.refused("POST", ADVANCE, 422, "body-invalid", json={"by": duration})


@cases("duration", ["P9999W", "P99999D", "PT999999H", "-P99999D", "-PT999999999S"])
async def test_a_clock_does_not_leave_the_years_that_it_can_show(caller: Caller, duration: str) -> None:
    detail = await caller.refused("POST", ADVANCE, 409, "clock-refused", json={"by": duration})
    assert "2000 to 2100" in detail


# The policy

NO_POLICIES = [
    {"activation.window": "PT"}, {"activation.window": "P1Y"}, {"activation.window": "PT0S"},
    {"activation.window": "-PT48H"}, {"activation.window": "P367D"}, {"activation.window": 48},
    {"activation.window": None}, {"activation.attempts": 0}, {"activation.attempts": -1},
    {"activation.attempts": 1001}, {"activation.attempts": 2.5}, {"activation.attempts": "5"},
    {"activation.attempts": True}, {"activation.attempts": 10**400}, {"option.replace": "true"},
    {"option.replace": 1}, {"popup.mode": "CLICK"}, {"popup.mode": ["click"]}, {"popup.mode": {"mode": 1}},
    {"gate.notice": ""}, {"gate.notice": " "}, {"gate.notice": "x" * 501}, {"gate.notice": False},
    {"popup.mode": "click", "no.such": 1}, {"popup_mode": "click"}, {"Popup.Mode": "click"},
    {"popup.mode\0": "click"}, {"": "click"}, {"x" * 100_000: 1},
]  # fmt: skip


@cases("policy", NO_POLICIES)
async def test_a_policy_with_one_invalid_value_is_refused_whole(
    caller: Caller, policy: dict[str, object]
) -> None:
    changes = {"activation.lockout": "PT1M", **policy}
    await caller.refused("PATCH", "/api/realms/{realm}/policy", 422, "body-invalid", json=changes)
    made = {"name": "jamais", "policy": changes}
    await caller.refused("POST", "/api/realms", 422, "body-invalid", json=made)


# Names

NO_NAMES = [
    "%2F", "..%2Fdefault", "..", ".", "default%00", "%FF", "%ED%A0%80", "DEFAULT", "d%C3%A9faut",
    quote("dеfault"), quote("ｄefault"), "default%20", "default%0A", "a" * 6000, "'%20OR%201=1--",
    "%2e%2e", "-",
]  # fmt: skip


@cases("name", NO_NAMES)
async def test_an_invalid_realm_name_finds_no_realm(caller: Caller, name: str) -> None:
    for method, path in (("GET", ""), ("GET", "/personas"), ("POST", "/reset"), ("DELETE", "")):
        if name in {".", "..", "%2e%2e"}:
            continue
        await caller.refused(method, f"/api/realms/{name}{path}", 404, "realm-unknown")


@cases("name", [*NO_NAMES, "a/b", "-a", "a-", "", "\0", "\ud800", "dеfault"])
async def test_a_realm_with_an_invalid_name_is_not_made(api: aiohttp.ClientSession, name: str) -> None:
    body = json.dumps({"name": name}).encode()
    made = await api.post("/api/realms", data=body, headers={"Content-Type": "application/json"})
    problem = await made.json(content_type="application/problem+json")
    assert (made.status, problem["code"]) == (422, "body-invalid")
    assert len(problem["detail"]) <= 1000


@cases("name", NO_NAMES)
async def test_an_unknown_persona_is_not_found(caller: Caller, name: str) -> None:
    if name in {".", "..", "%2e%2e"}:
        return
    for path, code in {
        f"/personas/{name}": "persona-unknown",
        f"/personas/{name}/key.pem": "persona-unknown",
        f"/spaces/{name}": "space-unknown",
        f"/mail/{name}": "mail-unknown",
        f"/mail/{name}/raw": "mail-unknown",
    }.items():
        await caller.refused("GET", "/api/realms/{realm}" + path, 404, code)
    move = {"to": "certificate-expiry", "persona": name}
    await caller.refused("POST", ADVANCE, 409, "clock-refused", json=move)


@cases("path", ["/api/realms/../realms", "/api//realms", "/api/realms/", "/api/./realms"])
async def test_a_path_with_dots_or_gaps_leads_nowhere_else(caller: Caller, path: str) -> None:
    await caller.refused("GET", path, 404, "route-unknown")


# Queries

NO_QUERIES = {
    "/mail": ["to=a&to=b", "limit=1&limit=1", "limit=0", "limit=-1", "limit=1e3", "limit=", "after=-1",
              "after=%D9%A1", "after=1%00", "after=9999999999999999", "to=" + "x" * 321, "To=a", "sideways=1",
              "%00=1", "%FF=1", "after=now"],
    "/mail/next": ["to=a&to=b", "timeout=-1", "timeout=121", "timeout=nan", "timeout=inf", "timeout=1e400",
                   "timeout=PT1S", "timeout=", "after=latest", "after=NOW", "limit=1"],
    "/journal": ["after=x", "after=1&after=2", "limit=1001", "kind=" + "x" * 61, "since=yesterday"],
    "/clock": ["now=2011-06-09"],
    "": ["x=1", "x", "=", "=1"],
}  # fmt: skip


@cases(
    ("path", "query"),
    [(path, query) for path, queries in NO_QUERIES.items() for query in queries],
)
async def test_a_query_that_cannot_be_read_is_refused(caller: Caller, path: str, query: str) -> None:
    await caller.refused("GET", f"/api/realms/{{realm}}{path}?{query}", 422, "query-invalid")
