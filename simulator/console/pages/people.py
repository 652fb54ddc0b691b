"""The people of a realm, in French: their certificates, the state of each space, and the way to begin.

A few at a time, and found by what is known of them: a realm may have thousands. Source: portal.md §6.
"""

from urllib.parse import urlencode

from aiohttp import web

from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.operations.people import search_people
from maquette.simulator.console.operations.spaces import find_space_now
from maquette.simulator.console.pages.code_status import tell_trails
from maquette.simulator.console.pages.forms import Route, read_number, read_search, realm_page
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.pki.authority import BUNDLE_PASSWORD
from maquette.simulator.store.personas import count_personas

PERSONAS_PER_PAGE = 50

CASES = {
    CertificateCase.VALID: "valide",
    CertificateCase.ENDING_SOON: "valide, bientôt expiré",
    CertificateCase.EXPIRED: "expiré",
    CertificateCase.NOT_YET_VALID: "pas encore valide",
    CertificateCase.REVOKED: "révoqué",
    CertificateCase.UNKNOWN_ISSUER: "d'une autorité inconnue",
    CertificateCase.SERVER_CERTIFICATE: "de serveur, présenté comme client",
    CertificateCase.WITHOUT_SPACE: "valide, lié à aucun espace",
    CertificateCase.CONVERTED: "valide, d'un espace déjà converti",
}
STATES = {
    SpaceState.CERTIFICATE: "certificat",
    SpaceState.PENDING: "en attente d'activation",
    SpaceState.PASSWORD: "mot de passe",
}


async def show_people(call: Call) -> web.StreamResponse:
    """The start of a realm: its personas, whoever was looked for, and the state of their spaces."""
    realm, now = call.realm, call.now
    looked_for = read_search(call)
    number = max(1, read_number(call, "page", 1))
    call.parts.journal.write()
    with call.parts.store.reading(realm.name) as transaction:
        skip = (number - 1) * PERSONAS_PER_PAGE
        found, total = search_people(transaction, looked_for, skip=skip, most=PERSONAS_PER_PAGE)
        people = [
            (
                persona,
                find_space_now(transaction, realm, persona.subscriber_number, now)
                if persona.subscriber_number
                else None,
            )
            for persona in found
        ]
        pending = [space.pending for _, space in people if space and space.pending]
        trails = tell_trails(transaction, realm, pending, now)
        everybody = count_personas(transaction)
    pages = max(1, -(-total // PERSONAS_PER_PAGE))
    return realm_page(
        call,
        "realm.html",
        people=people,
        looked_for=looked_for,
        total=total,
        searchable=everybody > PERSONAS_PER_PAGE or bool(looked_for),
        per_page=PERSONAS_PER_PAGE,
        pages=pages,
        page_number=number,
        links={each: _link(realm.name, looked_for, each) for each in (number - 1, number + 1)},
        trails=trails,
        now=now,
        clock=realm.clock.mode.value,
        portal=call.parts.doors["portal"] + realm_prefix(realm.name),
        bundle_password=BUNDLE_PASSWORD,
    )


PEOPLE_PAGES: tuple[Route, ...] = (("GET", "/realms/{realm}", show_people),)


def _link(realm: str, looked_for: str, page: int) -> str:
    asked = {"qui": looked_for} if looked_for else {}
    asked |= {"page": str(page)} if page > 1 else {}
    return f"/realms/{realm}" + (f"?{urlencode(asked)}" if asked else "")
