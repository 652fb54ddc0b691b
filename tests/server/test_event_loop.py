"""The event loops that a served process may run on: on both, server and workers do all their work."""

from pathlib import Path

import pytest
from server.conftest import Visit

from maquette.fixtures.control import Control
from maquette.fixtures.own_server import FREE_PORTS, OwnServer
from maquette.fixtures.walk import opt

LILA = "lila.rosemonde@courriel.example"


@pytest.mark.parametrize(("installed", "loop"), [(True, "uvloop"), (False, "asyncio.unix_events")])
async def test_both_event_loops_serve(
    tmp_path: Path, visit: Visit, capfd: pytest.CaptureFixture[str], loop: str, *, installed: bool
) -> None:
    """From the certificate to the mail, in a server with two workers; all three say which loop they have."""
    environment = {}
    if not installed:
        (tmp_path / "uvloop.py").write_text("raise ModuleNotFoundError('uvloop')\n")
        environment["PYTHONPATH"] = str(tmp_path)
    options = ("--data", str(tmp_path / "data"), "--workers", "2", "--log-format", "json", *FREE_PORTS)
    async with OwnServer(tmp_path, *options, environment=environment) as server:
        async with visit(server, "lila") as lila:
            await opt(lila, LILA)
        async with Control(server.doors.api, server.token) as control:
            assert (await control.next_mail(LILA)).code
        await server.stop()
    assert capfd.readouterr().err.count(f"served by the event loop of {loop}") == 3
