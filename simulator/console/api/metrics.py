"""The operation that a Prometheus server scrapes; it needs no token."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from maquette.simulator.console.dependencies import Call, Operation


async def show_metrics(call: Call) -> web.Response:
    return web.Response(body=call.parts.metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/metrics", "Metrics for Prometheus", show_metrics, "text/plain", needs_token=False),
)
