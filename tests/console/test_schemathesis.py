"""The OpenAPI document against the running console: every response is as documented, for any request.

The simulator runs in a separate thread, because the requests block and some of them delete.
"""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
import schemathesis
import sizes
from hypothesis import settings
from schemathesis.specs.openapi import checks

from maquette.simulator.console.api.openapi import openapi_document
from maquette.simulator.console.api.table import OPERATIONS
from maquette.simulator.domain.realm import DEFAULT_REALM, is_realm_name
from maquette.simulator.server.assembly import Doors, Simulator

LETTER = "From: someone@shop.example\r\nTo: lila@courriel.example\r\nSubject: Bonjour\r\n\r\nUn mot.\r\n"

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]

ENDLESS = "text/event-stream"

schema = schemathesis.openapi.from_dict(
    openapi_document(tuple(each for each in OPERATIONS if each.answer != ENDLESS))
)
schema.config.phases.coverage.enabled = sizes.FULL


@pytest.fixture(scope="module")
def doors() -> Iterator[Doors]:
    """A simulator with a mail in its default realm."""
    opened: list[Doors] = []
    ready = threading.Event()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with Simulator() as simulator:
            opened.append(simulator.doors)
            ready.set()
            await stop.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(timeout=30)
    host, _, port = opened[0].smtp.rpartition(":")
    with smtplib.SMTP(host, int(port)) as smtp:
        smtp.sendmail("someone@shop.example", ["lila@courriel.example"], LETTER)
    yield opened[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()


@schema.parametrize()
@settings(max_examples=sizes.sized(2, 5), deadline=None, derandomize=True)
def test_the_console_responds_as_its_openapi_document_says(case: schemathesis.Case, doors: Doors) -> None:
    _aim(case)
    _wait_shortly(case)
    answer = case.call(doors.console, headers={"Authorization": f"Bearer {doors.token}"})
    case.validate_response(answer, checks=CHECKS)


def _aim(case: schemathesis.Case) -> None:
    """Address the call to an existing realm."""
    if is_realm_name(str(case.path_parameters.get("realm", "/"))):
        case.path_parameters["realm"] = DEFAULT_REALM


def _wait_shortly(case: schemathesis.Case) -> None:
    """Shorten each wait for a mail."""
    if case.path.endswith("/mail/next"):
        timeout = case.query.setdefault("timeout", 0.01)
        with suppress(TypeError, ValueError):
            if 0.01 < float(timeout) <= 120:
                case.query["timeout"] = 0.01
