"""The way through the option: the warning, the credentials, the question, the waiting for the code.

Source: fiche §2, §3; screens 5 to 8; rules OPT-1, CRED-1 to CRED-11, ACT-1, ACT-4.
"""

from aiohttp import web

from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.steps import Step
from maquette.simulator.portal.exchange import Exchange
from maquette.simulator.portal.handlers.space import subscriber_of
from maquette.simulator.procedure import option_steps
from maquette.simulator.procedure.access import Visit
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.option_steps import OutOfOrder, StepRefused


async def show_warning(exchange: Exchange) -> web.Response:
    return await _show(exchange, Step.WARNING)


async def take_warning(exchange: Exchange) -> web.Response:
    await exchange.form(of="irrevocable")
    outcome = await exchange.in_session(option_steps.take_warning)
    if isinstance(outcome, OutOfOrder):
        return exchange.redirect(outcome.go_to.value)
    if isinstance(outcome, StepRefused):
        return await _show(exchange, Step.WARNING, outcome.refusals)
    return exchange.redirect("credentials")


async def show_credentials(exchange: Exchange) -> web.Response:
    return await _show(exchange, Step.CREDENTIALS)


async def choose_credentials(exchange: Exchange) -> web.Response:
    form = await exchange.form(
        "email", "email_confirmation", "password", "password_confirmation", of="credentials"
    )
    email, confirmation = form["email"].strip(" "), form["email_confirmation"].strip(" ")
    outcome = await exchange.in_session(
        option_steps.choose_credentials,
        email=email,
        email_confirmation=confirmation,
        password=form["password"],
        password_confirmation=form["password_confirmation"],
    )
    if isinstance(outcome, OutOfOrder):
        return exchange.redirect(outcome.go_to.value)
    if isinstance(outcome, StepRefused):
        typed = {"email": email, "email_confirmation": confirmation}
        return await _show(exchange, Step.CREDENTIALS, outcome.refusals, typed)
    return exchange.redirect("question")


async def show_question(exchange: Exchange) -> web.Response:
    return await _show(exchange, Step.QUESTION)


async def answer_question(exchange: Exchange) -> web.Response:
    form = await exchange.form("question", "answer", of="question")
    typed = {"question": form["question"], "answer": form["answer"].strip()}
    outcome = await exchange.in_session(option_steps.accept_option, **typed)
    if isinstance(outcome, OutOfOrder):
        return exchange.redirect(outcome.go_to.value)
    if isinstance(outcome, StepRefused):
        of_email = any(refusal.field == "email" for refusal in outcome.refusals)
        step = Step.CREDENTIALS if of_email else Step.QUESTION
        return await _show(exchange, step, outcome.refusals, {} if of_email else typed)
    return exchange.redirect("pending")


async def show_pending(exchange: Exchange) -> web.Response:
    return await _show(exchange, Step.PENDING)


async def _show(
    exchange: Exchange,
    step: Step,
    refusals: tuple[Refusal, ...] = (),
    typed: dict[str, str] | None = None,
) -> web.Response:
    visit, policy = await exchange.in_session(_visit_and_policy)
    rules = exchange.rules
    there = rules.steps.reachable(visit.state, visit.session, step)
    if there is not step:
        return exchange.redirect(there.value)
    values: dict[str, object] = {}
    match step:
        case Step.WARNING:
            pending = visit.option if visit.state is SpaceState.PENDING else None
            values["pending_email"] = pending.credentials.email if pending else None
            values["pending_until"] = visit.deadline
        case Step.CREDENTIALS:
            chosen = visit.session.draft.email
            kept = {"email": rules.credentials.proposed_email(visit.space.email, chosen)}
            values["values"] = typed or kept | ({"email_confirmation": kept["email"]} if chosen else {})
        case Step.QUESTION:
            values |= {
                "email": visit.session.draft.email,
                "questions": QUESTIONS,
                "values": typed or {},
            }
        case Step.PENDING if visit.option is not None:
            values["email"] = visit.option.credentials.email
            values["deadline"] = visit.deadline
            values["window"] = policy.activation_window
    return exchange.page(
        step.value,
        422 if refusals else 200,
        subscriber=subscriber_of(visit, rules),
        creating=visit.session.way is Way.CREATION,
        back=_back(exchange, visit, step),
        refusals=list(refusals),
        **values,
    )


def _back(exchange: Exchange, visit: Visit, step: Step) -> str:
    """Where « Retour » leads: one screen back, on the way that the person came (CRED-11)."""
    draft = visit.session.draft
    match step, visit.session.way:
        case Step.WARNING, Way.OUTSIDE:
            return exchange.link("outside")
        case Step.WARNING, _:
            return exchange.link("space")
        case Step.CREDENTIALS, Way.CREATION if draft.application is not None:
            return exchange.link("application", mode=draft.application.mode.value)
        case Step.CREDENTIALS, _:
            return exchange.link("irrevocable")
    return exchange.link("credentials")


def _visit_and_policy(context: Context, visit: Visit) -> tuple[Visit, Policy]:
    return visit, context.policy
