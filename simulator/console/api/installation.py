"""The operations of the control API on the installation: health, version, metrics, root certificate."""

from importlib.metadata import version
from typing import Literal

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from maquette.simulator.console.api.operation import PEM, Model, Operations, download
from maquette.simulator.console.door.call import Call
from maquette.simulator.store.realms import list_realms

operations = Operations()


class Health(Model):
    """Whether the simulator works."""

    status: Literal["ok", "failing"]


class Version(Model):
    """The version of this Maquette, and the addresses of its other doors."""

    version: str
    portal: str
    gate: str
    smtp: str


@operations.add("GET", "/livez", needs_token=False)
async def livez(_call: Call) -> Health:
    """Whether the process lives."""
    return Health(status="ok")


@operations.add("GET", "/readyz", answer=Health, needs_token=False, also=(503,))
async def readyz(call: Call) -> web.Response:
    """Whether every part works."""
    with call.parts.store.reading("") as transaction:
        list_realms(transaction)
    ready = call.parts.alive()
    health = Health(status="ok" if ready else "failing")
    return web.json_response(text=health.model_dump_json(), status=200 if ready else 503)


@operations.add("GET", "/api/version")
async def show_version(call: Call) -> Version:
    """Version and doors."""
    return Version(version=version("maquette"), **call.parts.doors)


@operations.add("GET", "/api/root.pem", answer=PEM)
async def show_root(call: Call) -> web.Response:
    """The root certificate of this installation; a client of the portal has to trust it."""
    return download(call.parts.authority.root_pem, PEM, "root.pem")


@operations.add("GET", "/metrics", answer="text/plain", needs_token=False)
async def show_metrics(call: Call) -> web.Response:
    """Metrics for Prometheus."""
    return web.Response(body=call.parts.metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})
