"""The certificate's door: the notice before it, the judgement, the page of a refusal.

Source: fiche §2; screen 3; rules ACC-2 to ACC-7.
"""

from aiohttp import web

from maquette.simulator.domain.policy import GateRefusal, Policy
from maquette.simulator.domain.refusals import Refused
from maquette.simulator.portal.exchange import Door, Exchange
from maquette.simulator.procedure.access import enter_by_certificate
from maquette.simulator.procedure.context import Context


async def show_notice(exchange: Exchange) -> web.Response:
    notice = (await exchange.look(_policy)).gate_notice
    if notice is None:
        return exchange.redirect("access")
    return exchange.page("notice", text=notice, gate=exchange.gate_entry)


async def enter_with_certificate(exchange: Exchange) -> web.Response:
    policy = await exchange.look(_policy)
    if exchange.door is Door.PORTAL:
        if policy.gate_notice is not None:
            return exchange.redirect("notice")
        return web.Response(status=303, headers={"Location": exchange.gate_entry})
    outcome = await exchange.run(enter_by_certificate, exchange.certificate, earlier=exchange.token)
    if isinstance(outcome, Refused):
        if policy.gate_refusal is GateRefusal.ABORT and exchange.request.transport is not None:
            exchange.request.transport.abort()  # the person sees what a refused handshake looks like
        return exchange.refused_page(outcome.refusal)
    exchange.enter(outcome.token)
    return exchange.redirect("space")


def _policy(context: Context) -> Policy:
    return context.policy
