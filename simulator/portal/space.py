"""Handlers inside the space: the three welcome screens, the coordinates, the recap, leaving.

Source: fiche §2, §5; screens 4, 13 and 14; rules HOME-0 to HOME-5, REG-4, REG-5, SES-1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.space import Company, Holder, Space, held_files
from maquette.simulator.portal.exchange import Exchange
from maquette.simulator.portal.recap import recap_file_name, recap_pdf
from maquette.simulator.procedure.sessions import Visit, leave


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The values of the left column. `certificate_end` is None when a password opened the space (HOME-5)."""

    number: str
    holder: Holder
    certificate_end: datetime | None

    @property
    def civility(self) -> str:
        return self.holder.civility.short

    @property
    def full_civility(self) -> str:
        return self.holder.civility.value

    @property
    def last_name(self) -> str:
        return self.holder.last_name

    @property
    def first_name(self) -> str:
        return self.holder.first_name

    @property
    def town(self) -> str:
        return self.holder.town

    @property
    def country(self) -> str:
        return self.holder.country


def subscriber_of(visit: Visit, rules: Rules) -> Subscriber:
    """Return the left column of a visit; it does not show the number of a space still to be created."""
    space = rules.presentation.space(visit.space)
    number = "" if visit.session.way is Way.CREATION else space.subscriber_number
    return Subscriber(number, space.holder, visit.session.certificate_end)


async def show_space(exchange: Exchange) -> web.Response:
    with exchange.transaction() as context:
        visit = exchange.visit_space(context)
    rules = exchange.rules
    companies = held_files(rules.presentation.space(visit.space))
    values: dict[str, object] = {
        "subscriber": subscriber_of(visit, rules),
        "offers_option": visit.session.offers_option,
        "pending_until": visit.deadline if visit.state is SpaceState.PENDING else None,
        "variant": ("none", "one")[len(companies)] if len(companies) < 2 else "several",
        "company": None,
        "services": [],
    }
    if len(companies) == 1:
        values |= _current(companies[0], rules)
    elif companies:
        company = rules.space.chosen_file(companies, exchange.request.query.get("dossier"))
        values |= _current(company, rules) if company else {}
        page = exchange.request.query.get("page", "1")
        values |= _files(companies, page, exchange.policy.home_files_per_page, rules)
    return exchange.page("space", **values)


async def show_coordinates(exchange: Exchange) -> web.Response:
    with exchange.transaction() as context:
        visit = exchange.visit_space(context)
    return exchange.page(
        "coordinates",
        subscriber=subscriber_of(visit, exchange.rules),
        offers_option=visit.session.offers_option,
        rows=_coordinates(exchange.rules.presentation.space(visit.space)),
        has_recap=exchange.rules.space.has_recap(visit.space),
    )


async def show_own_recap(exchange: Exchange) -> web.Response:
    with exchange.transaction() as context:
        space = exchange.visit_space(context).space
        has_recap = context.rules.space.has_recap(space)
        if has_recap:
            context.note("recap-made", subscriber_number=space.subscriber_number)
    if not has_recap:
        return exchange.redirect("coordinates")
    return recap_answer(exchange, space)


async def leave_space(exchange: Exchange) -> web.Response:
    if exchange.token is not None:
        await exchange.form(of="leave")
        with exchange.transaction() as context:
            left = leave(context, exchange.token, exchange.visitor)
        if left:
            exchange.forget_session()
    return exchange.redirect("home")


def recap_answer(exchange: Exchange, space: Space) -> web.Response:
    """Return the recap as a PDF that the browser shows, and saves under its own name."""
    space = exchange.rules.presentation.space(space)
    return web.Response(
        body=recap_pdf(space, exchange.rules),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{recap_file_name(space)}"'},
    )


def _current(company: Company, rules: Rules) -> dict[str, object]:
    return {"company": company, "services": rules.space.services_by_rubric(company)}


def _files(companies: Sequence[Company], typed: str, per_page: int, rules: Rules) -> dict[str, object]:
    pages = -(-len(companies) // per_page)
    page = min(max(int(typed), 1), pages) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
    return {"files": rules.space.files_of_page(companies, page, per_page), "page": page, "pages": pages}


def _coordinates(space: Space) -> list[tuple[str, list[tuple[str, str]]]]:
    holder = space.holder
    return [
        (
            "Votre identité",
            [
                ("Civilité", holder.civility.value),
                ("Nom", holder.last_name),
                ("Prénom", holder.first_name),
                ("N° d'abonné", space.subscriber_number),
                ("Tél. professionnel", holder.phone),
                ("Adresse électronique", space.email),
                (
                    "Adresse professionnelle",
                    f"{holder.street}, {holder.postcode} {holder.town}, {holder.country}",
                ),
            ],
        ),
        *(
            (
                company.name,
                [
                    ("Entreprise étrangère", "oui" if company.foreign else "non"),
                    ("SIREN", company.siren),
                    ("SIRET", company.siret),
                ],
            )
            for company in space.companies
        ),
    ]
