"""Handlers of the gate: the notice before it, the judgement of the certificate, the refusal's page.

Source: fiche §2; screen 3; rules ACC-2 to ACC-7.
"""

from aiohttp import web

from maquette.simulator.domain.policy import GateRefusal
from maquette.simulator.domain.refusals import Refused
from maquette.simulator.portal.exchange import Door, Exchange
from maquette.simulator.procedure.access import enter_by_certificate


async def show_notice(exchange: Exchange) -> web.Response:
    notice = exchange.policy.gate_notice
    if notice is None:
        return exchange.redirect("access")
    return exchange.page("notice", text=notice, gate=exchange.gate_entry)


async def enter_with_certificate(exchange: Exchange) -> web.Response:
    if exchange.door is Door.PORTAL:
        if exchange.policy.gate_notice is not None:
            return exchange.redirect("notice")
        return web.Response(status=303, headers={"Location": exchange.gate_entry})
    with exchange.transaction() as context:
        outcome = enter_by_certificate(context, exchange.certificate, earlier=exchange.token)
    if isinstance(outcome, Refused):
        if exchange.policy.gate_refusal is GateRefusal.ABORT and exchange.request.transport is not None:
            exchange.request.transport.abort()  # close the connection, as after a refused handshake
        return exchange.refused_page(outcome.refusal)
    exchange.enter(outcome.token)
    return exchange.redirect("space")
