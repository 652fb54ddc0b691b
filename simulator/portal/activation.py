"""Handlers of the activation: the form, the window that opens or is blocked, the result, its recap.

Source: fiche §4.2, §5; screens 10, 12 and 13; rules ACT-12 to ACT-16, POP-1 to POP-6, REG-1 to REG-5.
"""

from aiohttp import web

from maquette.simulator.base.french import full_name
from maquette.simulator.domain.activation import CODE_LENGTH
from maquette.simulator.domain.refusals import Refused
from maquette.simulator.portal.exchange import Exchange
from maquette.simulator.portal.space import recap_answer
from maquette.simulator.procedure import activation


async def show_activation(exchange: Exchange) -> web.Response:
    return _page(exchange)


async def judge_code(exchange: Exchange) -> web.Response:
    form = await exchange.form("email", "code", of="activation")
    email, code = map(exchange.rules.code.without_blanks, (form["email"], form["code"]))
    with exchange.transaction() as context:
        outcome = activation.judge_typed_code(context, email=email, code=code, visitor=exchange.visitor)
    values = {"email": email, "code": code}
    if isinstance(outcome, Refused):
        return _page(exchange, 422, refusals=[outcome.refusal], values=values)
    ticket = exchange.signer.ticket(exchange.visitor, outcome.option_id)
    return _page(exchange, ticket=ticket, values=values)


async def report_blocked_window(exchange: Exchange) -> web.Response:
    form = await exchange.form("ticket", of="popup")
    option_id = exchange.signer.option_of(form["ticket"], exchange.visitor)
    if option_id is not None:
        with exchange.transaction(writes=False) as context:
            activation.note_window_blocked(context, option_id=option_id)
    return web.Response(status=204)


async def activate(exchange: Exchange) -> web.Response:
    form = await exchange.form("ticket", of="registration")
    option_id = exchange.signer.option_of(form["ticket"], exchange.visitor)
    with exchange.transaction() as context:
        outcome = activation.activate(context, option_id=option_id, visitor=exchange.visitor)
    if isinstance(outcome, Refused):
        return _page(exchange, 422, refusals=[outcome.refusal])
    return exchange.redirect("registration", activation=option_id)


async def show_registration(exchange: Exchange) -> web.Response:
    option_id = exchange.request.query.get("activation", "")
    with exchange.transaction(writes=False) as context:
        seen = activation.get_registration(context, option_id=option_id, visitor=exchange.visitor)
    if isinstance(seen, Refused):
        return exchange.refused_page(seen.refusal)
    space = exchange.rules.presentation.space(seen.space)
    return exchange.page(
        "registration",
        full_name=full_name(space.holder),
        registered_on=space.registered_at,
        subscriber_number=space.subscriber_number,
        created=seen.created,
        activation=option_id,
    )


async def show_result_recap(exchange: Exchange) -> web.Response:
    option_id = exchange.request.query.get("activation", "")
    with exchange.transaction(writes=False) as context:
        space = activation.get_recap_space(context, option_id=option_id, visitor=exchange.visitor)
    if isinstance(space, Refused):
        return exchange.refused_page(space.refusal)
    return recap_answer(exchange, space)


def _page(exchange: Exchange, status: int = 200, **values: object) -> web.Response:
    return exchange.page(
        "activation",
        status,
        code_length=CODE_LENGTH,
        popup_mode=exchange.policy.popup_mode.value,
        origin=exchange.portal_origin,
        **{"ticket": None, **values},
    )
