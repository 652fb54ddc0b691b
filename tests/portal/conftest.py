"""Browsers and visitors of the running simulator, and changes of a realm's clock."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from raw_browser import Browse, RawBrowser, open_browser

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import Certificate, HttpVisitor, Popups
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.realms import find_realm


@pytest.fixture
def certificate_of(simulator: Simulator, realm: Realm) -> Callable[..., Awaitable[Certificate]]:
    """Fetches a persona's certificate with its key from the control API."""

    async def fetch(persona: str, of: Realm = realm) -> Certificate:
        async with Control(of.api, simulator.doors.token) as control:
            return await control.certificate(persona)

    return fetch


@pytest.fixture
async def browse(
    simulator: Simulator, realm: Realm, trusting: ssl.SSLContext, tmp_path: Path
) -> AsyncIterator[Browse]:
    """Opens browsers with a persona's certificate or without, and closes them at the end."""
    async with AsyncExitStack() as stack:

        async def open_one(persona: str | None = None, at: Realm = realm) -> RawBrowser:
            browser = await open_browser(simulator, at, trusting, tmp_path, persona)
            return await stack.enter_async_context(browser)

        yield open_one


@pytest.fixture
async def visit(
    simulator: Simulator, realm: Realm, certificate_of: Callable[..., Awaitable[Certificate]]
) -> AsyncIterator[Callable[..., Awaitable[HttpVisitor]]]:
    """Opens HTTP visitors on the home page, with a persona's certificate or without."""
    async with AsyncExitStack() as stack:

        async def open_visitor(
            persona: str | None = None, at: Realm = realm, popups: Popups = Popups.ALLOWED
        ) -> HttpVisitor:
            visitor = HttpVisitor(
                portal=at.portal,
                gate=at.gate,
                ca=simulator.doors.ca,
                certificate=await certificate_of(persona, at) if persona else None,
                popups=popups,
            )
            await stack.enter_async_context(visitor)
            await visitor.open_home()
            return visitor

        yield open_visitor


@pytest.fixture
def now_in(simulator: Simulator) -> Callable[[Realm], datetime]:
    """Returns the time of a realm's clock."""

    def now_in(realm: Realm) -> datetime:
        with simulator.store.reading(realm.name) as transaction:
            record = find_realm(transaction)
        assert record is not None
        return record.clock.now(datetime.now(UTC))

    return now_in


@pytest.fixture
def let_pass(
    set_clock: Callable[[Realm, str], None], now_in: Callable[[Realm], datetime]
) -> Callable[[Realm, timedelta], None]:
    """Moves a realm's clock forward, and stops it there."""

    def let_pass(realm: Realm, time: timedelta) -> None:
        set_clock(realm, (now_in(realm) + time).isoformat())

    return let_pass
