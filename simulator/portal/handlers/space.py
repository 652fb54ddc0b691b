"""Inside the space: the three welcome screens, the coordinates, the recap, leaving.

Source: fiche §2, §5; screens 4, 13 and 14; rules HOME-0 to HOME-5, REG-4, REG-5, SES-1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.space import Company, Holder, Rubric, Space
from maquette.simulator.portal.exchange import Exchange
from maquette.simulator.procedure.access import Visit, leave
from maquette.simulator.procedure.context import Context
from maquette.simulator.recap import recap_file_name, recap_pdf


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The left column. `certificate_end` is None when a password opened the space (HOME-5)."""

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


def subscriber_of(visit: Visit) -> Subscriber:
    """What the left column shows of a visit."""
    return Subscriber(visit.space.subscriber_number, visit.space.holder, visit.session.certificate_end)


async def show_space(exchange: Exchange) -> web.Response:
    visit, policy = await exchange.in_session(_visit_and_policy)
    companies = visit.space.companies
    values: dict[str, object] = {
        "subscriber": subscriber_of(visit),
        "certificate_end": visit.session.certificate_end,
        "pending_until": visit.deadline if visit.state is SpaceState.PENDING else None,
        "variant": ("none", "one")[len(companies)] if len(companies) < 2 else "several",
        "company": None,
        "services": [],
    }
    if len(companies) == 1:
        values |= _current(companies[0])
    elif companies:
        chosen = exchange.request.query.get("dossier")
        company = next((each for each in companies if each.siren == chosen), None)
        values |= _current(company) if company else {}
        values |= _files(companies, exchange.request.query.get("page", "1"), policy.home_files_per_page)
    return exchange.page("space", **values)


async def show_coordinates(exchange: Exchange) -> web.Response:
    visit = await exchange.visit()
    return exchange.page(
        "coordinates",
        subscriber=subscriber_of(visit),
        rows=_coordinates(visit.space),
        has_recap=visit.space.credentials is not None,
    )


async def show_own_recap(exchange: Exchange) -> web.Response:
    visit = await exchange.in_session(_note_recap)
    if visit.space.credentials is None:
        return exchange.redirect("coordinates")
    return recap_answer(visit.space)


async def leave_space(exchange: Exchange) -> web.Response:
    if exchange.token is not None:
        await exchange.form(of="leave")
        await exchange.run(leave, exchange.token, exchange.visitor)
        exchange.forget_session()
    return exchange.redirect("home")


def recap_answer(space: Space) -> web.Response:
    """The recap as a PDF that the browser shows, and saves under its own name."""
    return web.Response(
        body=recap_pdf(space),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{recap_file_name(space)}"'},
    )


def _visit_and_policy(context: Context, visit: Visit) -> tuple[Visit, Policy]:
    return visit, context.policy


def _note_recap(context: Context, visit: Visit) -> Visit:
    if visit.space.credentials is not None:
        context.note("recap-made", subscriber_number=visit.space.subscriber_number)
    return visit


def _current(company: Company) -> dict[str, object]:
    by_rubric = [
        (rubric.value, [service.label for service in company.services if service.rubric is rubric])
        for rubric in Rubric
    ]
    return {"company": company, "services": [(name, labels) for name, labels in by_rubric if labels]}


def _files(companies: Sequence[Company], asked: str, per_page: int) -> dict[str, object]:
    pages = -(-len(companies) // per_page)
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return {"files": companies[(page - 1) * per_page : page * per_page], "page": page, "pages": pages}


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
