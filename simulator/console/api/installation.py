"""The operations of the control API on the installation: health, version, metrics, root certificate."""

from importlib.metadata import version
from typing import Literal

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from maquette.simulator.console.api.operation import PEM, Model, download, operation
from maquette.simulator.console.dependencies import Call
from maquette.simulator.store.realms import list_realms


class Health(Model):
    """Whether the simulator works."""

    status: Literal["ok", "failing"]


class Version(Model):
    """The version of this Maquette, and the addresses of its other doors."""

    version: str
    portal: str
    gate: str
    smtp: str


async def livez(_call: Call) -> Health:
    return Health(status="ok")


async def readyz(call: Call) -> web.Response:
    with call.parts.store.reading("") as transaction:
        list_realms(transaction)
    ready = call.parts.alive()
    health = Health(status="ok" if ready else "failing")
    return web.json_response(text=health.model_dump_json(), status=200 if ready else 503)


async def show_version(call: Call) -> Version:
    return Version(version=version("maquette"), **call.parts.doors)


async def show_root(call: Call) -> web.Response:
    """The certificate that a client of the portal has to trust."""
    return download(call.parts.authority.root_pem, PEM, "root.pem")


async def show_metrics(call: Call) -> web.Response:
    return web.Response(body=call.parts.metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})


OPERATIONS = (
    operation("GET", "/livez", "Whether the process lives", livez, needs_token=False),
    operation(
        "GET", "/readyz", "Whether every part works", readyz, answer=Health, needs_token=False, also=(503,)
    ),
    operation("GET", "/api/version", "Version and doors", show_version),
    operation("GET", "/api/root.pem", "The root certificate of this installation", show_root, answer=PEM),
    operation(
        "GET", "/metrics", "Metrics for Prometheus", show_metrics, answer="text/plain", needs_token=False
    ),
)
