"""Handlers of the public screens: home, tabs, access page, creation, helpdesk, out of scope.

Source: fiche §1.1, §2, §4.1, §6; screens 1, 2, 11 and 14; rules ACT-11, HELP-1, HELP-2, PWD-1, PWD-2.
"""

from aiohttp import web

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.helpdesk import PHONE
from maquette.simulator.domain.refusals import Refused
from maquette.simulator.portal.exchange import Exchange
from maquette.simulator.procedure.access import enter_by_password
from maquette.simulator.procedure.helpdesk import leave_message
from maquette.simulator.procedure.wrong_tries import judge_class_code


async def go_home(exchange: Exchange) -> web.Response:
    return exchange.redirect("home")


def show_class_code(exchange: Exchange) -> web.Response:
    return exchange.page("class_code", 403)


async def check_class_code(exchange: Exchange) -> web.Response:
    form = await exchange.form("class_code", of="class_code")
    right = exchange.is_class_code(form["class_code"].strip())
    caller = exchange.request.remote or ""
    with exchange.transaction() as context:
        refused = judge_class_code(context, right=right, caller=caller, at=real_now())
    if refused is not None:
        return exchange.page("class_code", 422, refusals=[refused.refusal])
    exchange.join_class()
    return exchange.redirect("home")


async def show_home(exchange: Exchange) -> web.Response:
    return exchange.common_page("home")


async def show_professionals(exchange: Exchange) -> web.Response:
    return exchange.common_page("professionals")


async def show_access(exchange: Exchange) -> web.Response:
    return exchange.page("access")


async def enter_with_password(exchange: Exchange) -> web.Response:
    form = await exchange.form("email", "password", of="access")
    email = form["email"].strip()
    with exchange.transaction() as context:
        outcome = enter_by_password(context, email, form["password"], earlier=exchange.token)
    if isinstance(outcome, Refused):
        return exchange.page("access", 422, refusals=[outcome.refusal], values={"email": email})
    exchange.enter(outcome.token)
    return exchange.redirect("space")


async def show_creation(exchange: Exchange) -> web.Response:
    return exchange.common_page("creation")


async def show_out_of_scope(exchange: Exchange) -> web.Response:
    return exchange.common_page("out_of_scope")


async def show_helpdesk(exchange: Exchange) -> web.Response:
    return _helpdesk(exchange, sent="envoye" in exchange.request.query)


async def send_to_helpdesk(exchange: Exchange) -> web.Response:
    form = await exchange.form("name", "email", "message", of="helpdesk")
    with exchange.transaction() as context:
        refused = leave_message(context, **form)
    if refused is not None:
        return _helpdesk(exchange, 422, refusals=[refused.refusal], values=form)
    return exchange.redirect("helpdesk", envoye=1)


def _helpdesk(exchange: Exchange, status: int = 200, **values: object) -> web.Response:
    is_open = exchange.rules.helpdesk.is_open(exchange.now)
    return exchange.page("helpdesk", status, open_now=is_open, phone=PHONE, **values)
