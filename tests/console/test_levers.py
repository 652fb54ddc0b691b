"""Making, resetting and deleting realms, moving clocks and changing policies over the API."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from visitor_walks import EMAIL, type_code

from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import enter, opt
from maquette.simulator.server.assembly import Realm, Simulator

NUMBER = "20111710000303"
START = "2011-06-09T09:00:00+02:00"


class Levers:
    """The control API of one realm; each call returns status and body."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        self._api = api
        self.realm = realm

    async def call(self, method: str, path: str = "", body: object = None) -> tuple[int, Any]:
        url = f"/api/realms/{self.realm.name}{path}"
        async with self._api.request(method, url, json=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def advance(self, **move: str) -> Any:
        status, answer = await self.call("POST", "/clock/advance", move)
        assert status == 200, answer
        return answer

    async def freeze(self, now: str = START) -> None:
        status, answer = await self.call("PUT", "/clock", {"mode": "frozen", "now": now})
        assert status == 200, answer


@pytest.fixture
async def levers(api: aiohttp.ClientSession, realm_of_2011: Realm) -> Levers:
    levers = Levers(api, realm_of_2011)
    await levers.freeze()
    return levers


@pytest.fixture
async def control(simulator: Simulator, levers: Levers) -> AsyncIterator[Control]:
    async with Control(levers.realm.api, simulator.doors.token) as control:
        yield control


@pytest.fixture
async def lila(simulator: Simulator, levers: Levers, control: Control) -> AsyncIterator[HttpVisitor]:
    async with HttpVisitor(
        portal=levers.realm.portal,
        gate=levers.realm.gate,
        ca=simulator.doors.ca,
        certificate=await control.certificate("lila"),
    ) as visitor:
        yield visitor


# Boundaries, by the API alone


@pytest.mark.rule("ACT-5")
async def test_the_code_works_at_its_last_second(levers: Levers, control: Control, lila: HttpVisitor) -> None:
    await opt(lila, EMAIL)
    mail = await control.next_mail(EMAIL)
    moved = await levers.advance(to="just-before:code-expiry")
    assert moved["now"] == "2011-06-11T07:00:00Z"
    await type_code(lila, mail.code or "")
    assert (await control.space(NUMBER)).state == "password"


@pytest.mark.rule("ACT-5", "ACT-6")
async def test_the_code_is_dead_one_second_later_and_the_procedure_works_again(
    levers: Levers, control: Control, lila: HttpVisitor
) -> None:
    await opt(lila, EMAIL)
    mail = await control.next_mail(EMAIL)
    moved = await levers.advance(to="code-expiry")
    assert moved["now"] == "2011-06-11T07:00:01Z"
    assert [each["kind"] for each in moved["happened"]] == ["session-ended", "option-lapsed"]
    await type_code(lila, mail.code or "")
    assert await lila.refusals() == ("activation-refused",)
    await opt(lila, EMAIL)
    again = await control.next_mail(EMAIL, after=mail.cursor)
    await type_code(lila, again.code or "")
    assert (await control.space(NUMBER)).state == "password"


@pytest.mark.rule("ACC-13")
async def test_a_certificate_ends_while_the_option_is_pending(
    levers: Levers, simulator: Simulator, control: Control
) -> None:
    await levers.call("PATCH", "/policy", {"activation.window": "PT720H"})
    realm = levers.realm
    async with HttpVisitor(
        portal=realm.portal,
        gate=realm.gate,
        ca=simulator.doors.ca,
        certificate=await control.certificate("gaelle"),
    ) as gaelle:
        await opt(gaelle, EMAIL)
        mail = await control.next_mail(EMAIL)
        await levers.advance(to="certificate-expiry", persona="gaelle")
        await enter(gaelle)
        assert await gaelle.refusals() == ("certificate-expired",)
        await type_code(gaelle, mail.code or "")
    number = (await control.persona("gaelle")).subscriber_number
    assert (await control.space(number or "")).state == "password"


@pytest.mark.rule("SES-2")
async def test_a_session_ends_when_its_time_has_passed(levers: Levers, lila: HttpVisitor) -> None:
    await enter(lila)
    still = await levers.advance(by="PT30M")
    ended = await levers.advance(by="PT1S")
    assert [each["kind"] for each in still["happened"]] == []
    assert [(each["kind"], each["at"]) for each in ended["happened"]] == [
        ("session-ended", "2011-06-09T07:30:01Z")
    ]


# The clock


async def test_a_frozen_clock_stands_still_and_a_running_one_goes_on(levers: Levers) -> None:
    _, frozen = await levers.call("GET", "/clock")
    assert (frozen["mode"], frozen["now"]) == ("frozen", "2011-06-09T07:00:00Z")
    _, running = await levers.call("PUT", "/clock", {"mode": "running"})
    assert (running["mode"], running["now"][:16]) == ("running", "2011-06-09T07:00")


async def test_the_clock_goes_back_as_far_as_the_latest_event(levers: Levers, lila: HttpVisitor) -> None:
    await levers.advance(by="P1D")
    assert (await levers.advance(by="-PT12H"))["now"] == "2011-06-09T19:00:00Z"
    await enter(lila)
    await levers.advance(by="PT10M")
    assert (await levers.advance(by="-PT10M"))["now"] == "2011-06-09T19:00:00Z"
    status, problem = await levers.call("POST", "/clock/advance", {"by": "-PT1S"})
    assert (status, problem["code"]) == (409, "clock-refused")
    assert "2011-06-09T19:00:00" in problem["detail"]
    assert (await levers.call("GET", "/clock"))[1]["now"] == "2011-06-09T19:00:00Z"


async def test_moving_one_realms_clock_moves_no_other(
    levers: Levers, api: aiohttp.ClientSession, realm: Realm
) -> None:
    other = Levers(api, realm)
    await other.freeze("2030-01-01T00:00:00Z")
    await levers.advance(by="P30D")
    assert (await other.call("GET", "/clock"))[1]["now"] == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("path", "method", "body", "status", "code"),
    [
        ("/clock/advance", "POST", {}, 422, "body-invalid"),
        ("/clock/advance", "POST", {"by": "PT1H", "to": "code-expiry"}, 422, "body-invalid"),
        ("/clock/advance", "POST", {"by": "48h"}, 422, "body-invalid"),
        ("/clock/advance", "POST", {"by": "P1M"}, 422, "body-invalid"),
        ("/clock/advance", "POST", {"by": "P99999D"}, 409, "clock-refused"),
        ("/clock/advance", "POST", {"to": "tomorrow"}, 422, "body-invalid"),
        ("/clock/advance", "POST", {"to": "code-expiry"}, 409, "clock-refused"),
        ("/clock/advance", "POST", {"to": "certificate-expiry"}, 409, "clock-refused"),
        ("/clock/advance", "POST", {"to": "certificate-expiry", "persona": "nobody"}, 409, "clock-refused"),
        ("/clock", "PUT", {"mode": "stopped"}, 422, "body-invalid"),
        ("/clock", "PUT", {"mode": "frozen", "now": "2011-06-09"}, 422, "body-invalid"),
        ("/clock", "PUT", {"mode": "frozen", "now": 1307602800}, 422, "body-invalid"),
        ("/clock", "PUT", {"mode": "frozen", "speed": 2}, 422, "body-invalid"),
        ("/policy", "PATCH", {"popup.mode": "sideways"}, 422, "body-invalid"),
        ("/policy", "PATCH", {"popup": "click"}, 422, "body-invalid"),
        ("/policy", "PATCH", ["popup.mode"], 422, "body-invalid"),
    ],
)
async def test_a_refused_operation_changes_nothing(
    levers: Levers, path: str, method: str, body: object, status: int, code: str
) -> None:
    before = (await levers.call("GET", "/clock"), await levers.call("GET", "/policy"))
    answered, problem = await levers.call(method, path, body)
    assert (answered, problem["code"]) == (status, code)
    assert (await levers.call("GET", "/clock"), await levers.call("GET", "/policy")) == before


# Realms


async def test_a_realm_is_made_with_its_own_people_clock_and_policy(
    api: aiohttp.ClientSession, trusting: ssl.SSLContext, simulator: Simulator
) -> None:
    body = {"name": "classe-3b", "clock": START, "policy": {"popup.mode": "click"}}
    made = await api.post("/api/realms", json=body)
    assert made.status == 200
    realm = await made.json()
    assert (realm["name"], realm["now"][:10], realm["policy"]["popup.mode"]) == (
        "classe-3b",
        "2011-06-09",
        "click",
    )
    assert realm["gate"] == f"{simulator.doors.gate}/r/classe-3b"
    page = await api.get(f"{realm['portal']}/", ssl=trusting)
    assert page.status == 200
    again = await api.post("/api/realms", json=body)
    assert (await again.json(content_type=None))["code"] == "realm-exists"
    await api.delete("/api/realms/classe-3b")


@pytest.mark.parametrize("name", ["", "a/b", "..", "A", "é", "x" * 49, "-a", "a b", "a\n"])
async def test_an_invalid_name_makes_no_realm(api: aiohttp.ClientSession, name: str) -> None:
    answer = await api.post("/api/realms", json={"name": name})
    assert (answer.status, (await answer.json(content_type=None))["code"]) == (422, "body-invalid")


async def test_two_calls_for_one_realm_make_it_once(api: aiohttp.ClientSession) -> None:
    answers = await asyncio.gather(*(api.post("/api/realms", json={"name": "course"}) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409]


async def test_a_reset_gives_the_realm_back_and_keeps_its_certificates(
    levers: Levers, control: Control, lila: HttpVisitor
) -> None:
    await levers.call("PATCH", "/policy", {"popup.mode": "click"})
    await opt(lila, EMAIL)
    before = await control.certificate("lila")
    await levers.advance(by="P3D")
    status, realm = await levers.call("POST", "/reset")
    assert (status, realm["clock"], realm["now"][:16]) == (200, "running", "2011-06-09T07:00")
    assert realm["policy"]["popup.mode"] == "automatic"
    assert (await control.space(NUMBER)).state == "certificate"
    assert (await levers.call("GET", "/mail"))[1]["messages"] == []
    assert (await control.certificate("lila")).chain_pem == before.chain_pem
    await enter(lila)
    assert await lila.screen() == "space"


async def test_a_deleted_realm_is_gone_with_all_that_was_its_own(
    api: aiohttp.ClientSession, simulator: Simulator, trusting: ssl.SSLContext
) -> None:
    realm = await simulator.realm()
    assert (await api.delete(f"/api/realms/{realm.name}")).status == 200
    for method, path in (("GET", ""), ("GET", "/personas"), ("POST", "/reset"), ("DELETE", "")):
        answer = await api.request(method, f"/api/realms/{realm.name}{path}")
        assert (await answer.json(content_type=None))["code"] == "realm-unknown"
    assert (await api.get(realm.portal + "/", ssl=trusting)).status == 404
    assert (await api.get("/readyz")).status == 200


async def test_a_call_during_a_deletion_succeeds_or_reports_the_deleted_realm(
    api: aiohttp.ClientSession, simulator: Simulator
) -> None:
    realm = await simulator.realm()
    base = f"/api/realms/{realm.name}"
    answers = await asyncio.gather(
        *(api.post(f"{base}/clock/advance", json={"by": "PT1H"}) for _ in range(5)),
        api.delete(base),
        *(api.post(f"{base}/reset") for _ in range(5)),
        *(api.put(f"{base}/clock", json={"mode": "frozen"}) for _ in range(5)),
    )
    assert {answer.status for answer in answers} <= {200, 404}
    assert (await api.get(base)).status == 404


async def test_the_default_realm_stays(api: aiohttp.ClientSession) -> None:
    answer = await api.delete("/api/realms/default")
    assert (answer.status, (await answer.json(content_type=None))["code"]) == (409, "realm-default")


async def test_the_client_for_scripts_calls_the_same_operations(control: Control, lila: HttpVisitor) -> None:
    await opt(lila, EMAIL)
    await control.next_mail(EMAIL)
    last = await control.advance_to("just-before:code-expiry", "lila")
    lapsed = await control.advance("PT1S")
    assert (last.now.isoformat(), [line.kind for line in lapsed.happened]) == (
        "2011-06-11T07:00:00+00:00",
        ["option-lapsed"],
    )
    assert (await control.freeze()).mode == "frozen"
    with pytest.raises(ControlError, match="clock cannot be moved"):
        await control.advance("-P30D")
    await control.change_policy(popup_mode="click")
    await control.reset()
    assert (await control.space(NUMBER)).pending_email is None
