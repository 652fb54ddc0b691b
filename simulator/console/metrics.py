"""The operation that a Prometheus server scrapes; it needs no token."""

from aiohttp import web

from maquette.simulator.console.parts import Call, Operation
from maquette.simulator.metrics import CONTENT_TYPE


async def show_metrics(call: Call) -> web.Response:
    return web.Response(body=call.parts.metrics.told(), headers={"Content-Type": CONTENT_TYPE})


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/metrics", "Metrics for Prometheus", show_metrics, "text/plain", needs_token=False),
)
