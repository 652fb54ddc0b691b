"""Handlers without a login: HORS espace, a new space, a new password for a forgotten one.

Each way begins with a form that any visitor may open; the session that follows opens no space. Source: fiche
§1.1, §1.2, §3, §4.1, §5; screens 11 and 14; rules OUT-1, OUT-2, NEW-1, NEW-2, PWD-3, PWD-4.
"""

from dataclasses import fields

from aiohttp import web

from maquette.simulator.domain.identification import without_spaces
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.space import Civility
from maquette.simulator.domain.space_application import Application, CreationMode
from maquette.simulator.domain.steps import Step
from maquette.simulator.portal.exchange import Exchange
from maquette.simulator.procedure import creation, outside, recovery
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.sessions import require_step

TYPED = tuple(field.name for field in fields(Application) if field.name != "mode")
"""The fields of the form for a new space."""


async def show_outside(exchange: Exchange) -> web.Response:
    return exchange.page("outside")


async def identify_outside(exchange: Exchange) -> web.Response:
    form = await exchange.form("subscriber_number", "email", "siren", of="outside")
    typed = {name: text.strip() for name, text in form.items()}
    with exchange.transaction() as context:
        outcome = outside.identify_outside(
            context,
            subscriber_number=without_spaces(typed["subscriber_number"]),
            email=typed["email"],
            siren=without_spaces(typed["siren"]),
            earlier=exchange.token,
        )
    if isinstance(outcome, StepRefused):
        return exchange.page("outside", 422, refusals=list(outcome.refusals), values=typed)
    exchange.enter(outcome.token)
    return exchange.redirect(Step.WARNING.value)


async def show_application(exchange: Exchange) -> web.Response:
    mode, values = _mode(exchange), {"country": "FRANCE"}
    with exchange.transaction(writes=False) as context:
        before = creation.find_application(context, exchange.token)
    if before is not None and before.mode is mode:
        values = {name: getattr(before, name) for name in TYPED}
    return _application(exchange, mode, values)


async def apply_for_space(exchange: Exchange) -> web.Response:
    mode = _mode(exchange)
    form = await exchange.form(*TYPED, of="application")
    typed = {name: text.strip() for name, text in form.items()}
    with exchange.transaction() as context:
        outcome = creation.apply_for_space(context, Application(mode, **typed), earlier=exchange.token)
    if isinstance(outcome, StepRefused):
        return _application(exchange, mode, typed, outcome.refusals)
    exchange.enter(outcome)
    return exchange.redirect(Step.CREDENTIALS.value)


async def show_forgotten(exchange: Exchange) -> web.Response:
    return exchange.page("forgotten", changed="fait" in exchange.request.query)


async def identify_holder(exchange: Exchange) -> web.Response:
    form = await exchange.form("email", "subscriber_number", "answer", of="forgotten")
    typed = {name: text.strip() for name, text in form.items()}
    with exchange.transaction() as context:
        outcome = recovery.identify_holder(
            context,
            email=typed["email"],
            subscriber_number=without_spaces(typed["subscriber_number"]),
            answer=typed["answer"],
            earlier=exchange.token,
        )
    if isinstance(outcome, StepRefused):
        kept = {name: typed[name] for name in ("email", "subscriber_number")}
        return exchange.page("forgotten", 422, refusals=list(outcome.refusals), values=kept, changed=False)
    exchange.enter(outcome.token)
    return exchange.redirect(Step.NEW_PASSWORD.value)


async def show_new_password(exchange: Exchange) -> web.Response:
    with exchange.transaction() as context:
        require_step(context, exchange.visit(context), Step.NEW_PASSWORD)
    return exchange.page("new_password")


async def choose_new_password(exchange: Exchange) -> web.Response:
    form = await exchange.form("password", "password_confirmation", of="new_password")
    with exchange.transaction() as context:
        refused = recovery.choose_new_password(context, exchange.visit(context), **form)
    if refused is not None:
        return exchange.page("new_password", 422, refusals=list(refused.refusals))
    exchange.forget_session()
    return exchange.redirect("forgotten", fait=1)


def _mode(exchange: Exchange) -> CreationMode:
    """Return the mode that the query names; simplified mode for an unknown or missing one."""
    wanted = exchange.request.query.get("mode", "")
    return CreationMode.EXPERT if wanted == CreationMode.EXPERT.value else CreationMode.SIMPLIFIED


def _application(
    exchange: Exchange, mode: CreationMode, values: dict[str, str], refusals: tuple[Refusal, ...] = ()
) -> web.Response:
    return exchange.page(
        "application",
        422 if refusals else 200,
        mode=mode.value,
        civilities=[civility.value for civility in Civility],
        values=values,
        refusals=list(refusals),
    )
