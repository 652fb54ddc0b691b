"""Simultaneous people in as many realms, each on another day: no realm sees another's time or mail."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sizes import sized

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import activate, opt
from maquette.simulator.base.french import long_day
from maquette.simulator.server.assembly import Realm, Simulator

EMAIL, NUMBER = "lila.rosemonde@courriel.example", "20111710000303"
REALMS = sized(10, 50)
FIRST_DAY = datetime(2012, 1, 2, 10, 0, tzinfo=UTC)


async def walk(simulator: Simulator, realm: Realm, day: datetime) -> tuple[str, str, datetime]:
    """Lila's whole way in her realm; her code, what the result says, and her last mail's deadline."""
    async with Control(realm.api, simulator.doors.token) as control:
        await control.freeze(day)
        certificate = await control.certificate("lila")
        async with HttpVisitor(
            portal=realm.portal, gate=realm.gate, ca=simulator.doors.ca, certificate=certificate
        ) as lila:
            await opt(lila, EMAIL)
            mail = await control.next_mail(EMAIL, timeout=60)
            await control.advance("PT47H")
            await activate(lila, EMAIL, mail.code or "")
            said = await lila.text()
        assert (await control.space(NUMBER)).state == "password"
        assert len((await control.journal(kind="mail-delivered")).lines) == 1
        assert [each.name for each in await control.invariants() if not each.holds] == []
        assert mail.expires_at is not None
        return mail.code or "", said, mail.expires_at


@pytest.mark.timeout(240)
@pytest.mark.rule("ACT-4")
async def test_journeys_in_many_realms_at_once_never_meet(simulator: Simulator) -> None:
    days = [FIRST_DAY + timedelta(days=3 * place) for place in range(REALMS)]
    realms = [await simulator.realm(clock=day.isoformat()) for day in days]
    walked = await asyncio.gather(
        *(walk(simulator, realm, day) for realm, day in zip(realms, days, strict=True))
    )
    for (_, said, deadline), day in zip(walked, days, strict=True):
        assert deadline == day + timedelta(hours=48)
        assert f"Votre inscription a été réalisée le {long_day(day + timedelta(hours=47))}" in said
    assert len({code for code, _, _ in walked}) == REALMS
