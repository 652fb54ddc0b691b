"""Handlers of the option's steps: the warning, the credentials, the question, the wait for the code.

Source: fiche §2, §3; screens 5 to 8; rules OPT-1, CRED-1 to CRED-11, ACT-1, ACT-4.
"""

from aiohttp import web

from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.steps import Step
from maquette.simulator.portal.exchange import Exchange
from maquette.simulator.portal.space import subscriber_of
from maquette.simulator.procedure import option_steps
from maquette.simulator.procedure.sessions import Visit, require_step


async def show_warning(exchange: Exchange) -> web.Response:
    return _show(exchange, Step.WARNING)


async def confirm_warning(exchange: Exchange) -> web.Response:
    await exchange.form(of="irrevocable")
    with exchange.transaction() as context:
        visit = exchange.visit(context)
        refused = option_steps.confirm_warning(context, visit)
    if refused is not None:
        return _page(exchange, visit, Step.WARNING, refused.refusals)
    return exchange.redirect("credentials")


async def show_credentials(exchange: Exchange) -> web.Response:
    return _show(exchange, Step.CREDENTIALS)


async def choose_credentials(exchange: Exchange) -> web.Response:
    form = await exchange.form(
        "email", "email_confirmation", "password", "password_confirmation", of="credentials"
    )
    emails = {name: form[name].strip(" ") for name in ("email", "email_confirmation")}
    with exchange.transaction() as context:
        visit = exchange.visit(context)
        refused = option_steps.choose_credentials(context, visit, **form | emails)
    if refused is not None:
        return _page(exchange, visit, Step.CREDENTIALS, refused.refusals, emails)
    return exchange.redirect("question")


async def show_question(exchange: Exchange) -> web.Response:
    return _show(exchange, Step.QUESTION)


async def answer_question(exchange: Exchange) -> web.Response:
    form = await exchange.form("question", "answer", of="question")
    question, answer = form["question"], form["answer"].strip()
    with exchange.transaction() as context:
        visit = exchange.visit(context)
        outcome = option_steps.accept_option(context, visit, question=question, answer=answer)
    if isinstance(outcome, option_steps.StepRefused):
        if any(refusal.field == "email" for refusal in outcome.refusals):
            return _page(exchange, visit, Step.CREDENTIALS, outcome.refusals)
        typed = {"question": question, "answer": answer}
        return _page(exchange, visit, Step.QUESTION, outcome.refusals, typed)
    return exchange.redirect("pending")


async def show_pending(exchange: Exchange) -> web.Response:
    return _show(exchange, Step.PENDING)


def _show(exchange: Exchange, step: Step) -> web.Response:
    with exchange.transaction() as context:
        visit = exchange.visit(context)
        require_step(context, visit, step)
    return _page(exchange, visit, step)


def _page(
    exchange: Exchange,
    visit: Visit,
    step: Step,
    refusals: tuple[Refusal, ...] = (),
    typed: dict[str, str] | None = None,
) -> web.Response:
    rules = exchange.rules
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
            values["window"] = exchange.policy.activation_window
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
    """Return the target of « Retour »: the screen before, on the way that the person took (CRED-11)."""
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
